import type { LearnedGroup, LearnedPath } from '../../learn/types';
import type { ProblemAnswers } from './problem-answers';
import type { RowStyle } from '../kit/charts/row-style';

/** One path of a step, as its row shows it. */
export interface RewardRow {
  /** 1-based. */
  readonly path: number;
  readonly look: RowStyle;
  readonly answer: string | null;
  readonly group: number | null;
  /** null: not trained on. */
  readonly reward: number | null;
  readonly advantage: number | null;
  readonly kl: number | null;
  readonly learned: LearnedPath;
}

export function rewardRows({ paths }: LearnedGroup, answers: ProblemAnswers): RewardRow[] {
  return paths.map((learned, i) => ({
    path: i + 1,
    look: learned.status === 'no-answer' && learned.finish === 'length' ? 'truncated' : learned.status,
    answer: learned.answer,
    group: answers.groupOf(learned.answer),
    reward: learned.reward,
    advantage: learned.advantage,
    kl: learned.kl,
    learned,
  }));
}

/** Advantages at the ends of the axis: whole halves, 0 always within. */
export function advantageDomain(rows: readonly RewardRow[]): readonly [number, number] {
  const advantages = rows.map(({ advantage }) => advantage ?? 0);
  const low = Math.min(-0.5, ...advantages);
  const high = Math.max(0.5, ...advantages);
  return [Math.floor(2 * low) / 2, Math.ceil(2 * high) / 2];
}
