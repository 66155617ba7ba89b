import { DEFAULT_VOTE_OPTIONS, type VoteOptions } from '../../../method/vote-types';

/** What of the method counts: filter and weigh, filter and count heads, or weigh everyone. */
export type Counting = 'both' | 'gate' | 'weights';
export const COUNTINGS = ['both', 'gate', 'weights'] as const satisfies Counting[];

export function countingOf({ softness, gatePercentile }: VoteOptions): Counting {
  if (softness === Infinity) return 'gate';
  return gatePercentile === null ? 'weights' : 'both';
}

/** The options that make a vote count so; where the run's own rules say nothing, the published ones do. */
export function countingOptions(counting: Counting, own: VoteOptions): Partial<VoteOptions> {
  const gatePercentile = own.gatePercentile ?? DEFAULT_VOTE_OPTIONS.gatePercentile;
  const softness = own.softness === Infinity ? DEFAULT_VOTE_OPTIONS.softness : own.softness;
  if (counting === 'gate') return { gatePercentile, softness: Infinity };
  // A manual gate is a gate.
  return counting === 'weights' ? { gatePercentile: null, threshold: null, softness } : { gatePercentile, softness };
}
