import type { AnswerGroup } from '../answers/classes';
import type { VoteInput, VoteOutcome } from '../method/vote-types';

/** The vote over a run so far, with the answers it was taken on. */
export interface Decision {
  /** One a path: its extracted answer, or null. */
  readonly answers: readonly (string | null)[];
  readonly groupOfPath: readonly (number | null)[];
  readonly groups: readonly AnswerGroup[];
  /** The paths as the vote saw them: for votes on them under other gates, without one of them, or half way. */
  readonly inputs: readonly VoteInput[];
  readonly vote: VoteOutcome;
}

/** The same paths, as if nobody had been elected: for readers who are to think first. */
export function undecided(decision: Decision): Decision {
  return { ...decision, vote: { ...decision.vote, majority: null, sasc: null } };
}
