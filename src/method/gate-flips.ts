import { vote } from './vote';
import type { VoteInput, VoteOptions } from './vote-types';

/** Gates from `from` (inclusive) up to `to` (exclusive), in nats, all elect the same group. */
export interface GateInterval {
  /** −Infinity in the first interval. */
  readonly from: number;
  /** Infinity in the last interval. */
  readonly to: number;
  /** null: no path survives such a gate. */
  readonly group: number | null;
}

/**
 * Which group each possible gate would elect: contiguous intervals from −Infinity to Infinity, neighbours differing in
 * group. The present gate (options.threshold, gatePercentile) is ignored.
 */
export function gateFlips(paths: readonly VoteInput[], options: Partial<VoteOptions> = {}): GateInterval[] {
  const pool = vote(paths, options).paths.filter(({ status }) => status !== 'no-answer');
  const gates = [...new Set(pool.map(({ stability }) => stability ?? 0))].sort((a, b) => a - b);
  const intervals: GateInterval[] = [{ from: -Infinity, to: Infinity, group: null }];
  for (const gate of gates) {
    const group = vote(paths, { ...options, threshold: gate }).sasc?.group ?? null;
    const last = intervals.at(-1);
    if (last === undefined || last.group === group) continue;
    intervals[intervals.length - 1] = { ...last, to: gate };
    intervals.push({ from: gate, to: Infinity, group });
  }
  return intervals;
}
