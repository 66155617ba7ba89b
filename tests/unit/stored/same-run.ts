import { expect } from 'vitest';
import { decideRun } from '../../../src/run/decide-run';
import type { RunRecord } from '../../../src/run/saved-run';
import type { ShownRun } from '../../fixtures/stored/artifacts';

/** Digits after the point: a sum may be taken in another order. */
const DIGITS = 9;

/** The run elects the same, by the rules that it brings. */
export function expectElected(run: RunRecord, { verdict }: Pick<ShownRun, 'verdict'>): void {
  const { groups, vote } = decideRun(run.trace, run.voteOptions);
  const answerOf = (group: number | undefined): string => groups[group ?? -1]?.answer ?? '';
  expect(answerOf(vote.sasc?.group)).toBe(verdict.sasc);
  expect(answerOf(vote.majority?.group)).toBe(verdict.majority);
}

/** The run elects the same, and every path has the same answer, stability, weight and status, as it was shown then. */
export function expectShown(run: RunRecord, { verdict, rows }: ShownRun, digits = DIGITS): void {
  expectElected(run, { verdict });
  const { answers, vote } = decideRun(run.trace, run.voteOptions);
  expect(vote.sasc?.share).toBeCloseTo(Number(verdict.share), digits);
  expect(run.trace.paths).toHaveLength(rows.length);
  rows.forEach(({ status, finish, stability, weight, answer }, i) => {
    const path = vote.paths[i];
    expect({ status: path?.status, finish: run.trace.paths[i]?.finish, answer: answers[i] }).toEqual({
      status,
      finish,
      answer,
    });
    expectNumber(path?.stability, stability, digits);
    expectNumber(path?.weight, weight, digits);
  });
}

/** null stands for itself alone. */
export function expectNumber(found: number | null | undefined, expected: number | null, digits = DIGITS): void {
  if (expected === null) expect(found).toBeNull();
  else expect(found).toBeCloseTo(expected, digits);
}
