/** What a run was asked for. Defaults: docs/METHOD.md, docs/CLI.md. */
export interface RunSettings {
  /** N, 1..64. */
  readonly paths: number;
  readonly seed: number;
  /** > 0. */
  readonly temperature: number;
  /** (0, 1]. */
  readonly topP: number;
  readonly maxTokens: number;
  /** K of the top-K entropy, 1..64. */
  readonly topK: number;
}

export const DEFAULT_RUN_SETTINGS: RunSettings = {
  paths: 16,
  seed: 1,
  temperature: 1,
  topP: 1,
  maxTokens: 256,
  topK: 20,
};

export const LIMITS = {
  paths: { min: 1, max: 64 },
  topK: { min: 1, max: 64 },
} as const;
