import * as v from 'valibot';
import { DEFAULT_VOTE_OPTIONS, type VoteOptions } from '../../method/vote-types';
import { RULE_IDS } from '../../method/rules';
import { REPORTED_KS } from '../columns';
import { checkedEntries, storedObject } from '../setting-schemas';
import { RUN_SETTINGS, VOTE_SETTINGS } from '../settings';

/** What documents and links of runs have in common. */

/** Most tokens of a path that a run may have: no engine here has a longer context. */
export const MAX_TOKENS = 131_072;

export const count = (max: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(max));
export const finite = v.pipe(v.number(), v.finite());

/**
 * Capacity to allocate for each path: the run's own `capacity`, for axes and sentences, unless all paths together
 * would exceed `most` tokens, since a few characters can ask for gigabytes; what is there always fits.
 */
export function capacityFor(paths: readonly { readonly length: number }[], capacity: number, most: number): number {
  const longest = Math.max(1, ...paths.map(({ length }) => length));
  return Math.max(longest, Math.min(capacity, Math.floor(most / paths.length)));
}

const asked = checkedEntries(RUN_SETTINGS);
/** By their names in code. Beyond these bounds, which no engine has, figures would only break scales. */
export const settingsEntries = {
  ...asked,
  temperature: v.pipe(asked.temperature, v.maxValue(100)),
  maxTokens: v.pipe(asked.maxTokens, v.maxValue(MAX_TOKENS)),
};
export const settingsSchema = storedObject(RUN_SETTINGS, settingsEntries);

const rules = checkedEntries(VOTE_SETTINGS);
/** τ as JSON can hold it. */
export const finiteSoftness = v.pipe(rules.softness, v.finite());
export const { zVariant } = rules;

const reportedK = v.pipe(
  v.number(),
  v.check((k) => REPORTED_KS.some((reported) => reported === k)),
);

export const voteOptionsSchema = v.object({
  zVariant: v.fallback(zVariant, DEFAULT_VOTE_OPTIONS.zVariant),
  gatePercentile: v.nullable(v.pipe(finite, v.minValue(0), v.maxValue(100))),
  threshold: v.nullable(finite),
  /** JSON has no Infinity. */
  softness: v.union([finiteSoftness, v.literal('infinite')]),
  // Documents of the first days know neither.
  lengthAdjusted: v.fallback(v.boolean(), DEFAULT_VOTE_OPTIONS.lengthAdjusted),
  entropyK: v.fallback(v.nullable(reportedK), DEFAULT_VOTE_OPTIONS.entropyK),
});

/** A share of all weight; 0 … 1. */
export const share = v.pipe(finite, v.minValue(0), v.maxValue(1));

export const savedVerdictSchema = v.object({
  rule: v.picklist(RULE_IDS),
  answer: v.nullable(v.string()),
  share: v.nullable(share),
});

/** The rules of a vote as JSON holds them. */
type WrittenOptions = v.InferOutput<typeof voteOptionsSchema>;

export function writeOptions(options: VoteOptions): WrittenOptions {
  return { ...options, softness: Number.isFinite(options.softness) ? options.softness : 'infinite' };
}

export function readOptions(options: WrittenOptions): VoteOptions {
  return { ...options, softness: options.softness === 'infinite' ? Infinity : options.softness };
}
