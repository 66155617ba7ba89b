import type { VoteOutcome } from '../method/vote-types';

/** An answer group as the page and the command line show it. */
export interface AnswerGroup {
  /** 0, 1, 2 … in order of first sight: also the answer's colour and shape. */
  readonly group: number;
  /** The representative form. */
  readonly answer: string;
  /** Every distinct form seen. */
  readonly forms: readonly string[];
}

/** The vote over a run so far, with the answers it was taken on. */
export interface Decision {
  /** One a path: its extracted answer, or null. */
  readonly answers: readonly (string | null)[];
  readonly groupOfPath: readonly (number | null)[];
  readonly groups: readonly AnswerGroup[];
  readonly vote: VoteOutcome;
}
