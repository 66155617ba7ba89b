import type { RuleChoice } from '../method/auto-rule';
import { RULE_IDS } from '../method/rules';
import { DEFAULT_VOTE_OPTIONS, Z_VARIANTS } from '../method/vote-types';
import { MIN_SOFTNESS } from '../method/weights';
import { defaultsOf, type Settings, type ValuesOf } from './setting';

/** Longest problem that is typed, stored and shared: more than any context here holds. */
export const MOST_PROBLEM_CHARACTERS = 16_000;

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
  entropyK: {
    kind: 'whole',
    flag: 'entropy-k',
    aliases: ['top-k'],
    stored: 'topK',
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

/** How the paths of a run vote. Gate and threshold are moved on the strip, and no settings. */
export const VOTE_SETTINGS = {
  zVariant: {
    kind: 'choice',
    flag: 'z',
    choices: Z_VARIANTS,
    default: DEFAULT_VOTE_OPTIONS.zVariant,
    about: 'over which paths z takes its mean and deviation',
  },
  /** τ of the weights exp(−z/τ). */
  softness: {
    kind: 'real',
    flag: 'softness',
    aliases: ['tau'],
    unit: 'τ',
    min: MIN_SOFTNESS,
    isInfinityAllowed: true,
    default: DEFAULT_VOTE_OPTIONS.softness,
    offered: { min: 0.5, max: 8, step: 0.5 },
    about: `w = e^(−z/τ), at least ${MIN_SOFTNESS}; \`Infinity\`: every survivor weighs 1`,
  },
} as const satisfies Settings;

export type VoteSettings = ValuesOf<typeof VOTE_SETTINGS>;

export const DEFAULT_VOTE_SETTINGS: VoteSettings = defaultsOf(VOTE_SETTINGS);

/** The oracle needs a known answer, and cannot decide. */
const RULE_CHOICES: readonly RuleChoice[] = ['auto', ...RULE_IDS.filter((rule) => rule !== 'oracle')];

/** Which rule decides the verdict. */
export const VERDICT_SETTINGS = {
  rule: {
    kind: 'choice',
    flag: 'rule',
    unit: 'RULE',
    choices: RULE_CHOICES,
    default: 'auto',
    about: "the rule that decides; `auto`: the one that the model's card measured best",
  },
} as const satisfies Settings;

export type VerdictSettings = ValuesOf<typeof VERDICT_SETTINGS>;

export const DEFAULT_VERDICT_SETTINGS: VerdictSettings = defaultsOf(VERDICT_SETTINGS);
