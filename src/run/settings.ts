import { defaultsOf, type Settings, type ValuesOf } from './setting';

/** What a run was asked for. Defaults: docs/METHOD.md. The page offers less than the engine takes. */
export const RUN_SETTINGS = {
  paths: {
    kind: 'whole',
    flag: 'paths',
    unit: 'N',
    min: 1,
    max: 64,
    default: 16,
    offered: { min: 4, max: 64, step: 1 },
    about: '1 to 64',
  },
  seed: {
    kind: 'whole',
    flag: 'seed',
    unit: 'N',
    min: 0,
    max: 2 ** 32 - 1,
    default: 1,
    offered: { min: 0, max: 2 ** 32 - 1, step: 1 },
    about: 'same seed, same device: same paths; path i does not depend on N',
  },
  temperature: {
    kind: 'real',
    flag: 'temperature',
    unit: 'T',
    above: 0,
    default: 1,
    offered: { min: 0.1, max: 2, step: 0.1 },
    about: 'above 0',
  },
  topP: {
    kind: 'real',
    flag: 'top-p',
    unit: 'P',
    above: 0,
    max: 1,
    default: 1,
    offered: { min: 0.05, max: 1, step: 0.05 },
    about: 'above 0, at most 1',
  },
  maxTokens: {
    kind: 'whole',
    flag: 'max-tokens',
    unit: 'N',
    min: 1,
    default: 256,
    offered: { min: 16, max: 4096, step: 1 },
    about: "a path also ends where the model's context does",
  },
  /** K of the top-K entropy. */
  topK: {
    kind: 'whole',
    flag: 'entropy-k',
    aliases: ['top-k'],
    unit: 'K',
    min: 1,
    max: 64,
    default: 20,
    offered: { min: 1, max: 64, step: 1 },
    about: 'K of the entropy, 1 to 64',
  },
} as const satisfies Settings;

export type RunSettings = ValuesOf<typeof RUN_SETTINGS>;

export const DEFAULT_RUN_SETTINGS: RunSettings = defaultsOf(RUN_SETTINGS);

export const LIMITS = { paths: RUN_SETTINGS.paths, topK: RUN_SETTINGS.topK } as const;
