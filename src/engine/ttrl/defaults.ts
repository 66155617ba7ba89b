import { DEFAULT_LEARN_SETTINGS } from './settings';
import type { LearnSettings } from './types';

export interface ModelLearnDefaults {
  readonly settings: LearnSettings;
  /** Why these: shown beside them. */
  readonly why: string;
}

/** What a model learns with unless told otherwise. docs/RESULTS.md has the measurement. */
export function learnDefaults(modelId: string): ModelLearnDefaults {
  if (modelId === 'tiny-math') {
    return {
      settings: { ...DEFAULT_LEARN_SETTINGS, labels: 'majority', beta: 0, learningRate: 1e-4 },
      why: 'On tiny-math plain majority labels are right more often than those of published SASC weights.',
    };
  }
  return { settings: DEFAULT_LEARN_SETTINGS, why: 'The published method; nobody has measured this model here yet.' };
}
