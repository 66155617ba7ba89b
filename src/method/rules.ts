import { DEFAULT_VOTE_OPTIONS, type VoteOptions } from './vote-types';

/** Weights softened to this τ were level with or above plain majority where SASC as published was below it. method §3. */
const SOFTENED = 4;

/** Voting rules to compare on the same paths: each is `vote` with other options, and `sasc` of its outcome is what it elects. */
export const RULES = {
  majority: { ...DEFAULT_VOTE_OPTIONS, gatePercentile: null, softness: Infinity },
  sasc: DEFAULT_VOTE_OPTIONS,
  'sasc-pool': { ...DEFAULT_VOTE_OPTIONS, zVariant: 'pool' },
  'sasc-soft': { ...DEFAULT_VOTE_OPTIONS, softness: SOFTENED },
  'gate-only': { ...DEFAULT_VOTE_OPTIONS, softness: Infinity },
  'weight-only': { ...DEFAULT_VOTE_OPTIONS, gatePercentile: null },
} as const satisfies Record<string, VoteOptions>;

export type RuleId = keyof typeof RULES;
