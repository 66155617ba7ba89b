import { RULE_IDS, type RuleId, allowedRules, electsRight } from '../method/rules';
import type { MeasuredFacts } from '../model/card';
import { against, type Against } from './against';
import { estimatesOf, factsOf } from './estimates';
import { judged, type JudgedProblem } from './judged';
import type { EvaluationHead, EvaluationLog, Failure } from './log';
import type { Problem } from './problem-file';
import { evaluationReport, type EvaluationReport } from './report';

/** What `evaluate --json` prints; docs/CLI.md is its contract. */
export interface EvaluationDocument extends EvaluationReport, EvaluationHead {
  /** Problems that could not be sampled. */
  readonly errors: readonly Failure[];
  /** Problems that were not reached. */
  readonly missing: number;
  /** An earlier log beside this one; null: there is none, or they share no problem. */
  readonly against: Against | null;
}

/** Below so many problems an interval over them says little. */
export const FEW_PROBLEMS = 10;

/** What became of one problem. */
export interface Outcome {
  readonly id: string;
  /** Rules that elect the known answer. */
  readonly right: readonly RuleId[];
  /** Share of its paths that are right. */
  readonly rightShare: number;
  readonly greedyIsRight: boolean | null;
}

/** An evaluation's figures, and what they were taken from. */
export interface EvaluationFigures {
  readonly document: EvaluationDocument;
  /** As a model's card has them; null: no problem has a known answer. */
  readonly facts: MeasuredFacts | null;
  /** Of the problems with a known answer that were sampled, in the set's order. */
  readonly outcomes: readonly Outcome[];
}

/**
 * Judges what a log holds of a problem set.
 * @param earlier another log's problems, to be compared; null: none
 * @param seed of the bootstrap
 */
export function evaluationFigures(
  problems: readonly Problem[],
  { head, sampled, failures }: Pick<EvaluationLog, 'head' | 'sampled' | 'failures'>,
  earlier: EvaluationLog['sampled'] | null,
  seed: number,
): EvaluationFigures {
  const judgedNow = judged(problems, sampled);
  const all = problems.flatMap(({ id }) => sampled.get(id) ?? []);
  const estimates = estimatesOf(judgedNow, seed);
  const document: EvaluationDocument = {
    ...evaluationReport(judgedNow, all, seed, estimates),
    ...head,
    errors: [...failures.values()],
    missing: problems.length - all.length - failures.size,
    against: earlier === null ? null : against(judged(problems, earlier), judgedNow, seed),
  };
  return { document, facts: factsOf(estimates, judgedNow.length), outcomes: judgedNow.map(outcomeOf) };
}

function outcomeOf({ id, paths, greedyIsRight }: JudgedProblem): Outcome {
  const allowed = allowedRules(paths);
  return {
    id,
    right: RULE_IDS.filter((rule) => allowed.includes(rule) && electsRight(rule, paths)),
    rightShare: paths.filter(({ correct }) => correct).length / paths.length,
    greedyIsRight,
  };
}
