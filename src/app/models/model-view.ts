import { type AdapterFacts, type CatalogModel, obstaclesOf } from '../../model/catalog';
import type { ModelsState } from './models.svelte';

/** How a model stands, as its row shows it. */
export type ModelStanding =
  'looking' | 'embedded' | 'absent' | 'partial' | 'ready' | 'damaged' | 'working' | 'unsupported';

export function standingOf(model: CatalogModel, models: ModelsState): ModelStanding {
  if (models.job?.id === model.id) return 'working';
  if (model.target === null) return 'embedded';
  const state = models.statusOf(model.id)?.state ?? 'looking';
  // What is here can still be deleted.
  return state === 'absent' && isImpossible(model, models.adapter) ? 'unsupported' : state;
}

function isImpossible(model: CatalogModel, adapter: AdapterFacts | null): boolean {
  return adapter !== null && obstaclesOf(model, adapter).includes('binding-too-small');
}
