import { DEFAULT_LEARN_SETTINGS, type LearnSettings } from './settings';

export interface ModelLearnDefaults {
  readonly settings: LearnSettings;
  /** Share of labels that were right on this model's problems, 0..1: why these. null: the published method, not measured. */
  readonly labelsRight: { readonly majority: number; readonly sasc: number } | null;
}

const TINY_MATH: LearnSettings = {
  ...DEFAULT_LEARN_SETTINGS,
  labels: 'majority',
  beta: 0,
  learningRate: 5e-4,
  schedule: 'constant',
  problemsPerStep: 32,
};
const TINY_MATH_LABELS = { majority: 0.93, sasc: 0.52 };

/** Room for a large model's worked solution: one that is cut off has no answer to vote with. */
const LONG_SOLUTION = 1024;

/** What a model learns with unless told otherwise. docs/RESULTS.md has the measurement. */
export function learnDefaults(modelId: string): ModelLearnDefaults {
  if (modelId === 'tiny-math') return { settings: TINY_MATH, labelsRight: TINY_MATH_LABELS };
  return { settings: { ...DEFAULT_LEARN_SETTINGS, maxTokens: LONG_SOLUTION }, labelsRight: null };
}
