import { grpoLoss, type LossOutcome, type PathTerms } from '../method/grpo/loss';
import { existing, mean } from '../method/grpo/metrics';
import { learningRateAt } from '../method/grpo/schedule';
import type { PathTrace } from '../run/trace';
import { DEFAULT_ADAMW, type PathFigures, type TrainGroup, type Trainer, type TrainProgress } from '../policy/training';
import type { TrainingGroup } from './label';
import type { LearnSettings } from './settings';

type OnTrainProgress = (progress: TrainProgress) => void;

export interface TrainedStep {
  /** null: every group was skipped, or no token had a gradient; nothing was computed and nothing has changed. */
  readonly gradNorm: number | null;
  readonly updated: boolean;
  /** Mean k3 KL per token; null without reference. */
  readonly kl: number | null;
  /** KL of the chosen paths, by training group; null for groups that were not trained on. */
  readonly pathKl: readonly (readonly (number | null)[] | null)[];
  readonly metrics: Readonly<Record<string, number>>;
}

/** A training group with something to learn in it, as the trainer takes it. */
interface LiveGroup {
  readonly source: TrainingGroup;
  readonly group: TrainGroup;
  readonly terms: readonly PathTerms[];
}

/** One optimiser update of a step. */
interface Update {
  readonly outcome: LossOutcome;
  /** Of the forward pass before the update, path by path. */
  readonly figures: readonly PathFigures[];
  readonly gradNorm: number;
  readonly skipped: boolean;
}

/**
 * A step's GRPO updates on its training groups: reference (where beta > 0), then coefficients, gradients and AdamW,
 * `updatesPerBatch` times on the same paths. Skipped groups have no gradient, but their paths count in the loss's
 * normaliser, as in TRL. Rejects with EngineError; then the gradients are zero again, and adapter and moments as they
 * were before the step.
 */
export async function trainOn(
  trainer: Trainer,
  groups: readonly TrainingGroup[],
  settings: LearnSettings,
  step: number,
  maxLength: number,
  onProgress: OnTrainProgress,
  signal: AbortSignal,
): Promise<TrainedStep> {
  const live = groups.filter(({ skipped }) => skipped === null);
  const trained = await withReferences(trainer, live, settings, onProgress, signal);
  const first = lossOf(trained, groups, settings, maxLength);
  const learningRate = learningRateAt(settings, step);
  const metrics = { learning_rate: learningRate };
  if (!hasGradient(first)) {
    return { gradNorm: null, updated: false, kl: first.meanKl, pathKl: groups.map(() => null), metrics };
  }
  // Only a later update can fail after the adapter has moved.
  const before = settings.updatesPerBatch > 1 ? await trainer.state() : null;
  const updates: Update[] = [];
  const pass = passCounter(2 * settings.updatesPerBatch - 1, onProgress);
  try {
    let current: readonly LiveGroup[] = trained;
    let outcome = first;
    for (;;) {
      const isLast = updates.length + 1 === settings.updatesPerBatch;
      updates.push(await update(trainer, current, outcome, { ...settings, learningRate }, pass(), signal));
      if (isLast || updates.at(-1)?.skipped === true) break;
      current = await afterUpdate(trainer, trained, updates[0]?.figures ?? [], pass(), signal);
      outcome = lossOf(current, groups, settings, maxLength);
      // Everything is clipped: the adapter would not move, and the next update would find the same.
      if (!hasGradient(outcome)) break;
    }
  } catch (error) {
    if (before !== null) trainer.restore(before);
    throw error;
  }
  onProgress({ phase: 'optimiser', done: 1, total: 1 });
  const gradNorm = (updates.find(({ skipped }) => skipped) ?? updates[0])?.gradNorm ?? NaN;
  return {
    gradNorm,
    updated: updates.some(({ skipped }) => !skipped),
    kl: first.meanKl,
    pathKl: pathKlByGroup(groups, trained, first),
    metrics: {
      ...metrics,
      ...lossMetrics(first, trained, updates[0]?.figures ?? []),
      ...updateMetrics(updates.map(({ outcome }) => outcome)),
      ...existing({ grad_norm: gradNorm }),
    },
  };
}

function hasGradient({ coefficients }: LossOutcome): boolean {
  return coefficients.some((row) => row.some((coefficient) => coefficient !== 0));
}

async function update(
  trainer: Trainer,
  groups: readonly LiveGroup[],
  outcome: LossOutcome,
  { learningRate, weightDecay, maxGradNorm }: LearnSettings,
  onProgress: OnTrainProgress,
  signal: AbortSignal,
): Promise<Update> {
  const figures = await gradients(trainer, groups, outcome, onProgress, signal);
  const { gradNorm, skipped } = await trainer.step({ ...DEFAULT_ADAMW, learningRate, weightDecay, maxGradNorm });
  return { outcome, figures, gradNorm, skipped };
}

/**
 * The paths' terms under the policy as an update left it. The old log-probabilities are the trainer's own, of the forward
 * pass before the first update: so the ratio shows the updates only, not the difference of sampler and trainer.
 * @param old figures of that pass, path by path
 */
async function afterUpdate(
  trainer: Trainer,
  groups: readonly LiveGroup[],
  old: readonly PathFigures[],
  onProgress: OnTrainProgress,
  signal: AbortSignal,
): Promise<LiveGroup[]> {
  const result: LiveGroup[] = [];
  let first = 0;
  for (const [index, live] of groups.entries()) {
    const report = overall(onProgress, index, groups.length);
    const figures = await trainer.figures(live.group, { adapter: true }, report, signal);
    signal.throwIfAborted();
    const terms = live.terms.map((path, i) => ({
      ...path,
      logp: figures[i]?.logprobs ?? [],
      logpOld: old[first + i]?.logprobs ?? [],
    }));
    first += terms.length;
    result.push({ ...live, terms });
  }
  return result;
}

/** Progress of several passes over all groups as one phase: with each call a pass begins. */
function passCounter(count: number, onProgress: OnTrainProgress): () => OnTrainProgress {
  let begun = 0;
  return () => {
    const index = begun++;
    const report = overall(onProgress, index, count);
    return (progress) => report({ ...progress, phase: 'gradient' });
  };
}

/** Figures over all updates of a step; the ratios only where there are several, since the first one's are 1. */
function updateMetrics(outcomes: readonly LossOutcome[]): Record<string, number> {
  const meanOf = (part: (outcome: LossOutcome) => number): number | null => mean(outcomes.map(part));
  return existing({
    'clip_ratio/low_mean': meanOf(({ clip }) => clip.low),
    'clip_ratio/high_mean': meanOf(({ clip }) => clip.high),
    'clip_ratio/region_mean': meanOf(({ clip }) => clip.region),
    ...(outcomes.length > 1 && {
      'ratio/mean': meanOf(({ ratio }) => ratio.mean),
      'ratio/max': Math.max(...outcomes.map(({ ratio }) => ratio.max)),
    }),
  });
}

async function withReferences(
  trainer: Trainer,
  groups: readonly TrainingGroup[],
  { beta, maskTruncated }: LearnSettings,
  onProgress: OnTrainProgress,
  signal: AbortSignal,
): Promise<LiveGroup[]> {
  const result: LiveGroup[] = [];
  for (const [index, source] of groups.entries()) {
    const paths = source.chosen.flatMap((i) => source.trace.paths[i] ?? []);
    const group: TrainGroup = {
      promptIds: source.promptIds,
      paths: paths.map(({ tokens, length }) => Array.from(tokens.subarray(0, length))),
    };
    const options = { adapter: false };
    const report = overall(onProgress, index, groups.length);
    const reference = beta === 0 ? null : await trainer.figures(group, options, report, signal);
    const terms = paths.map((path, i) => {
      const logpRef = reference?.[i]?.logprobs ?? null;
      const active = !isMasked(path, maskTruncated);
      return { ...policyTerms(path), logpRef, advantage: source.advantages[i] ?? 0, active };
    });
    result.push({ source, group, terms });
  }
  return result;
}

/**
 * At the first update of a batch the policy is the one that sampled: the old log-probabilities are its own and every ratio
 * is exactly 1. No forward pass is needed for them: the sampler runs the same kernels at temperature 1.
 */
function policyTerms({ logprob, length }: PathTrace): Pick<PathTerms, 'logp' | 'logpOld'> {
  const logp = logprob.subarray(0, length);
  return { logp, logpOld: logp };
}

/** Whether none of a path's tokens counts: it was cut off, and such paths are to be masked. */
function isMasked({ finish }: PathTrace, maskTruncated: boolean): boolean {
  return maskTruncated && finish === 'length';
}

function lossOf(
  trained: readonly LiveGroup[],
  groups: readonly TrainingGroup[],
  settings: LearnSettings,
  maxLength: number,
): LossOutcome {
  const skipped = groups.filter((source) => source.skipped !== null);
  const skippedPaths = skipped.flatMap(({ chosen, trace }) => chosen.flatMap((i) => trace.paths[i] ?? []));
  // Masked tokens are in no denominator, of whatever group their path is; the path still counts as one.
  const counted = skippedPaths.filter((path) => !isMasked(path, settings.maskTruncated));
  const idle = { paths: skippedPaths.length, tokens: counted.reduce((sum, { length }) => sum + length, 0) };
  const terms = trained.flatMap((live) => live.terms);
  return grpoLoss(terms, { ...settings, maxLength, idle });
}

/** Gathers all gradients; leaves none behind when it fails. Resolves with the forward pass's figures, path by path. */
async function gradients(
  trainer: Trainer,
  trained: readonly LiveGroup[],
  { coefficients }: LossOutcome,
  onProgress: OnTrainProgress,
  signal: AbortSignal,
): Promise<PathFigures[]> {
  const figures: PathFigures[] = [];
  let first = 0;
  try {
    for (const [index, { group, terms }] of trained.entries()) {
      const rows = coefficients.slice(first, first + terms.length).map((row) => Float32Array.from(row));
      first += terms.length;
      figures.push(...(await trainer.accumulate(group, rows, overall(onProgress, index, trained.length), signal)));
      signal.throwIfAborted();
    }
  } catch (error) {
    trainer.zeroGradients();
    throw error;
  }
  return figures;
}

/** Progress over all parts of a phase, reported by one of them: they are taken to be of the same size. */
function overall(onProgress: OnTrainProgress, index: number, count: number): OnTrainProgress {
  return ({ phase, done, total }) => onProgress({ phase, done: index * total + done, total: count * total });
}

function lossMetrics(
  { loss, meanKl }: LossOutcome,
  trained: readonly LiveGroup[],
  figures: readonly PathFigures[],
): Record<string, number> {
  const terms = trained.flatMap((live) => live.terms);
  const differences = terms.flatMap(({ logp }, i) =>
    Array.from(logp, (value, t) => Math.abs(value - (figures[i]?.logprobs[t] ?? NaN))),
  );
  return existing({
    loss,
    kl: meanKl,
    entropy: mean(figures.flatMap(({ entropies }) => Array.from(entropies))),
    'sampling/sampling_logp_difference/mean': mean(differences),
    'sampling/sampling_logp_difference/max': differences.reduce((a, b) => Math.max(a, b), 0),
  });
}

function pathKlByGroup(
  groups: readonly TrainingGroup[],
  trained: readonly LiveGroup[],
  { pathKl }: LossOutcome,
): TrainedStep['pathKl'] {
  let first = 0;
  const byGroup = new Map(
    trained.map(({ source, terms }) => {
      const own = pathKl.slice(first, first + terms.length);
      first += terms.length;
      return [source, own] as const;
    }),
  );
  return groups.map((source) => byGroup.get(source) ?? null);
}
