import { totalWeight, vote } from './vote';
import type { GroupTally, VoteInput, VoteOptions } from './vote-types';

/** What one path changes in the vote: the vote with it compared with the vote of all others. */
export interface PathInfluence {
  /** Its share of all weight, 0 … 1; 0 outside the survivors. */
  readonly weightShare: number;
  /** Group that the others elect without it; null: none. */
  readonly electedWithout: number | null;
  /** Without it another answer wins, or none. */
  readonly pivotal: boolean;
  /** The elected answer's share of the weight without this path, minus its share with it. */
  readonly shareChange: number;
}

/**
 * Leave-one-out: the whole method (gate, z, weights) is computed again without each path in turn, so a filtered path can
 * matter too, through where the percentile falls. One for each path, in the order given.
 */
export function pathInfluences(paths: readonly VoteInput[], options: Partial<VoteOptions> = {}): PathInfluence[] {
  const all = vote(paths, options);
  const elected = all.sasc?.group ?? null;
  const total = totalWeight(all.groups);
  const share = shareOf(all.groups, elected);
  return paths.map((path, index) => {
    const weight = all.paths[index]?.weight ?? 0;
    const weightShare = total === 0 ? 0 : weight / total;
    const inPool = all.paths[index]?.status !== 'no-answer';
    if (!inPool) return { weightShare, electedWithout: elected, pivotal: false, shareChange: 0 };
    const others = vote(paths.with(index, { ...path, group: null }), options);
    const electedWithout = others.sasc?.group ?? null;
    return {
      weightShare,
      electedWithout,
      pivotal: electedWithout !== elected,
      shareChange: shareOf(others.groups, elected) - share,
    };
  });
}

/** A group's share of all weight, 0 … 1; 0 where there is no weight. */
export function shareOf(groups: readonly GroupTally[], group: number | null): number {
  const total = totalWeight(groups);
  const own = groups.find((tally) => tally.group === group)?.weight ?? 0;
  return total === 0 ? 0 : own / total;
}
