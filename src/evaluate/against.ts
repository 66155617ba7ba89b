import { mcnemar, meanEstimate } from '../method/statistics';
import type { JudgedProblem } from './judged';

/** One evaluation beside an earlier one of the same problems, say without an adapter: paired, problem by problem. */
export interface Against {
  readonly problems: number;
  readonly passAt1: PairedChange;
  readonly majority: PairedChange & { readonly wins: number; readonly losses: number; readonly p: number };
  /** Ids of problems that the majority did not answer correctly and now does, and the other way round. */
  readonly learned: readonly string[];
  readonly unlearned: readonly string[];
}

interface PairedChange {
  readonly before: number;
  readonly now: number;
  readonly difference: number;
  readonly ci95: readonly [low: number, high: number];
}

/** null: the evaluations share no problem with a known answer. */
export function against(before: readonly JudgedProblem[], now: readonly JudgedProblem[], seed: number): Against | null {
  const earlier = new Map(before.map((problem) => [problem.id, problem]));
  const pairs = now.flatMap((problem) => {
    const was = earlier.get(problem.id);
    return was === undefined ? [] : [{ was, is: problem }];
  });
  if (pairs.length === 0) return null;
  const learned = pairs.filter(({ was, is }) => !was.majorityIsRight && is.majorityIsRight).map(({ is }) => is.id);
  const unlearned = pairs.filter(({ was, is }) => was.majorityIsRight && !is.majorityIsRight).map(({ is }) => is.id);
  const change = (figure: (problem: JudgedProblem) => number): PairedChange => {
    const mean = (which: 'was' | 'is'): number =>
      pairs.reduce((sum, pair) => sum + figure(pair[which]), 0) / pairs.length;
    const { value, low, high } = meanEstimate(
      pairs.map(({ was, is }) => figure(is) - figure(was)),
      seed,
    );
    return { before: mean('was'), now: mean('is'), difference: value, ci95: [low, high] };
  };
  return {
    problems: pairs.length,
    passAt1: change(({ paths }) => paths.filter(({ correct }) => correct).length / paths.length),
    majority: {
      ...change(({ majorityIsRight }) => Number(majorityIsRight)),
      wins: learned.length,
      losses: unlearned.length,
      p: mcnemar(learned.length, unlearned.length),
    },
    learned,
    unlearned,
  };
}
