import type { JudgedPath } from './statistics';
import { choose } from './subsets';

interface Tally {
  readonly heads: number;
  readonly isRight: boolean;
}

/**
 * The chance that the majority of `size` of these paths is right, over all sets of so many: exact, by the multivariate
 * hypergeometric distribution, as pass@k is (docs/METHOD.md#statistics). Of m tied answers each is seen first in one of
 * m orders, so that each counts 1/m.
 */
export function majorityAt(paths: readonly JudgedPath[], size: number): number {
  if (!(size >= 1 && size <= paths.length))
    throw new RangeError(`There is no set of ${size} of ${paths.length} paths.`);
  const tallies = talliesOf(paths);
  const silent = paths.filter(({ group }) => group === null).length;
  let right = 0;
  tallies.forEach((own, index) => {
    if (own.isRight) right += waysToWin(own.heads, tallies.toSpliced(index, 1), silent, size);
  });
  return right / choose(paths.length, size);
}

function talliesOf(paths: readonly JudgedPath[]): Tally[] {
  const groups = new Map<number, Tally>();
  for (const { group, correct = false } of paths) {
    if (group === null) continue;
    const { heads = 0, isRight = false } = groups.get(group) ?? {};
    groups.set(group, { heads: heads + 1, isRight: isRight || correct });
  }
  return [...groups.values()];
}

/** Sets in which an answer has the most heads; one in which it ties with others counts for its part. */
function waysToWin(heads: number, others: readonly Tally[], silent: number, size: number): number {
  let ways = 0;
  for (let own = 1; own <= Math.min(heads, size); own++) {
    const left = size - own;
    waysBelow(others, own, left).forEach((byTies, used) => {
      const rest = choose(heads, own) * choose(silent, left - used);
      byTies.forEach((count, ties) => (ways += (rest * count) / (ties + 1)));
    });
  }
  return ways;
}

/** [paths used, answers with exactly `most`] ways to take paths of the other answers, none with more than `most`. */
function waysBelow(others: readonly Tally[], most: number, left: number): number[][] {
  let ways: number[][] = [[1]];
  for (const { heads } of others) {
    const next: number[][] = [];
    ways.forEach((byTies, used) => {
      for (let taken = 0; taken <= Math.min(heads, most, left - used); taken++) {
        const row = (next[used + taken] ??= []);
        byTies.forEach((count, ties) => {
          const at = ties + Number(taken === most);
          row[at] = (row[at] ?? 0) + count * choose(heads, taken);
        });
      }
    });
    ways = next;
  }
  return ways;
}
