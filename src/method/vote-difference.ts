import type { VoteOutcome } from './vote-types';

/** What changes from one vote on some paths to another vote on the same paths. */
export interface VoteDifference {
  /** null: nobody was elected. */
  readonly before: VoteOutcome['sasc'];
  readonly after: VoteOutcome['sasc'];
  /** Indices of the paths that are kept now and were not, and the other way round. */
  readonly keptNow: readonly number[];
  readonly keptNoMore: readonly number[];
}

export function voteDifference(before: VoteOutcome, after: VoteOutcome): VoteDifference {
  const kept = (vote: VoteOutcome, index: number) => vote.paths[index]?.status === 'kept';
  const indices = [...after.paths.keys()];
  return {
    before: before.sasc,
    after: after.sasc,
    keptNow: indices.filter((index) => kept(after, index) && !kept(before, index)),
    keptNoMore: indices.filter((index) => kept(before, index) && !kept(after, index)),
  };
}
