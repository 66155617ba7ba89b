import { areEquivalent } from '../answers/equivalence';
import { existing, groupMetrics, mean, type MeasuredGroup } from '../method/grpo/metrics';
import { type LearnBaseline, warningsOf, type WatchedStep } from '../method/grpo/warnings';
import type { PathTrace, RunTrace } from '../run/trace';
import { labelAnswer, type TrainingGroup } from './label';
import type { TrainedStep } from './train';
import type { LearnedGroup, LearnedPath, LearnProblem, StepReport } from './types';

/** A step that has been taken, with the problems' gold answers: here they first meet, for figures only. */
export interface TakenStep {
  readonly step: number;
  readonly problems: readonly LearnProblem[];
  readonly trainingGroups: readonly TrainingGroup[];
  readonly trained: TrainedStep;
  /** Prompt and path tokens sampled since the first step, this one's included. */
  readonly tokensSeen: number;
  readonly elapsedMs: number;
  readonly baseline: LearnBaseline | null;
}

export interface DescribedStep {
  readonly report: StepReport;
  /** What later steps are watched against: the first step's own. */
  readonly baseline: LearnBaseline;
}

export function describeStep(taken: TakenStep): DescribedStep {
  const { step, problems, trainingGroups, trained, tokensSeen, elapsedMs } = taken;
  const groups = describeGroups(problems, trainingGroups, trained.pathKl);
  const measures = trainingGroups.map((source, i) => measuredGroup(problems[i]?.gold ?? null, source));
  const paths = trainingGroups.flatMap(({ trace }) => trace.paths);
  const topKEntropy = mean(paths.flatMap(({ entropy, length }) => Array.from(entropy.subarray(0, length)))) ?? 0;
  const metrics = {
    ...groupMetrics(measures),
    ...trained.metrics,
    ...existing({ entropy_top_k: topKEntropy, step_time: elapsedMs / 1000, num_tokens: tokensSeen }),
  };
  const watched: WatchedStep = {
    entropy: topKEntropy,
    diversity: metrics['answer_diversity'] ?? 0,
    majorityRatio: metrics['majority_ratio'] ?? 0,
    kl: trained.kl,
    gradNorm: trained.gradNorm,
    learningRate: metrics['learning_rate'] ?? 0,
  };
  const baseline = taken.baseline ?? { entropy: watched.entropy, diversity: watched.diversity };
  return {
    report: { step, groups, metrics, warnings: warningsOf(watched, baseline), updated: trained.updated },
    baseline,
  };
}

/** @param pathKl by training group and chosen path; empty before the step is taken */
export function describeGroups(
  problems: readonly LearnProblem[],
  trainingGroups: readonly TrainingGroup[],
  pathKl: TrainedStep['pathKl'] = [],
): LearnedGroup[] {
  return trainingGroups.flatMap((source, i) => {
    const problem = problems[i];
    return problem === undefined ? [] : [learnedGroup(problem, source, pathKl[i] ?? null)];
  });
}

function measuredGroup(gold: string | null, source: TrainingGroup): MeasuredGroup {
  const { decision, chosen, rewards, trace } = source;
  const right = gold === null ? null : decision.answers.map((answer) => isEqual(answer, gold));
  return {
    rewards,
    right: right === null ? null : chosen.map((i) => right[i] ?? false),
    rightShare: right === null ? null : mean(right.map(Number)),
    labelIsRight: labelIsRight(gold, source),
    majorityRatio: majorityRatio(source),
    diversity: decision.vote.poolSize === 0 ? null : decision.vote.groups.length / decision.vote.poolSize,
    lengths: trace.paths.map(({ length }) => length),
    truncated: trace.paths.filter(({ finish }) => finish === 'length').length,
  };
}

function learnedGroup(
  problem: LearnProblem,
  source: TrainingGroup,
  pathKl: readonly (number | null)[] | null,
): LearnedGroup {
  const { decision, trace } = source;
  return {
    problem,
    label: labelAnswer(source),
    majority: decision.groups[decision.vote.majority?.group ?? -1]?.answer ?? null,
    majorityRatio: majorityRatio(source),
    labelIsRight: labelIsRight(problem.gold, source),
    skipped: source.skipped,
    labelFlips: source.labelFlips,
    weight: source.weight,
    paths: trace.paths.map((path) => learnedPath(path, trace, source, pathKl)),
  };
}

function learnedPath(
  path: PathTrace,
  trace: RunTrace,
  { decision, chosen, rewards, advantages }: TrainingGroup,
  pathKl: readonly (number | null)[] | null,
): LearnedPath {
  const vote = decision.vote.paths[path.index];
  const place = chosen.indexOf(path.index);
  return {
    text: trace.text(path),
    tokens: path.length,
    answer: decision.answers[path.index] ?? null,
    finish: path.finish === 'length' ? 'length' : 'stop',
    status: vote?.status ?? 'no-answer',
    stability: path.stability,
    weight: vote?.weight ?? null,
    reward: rewards[place] ?? null,
    advantage: advantages[place] ?? null,
    kl: pathKl?.[place] ?? null,
  };
}

function majorityRatio({ decision: { vote } }: TrainingGroup): number {
  return vote.majority === null ? 0 : vote.majority.count / vote.poolSize;
}

function labelIsRight(gold: string | null, source: TrainingGroup): boolean | null {
  const label = labelAnswer(source);
  return gold === null || label === null ? null : isEqual(label, gold);
}

function isEqual(answer: string | null, gold: string): boolean {
  return answer !== null && areEquivalent(answer, gold);
}
