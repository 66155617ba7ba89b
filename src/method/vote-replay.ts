import { vote } from './vote';
import type { VoteInput, VoteOptions, VoteOutcome } from './vote-types';

/**
 * The vote after the 1st, 2nd … path of `order` has finished; paths still being written are outside the pool, as they were
 * then. One outcome for each entry of `order`; the last is the vote of all of them.
 * @param order indices into `paths`, each at most once
 */
export function voteReplay(
  paths: readonly VoteInput[],
  order: readonly number[],
  options: Partial<VoteOptions> = {},
): VoteOutcome[] {
  const finished: VoteInput[] = paths.map((path) => ({ ...path, group: null }));
  return order.map((index) => {
    const path = paths[index];
    if (path === undefined) throw new RangeError(`There is no path ${index}.`);
    finished[index] = path;
    return vote(finished, options);
  });
}
