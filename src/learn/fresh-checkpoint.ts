import { type LoraWeights, zerosLike } from '../model/lora';
import type { LearnSettings } from './settings';
import type { LearnCheckpoint } from './types';

/** Where learning from an adapter begins, wherever that came from: no step taken, and AdamW knows nothing yet. */
export function freshCheckpoint(modelId: string, settings: LearnSettings, adapter: LoraWeights): LearnCheckpoint {
  return {
    version: 1,
    modelId,
    settings: { ...settings, lora: adapter.config },
    stepsDone: 0,
    adapter,
    firstMoments: zerosLike(adapter),
    secondMoments: zerosLike(adapter),
    updates: 0,
    tokensSeen: 0,
    baseline: null,
    labelHistory: {},
  };
}
