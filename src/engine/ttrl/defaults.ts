import { DEFAULT_LEARN_SETTINGS } from './settings';
import type { LearnSettings } from './types';

export interface ModelLearnDefaults {
  readonly settings: LearnSettings;
  /** Why these: shown beside them. */
  readonly why: string;
}

const TINY_MATH: LearnSettings = {
  ...DEFAULT_LEARN_SETTINGS,
  labels: 'majority',
  beta: 0,
  learningRate: 5e-4,
  schedule: 'constant',
  problemsPerStep: 32,
};
const TINY_MATH_WHY =
  'On tiny-math a plain majority labels 93 % of the problems rightly, published SASC weights 52 %; learning follows the labels. ' +
  'Softened SASC weights (τ = 4) label and teach as well as the majority, within the error of the measurement.';

/** What a model learns with unless told otherwise. docs/RESULTS.md has the measurement. */
export function learnDefaults(modelId: string): ModelLearnDefaults {
  if (modelId === 'tiny-math') return { settings: TINY_MATH, why: TINY_MATH_WHY };
  return { settings: DEFAULT_LEARN_SETTINGS, why: 'The published method; this model has not been measured here.' };
}
