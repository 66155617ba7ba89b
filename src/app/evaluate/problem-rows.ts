import type { Outcome } from '../../evaluate/document';
import { seedOf } from '../../method/random';
import type { RuleId } from '../../method/rules';
import type { RunSettings } from '../../run/settings';
import type { EvaluationTask } from '../../evaluate/head';

/** A problem of the set with what became of it. */
export interface ProblemRow extends Outcome {
  readonly problem: string;
  readonly gold: string;
}

/** What samples a problem's paths once more, to look into them. */
export interface EvaluatedProblem {
  readonly problem: string;
  readonly gold: string;
  /** With the problem's own seed: the same device samples the same paths. */
  readonly settings: RunSettings;
}

/** Which problems are listed: those that one rule answers correctly, and another one does not. */
export interface ProblemFilter {
  readonly right: RuleId | 'any';
  readonly wrong: RuleId | 'any';
}

/** Rows in the set's order. */
export function problemRows({ problems }: EvaluationTask, outcomes: readonly Outcome[]): ProblemRow[] {
  const byId = new Map(problems.map((one) => [one.id, one]));
  return outcomes.flatMap((outcome) => {
    const problem = byId.get(outcome.id);
    return problem === undefined ? [] : [{ ...outcome, problem: problem.problem, gold: problem.gold ?? '' }];
  });
}

export function filtered(rows: readonly ProblemRow[], { right, wrong }: ProblemFilter): ProblemRow[] {
  return rows.filter(
    (row) => (right === 'any' || row.right.includes(right)) && (wrong === 'any' || !row.right.includes(wrong)),
  );
}

/** As the evaluation sampled it. */
export function evaluatedProblem({ id, problem, gold }: ProblemRow, { settings }: EvaluationTask): EvaluatedProblem {
  return { problem, gold, settings: { ...settings, seed: seedOf(settings.seed, 'evaluate', id) } };
}
