import * as v from 'valibot';
import { DEFAULT_VOTE_OPTIONS, type VoteOptions } from '../../method/vote-types';
import { MIN_SOFTNESS } from '../../method/weights';
import { LIMITS } from '../settings';
import { REPORTED_KS } from '../columns';

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

export const settingsSchema = v.object({
  paths: v.pipe(count(LIMITS.paths.max), v.minValue(1)),
  seed: count(2 ** 32 - 1),
  temperature: v.pipe(finite, v.gtValue(0), v.maxValue(100)),
  topP: v.pipe(finite, v.gtValue(0), v.maxValue(1)),
  maxTokens: v.pipe(count(MAX_TOKENS), v.minValue(1)),
  topK: v.pipe(count(LIMITS.topK.max), v.minValue(1)),
});

const reportedK = v.pipe(
  v.number(),
  v.check((k) => REPORTED_KS.some((reported) => reported === k)),
);

export const voteOptionsSchema = v.object({
  zVariant: v.fallback(v.picklist(['survivors', 'pool']), DEFAULT_VOTE_OPTIONS.zVariant),
  gatePercentile: v.nullable(v.pipe(finite, v.minValue(0), v.maxValue(100))),
  threshold: v.nullable(finite),
  /** JSON has no Infinity. */
  softness: v.union([v.pipe(finite, v.minValue(MIN_SOFTNESS)), v.literal('infinite')]),
  // Documents of the first days know neither.
  lengthAdjusted: v.fallback(v.boolean(), DEFAULT_VOTE_OPTIONS.lengthAdjusted),
  entropyK: v.fallback(v.nullable(reportedK), DEFAULT_VOTE_OPTIONS.entropyK),
});

/** The rules of a vote as JSON holds them. */
type WrittenOptions = v.InferOutput<typeof voteOptionsSchema>;

export function writeOptions(options: VoteOptions): WrittenOptions {
  return { ...options, softness: Number.isFinite(options.softness) ? options.softness : 'infinite' };
}

export function readOptions(options: WrittenOptions): VoteOptions {
  return { ...options, softness: options.softness === 'infinite' ? Infinity : options.softness };
}
