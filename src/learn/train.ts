import { grpoLoss, type LossOutcome, type PathTerms } from '../method/grpo/loss';
import { existing, mean } from '../method/grpo/metrics';
import { learningRateAt } from '../method/grpo/schedule';
import type { PathTrace } from '../run/trace';
import { DEFAULT_ADAMW, type PathFigures, type TrainGroup, type Trainer, type TrainProgress } from '../policy/training';
import type { Lesson } from './label';
import type { LearnSettings } from './types';

type OnTrainProgress = (progress: TrainProgress) => void;

export interface TrainedStep {
  /** null: every group was skipped, or no token had a gradient; nothing was computed and nothing has changed. */
  readonly gradNorm: number | null;
  readonly updated: boolean;
  /** Mean k3 KL per token; null without reference. */
  readonly kl: number | null;
  /** KL of the chosen paths, by lesson; null for lessons that were not trained on. */
  readonly pathKl: readonly (readonly (number | null)[] | null)[];
  readonly metrics: Readonly<Record<string, number>>;
}

/** A lesson with something to learn in it, as the trainer takes it. */
interface LiveLesson {
  readonly lesson: Lesson;
  readonly group: TrainGroup;
  readonly terms: readonly PathTerms[];
}

/**
 * One GRPO update on a step's lessons: reference (where beta > 0), coefficients, gradients, AdamW. Skipped lessons have no
 * gradient, but their paths count in the loss's normaliser, as in TRL. Rejects with EngineError; then the gradients are
 * zero again, and adapter and moments as they were.
 */
export async function trainOn(
  trainer: Trainer,
  lessons: readonly Lesson[],
  settings: LearnSettings,
  step: number,
  maxLength: number,
  onProgress: OnTrainProgress,
  signal: AbortSignal,
): Promise<TrainedStep> {
  const live = lessons.filter(({ skipped }) => skipped === null);
  const taught = await withReferences(trainer, live, settings, onProgress, signal);
  const outcome = lossOf(taught, lessons, settings, maxLength);
  const learningRate = learningRateAt(settings, step);
  const metrics = { learning_rate: learningRate };
  if (!outcome.coefficients.some((row) => row.some((c) => c !== 0))) {
    return { gradNorm: null, updated: false, kl: outcome.meanKl, pathKl: lessons.map(() => null), metrics };
  }
  const figures = await gradients(trainer, taught, outcome, onProgress, signal);
  const { weightDecay, maxGradNorm } = settings;
  onProgress({ phase: 'optimiser', done: 0, total: 1 });
  const { gradNorm, skipped } = await trainer.step({ ...DEFAULT_ADAMW, learningRate, weightDecay, maxGradNorm });
  onProgress({ phase: 'optimiser', done: 1, total: 1 });
  return {
    gradNorm,
    updated: !skipped,
    kl: outcome.meanKl,
    pathKl: pathKlByLesson(lessons, taught, outcome),
    metrics: { ...metrics, ...lossMetrics(outcome, taught, figures), ...existing({ grad_norm: gradNorm }) },
  };
}

async function withReferences(
  trainer: Trainer,
  lessons: readonly Lesson[],
  { beta, maskTruncated }: LearnSettings,
  onProgress: OnTrainProgress,
  signal: AbortSignal,
): Promise<LiveLesson[]> {
  const result: LiveLesson[] = [];
  for (const [index, lesson] of lessons.entries()) {
    const paths = lesson.chosen.flatMap((i) => lesson.trace.paths[i] ?? []);
    const group: TrainGroup = {
      promptIds: lesson.promptIds,
      paths: paths.map(({ tokens, length }) => Array.from(tokens.subarray(0, length))),
    };
    const options = { adapter: false };
    const report = overall(onProgress, index, lessons.length);
    const reference = beta === 0 ? null : await trainer.figures(group, options, report, signal);
    const terms = paths.map((path, i) => {
      const logpRef = reference?.[i]?.logprobs ?? null;
      const active = !(maskTruncated && path.finish === 'length');
      return { ...policyTerms(path), logpRef, advantage: lesson.advantages[i] ?? 0, active };
    });
    result.push({ lesson, group, terms });
  }
  return result;
}

/**
 * One update per batch: the policy that is updated is the one that sampled, so the old log-probabilities are its own and
 * every ratio is exactly 1. No forward pass is needed for them: the sampler runs the same kernels at temperature 1.
 */
function policyTerms({ logprob, length }: PathTrace): Pick<PathTerms, 'logp' | 'logpOld'> {
  const logp = logprob.subarray(0, length);
  return { logp, logpOld: logp };
}

function lossOf(
  taught: readonly LiveLesson[],
  lessons: readonly Lesson[],
  settings: LearnSettings,
  maxLength: number,
): LossOutcome {
  const skipped = lessons.filter((lesson) => lesson.skipped !== null);
  const skippedPaths = skipped.flatMap(({ chosen, trace }) => chosen.flatMap((i) => trace.paths[i] ?? []));
  const idle = { paths: skippedPaths.length, tokens: skippedPaths.reduce((sum, { length }) => sum + length, 0) };
  const terms = taught.flatMap((live) => live.terms);
  return grpoLoss(terms, { ...settings, maxLength, idle });
}

/** Gathers all gradients; leaves none behind when it fails. Resolves with the forward pass's figures, path by path. */
async function gradients(
  trainer: Trainer,
  taught: readonly LiveLesson[],
  { coefficients }: LossOutcome,
  onProgress: OnTrainProgress,
  signal: AbortSignal,
): Promise<PathFigures[]> {
  const figures: PathFigures[] = [];
  let first = 0;
  try {
    for (const [index, { group, terms }] of taught.entries()) {
      const rows = coefficients.slice(first, first + terms.length).map((row) => Float32Array.from(row));
      first += terms.length;
      figures.push(...(await trainer.accumulate(group, rows, overall(onProgress, index, taught.length), signal)));
      signal.throwIfAborted();
    }
  } catch (error) {
    trainer.zeroGradients();
    throw error;
  }
  return figures;
}

/** Progress over all groups, which the trainer reports for one: groups are taken to be of the same size. */
function overall(onProgress: OnTrainProgress, index: number, count: number): OnTrainProgress {
  return ({ phase, done, total }) => onProgress({ phase, done: index * total + done, total: count * total });
}

function lossMetrics(
  { loss, meanKl, clip }: LossOutcome,
  taught: readonly LiveLesson[],
  figures: readonly PathFigures[],
): Record<string, number> {
  const terms = taught.flatMap((live) => live.terms);
  const differences = terms.flatMap(({ logp }, i) =>
    Array.from(logp, (value, t) => Math.abs(value - (figures[i]?.logprobs[t] ?? NaN))),
  );
  return existing({
    loss,
    kl: meanKl,
    entropy: mean(figures.flatMap(({ entropies }) => Array.from(entropies))),
    'clip_ratio/low_mean': clip.low,
    'clip_ratio/high_mean': clip.high,
    'clip_ratio/region_mean': clip.region,
    'sampling/sampling_logp_difference/mean': mean(differences),
    'sampling/sampling_logp_difference/max': differences.reduce((a, b) => Math.max(a, b), 0),
  });
}

function pathKlByLesson(
  lessons: readonly Lesson[],
  taught: readonly LiveLesson[],
  { pathKl }: LossOutcome,
): TrainedStep['pathKl'] {
  let first = 0;
  const byLesson = new Map(
    taught.map(({ lesson, terms }) => {
      const own = pathKl.slice(first, first + terms.length);
      first += terms.length;
      return [lesson, own] as const;
    }),
  );
  return lessons.map((lesson) => byLesson.get(lesson) ?? null);
}
