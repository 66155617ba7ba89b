/** How per-token losses are averaged. Names are TRL's. docs/METHOD.md#grpo */
export const LOSS_TYPES = ['dapo', 'grpo', 'bnpo', 'dr_grpo'] as const;
export type LossType = (typeof LOSS_TYPES)[number];
/** Ratio of new to old probability: of each token, or of the whole path (GSPO, arXiv 2507.18071). */
export const IMPORTANCES = ['token', 'sequence'] as const;
type Importance = (typeof IMPORTANCES)[number];

export interface LossOptions {
  readonly lossType: LossType;
  readonly importance: Importance;
  /** The ratio is clipped to 1 − epsilonLow .. 1 + epsilonHigh. */
  readonly epsilonLow: number;
  readonly epsilonHigh: number;
  /** Weight of the k3 KL against the reference. */
  readonly beta: number;
  /** dr_grpo's constant: the most tokens that a path may have. */
  readonly maxLength: number;
  /** Paths of the step that were skipped because their group was unanimous: no loss, but part of the normaliser. */
  readonly idle?: { readonly paths: number; readonly tokens: number };
}

/** One sampled path: a number for each of its T tokens, log-probabilities in nats. */
export interface PathTerms {
  readonly logp: ArrayLike<number>;
  /** Under the policy that sampled it. */
  readonly logpOld: ArrayLike<number>;
  /** Under the reference policy; null: it was not computed, which needs beta = 0. */
  readonly logpRef: ArrayLike<number> | null;
  readonly advantage: number;
  /** False: none of its tokens has a loss (truncated paths may be masked), though it counts as a path. */
  readonly active: boolean;
}

interface ClipRatios {
  /** Share of active tokens whose ratio is below the range while the advantage is negative. */
  readonly low: number;
  /** Share whose ratio is above it while the advantage is positive. */
  readonly high: number;
  readonly region: number;
}

export interface LossOutcome {
  readonly loss: number;
  /** Mean k3 KL over all active tokens, in nats; null without reference. */
  readonly meanKl: number | null;
  /** One a path; null without reference, or for a path without active tokens. */
  readonly pathKl: readonly (number | null)[];
  readonly clip: ClipRatios;
  /** New to old probability over all active tokens, before clipping; 1 and 1 when the policy has not moved. */
  readonly ratio: { readonly mean: number; readonly max: number };
  /** [path][T] d loss / d logp. */
  readonly coefficients: readonly Float64Array[];
}

/**
 * GRPO's clipped objective over all paths of a step: per token l = −min(ρA, clip(ρ)A) + β KL with ρ = exp(logp − logpOld),
 * KL = exp(r) − r − 1 and r = logpRef − logp, and its derivative by every log-probability. docs/METHOD.md#grpo
 *
 * At the first update of a batch logpOld is logp itself: ρ = 1, and the loss reads about 0 (the advantages of a group cancel)
 * while its gradient does not.
 * @throws RangeError when a path's log-probabilities differ in number, and for beta ≠ 0 without reference
 */
export function grpoLoss(paths: readonly PathTerms[], options: LossOptions): LossOutcome {
  paths.forEach((path) => checkPath(path, options));
  const weights = tokenWeights(paths, options);
  const clipped = { low: 0, high: 0 };
  const ratio = { sum: 0, max: 0 };
  const pathKl: (number | null)[] = [];
  let loss = 0;
  let klSum = 0;
  const coefficients = paths.map((path, i) => {
    const weight = weights[i] ?? 0;
    const terms = pathTerms(path, options);
    loss += weight * (terms.policy + options.beta * (terms.kl ?? 0));
    klSum += terms.kl ?? 0;
    pathKl.push(terms.kl === null || !path.active ? null : terms.kl / path.logp.length);
    clipped.low += terms.low;
    clipped.high += terms.high;
    ratio.sum += terms.ratioSum;
    ratio.max = Math.max(ratio.max, terms.ratioMax);
    return terms.gradient.map((gradient) => weight * gradient);
  });
  const tokens = Math.max(1, activeTokens(paths));
  const hasReference = paths.length > 0 && paths.every(({ logpRef }) => logpRef !== null);
  return {
    loss,
    meanKl: hasReference ? klSum / tokens : null,
    pathKl,
    ratio: activeTokens(paths) === 0 ? { mean: 1, max: 1 } : { mean: ratio.sum / tokens, max: ratio.max },
    clip: { low: clipped.low / tokens, high: clipped.high / tokens, region: (clipped.low + clipped.high) / tokens },
    coefficients,
  };
}

function checkPath({ logp, logpOld, logpRef }: PathTerms, { beta }: LossOptions): void {
  if (logpOld.length !== logp.length || (logpRef !== null && logpRef.length !== logp.length)) {
    throw new RangeError('A path needs as many old and reference log-probabilities as it has tokens.');
  }
  if (logpRef === null && beta !== 0) throw new RangeError('A KL term needs reference log-probabilities.');
}

function activeTokens(paths: readonly PathTerms[]): number {
  return paths.reduce((sum, { active, logp }) => sum + (active ? logp.length : 0), 0);
}

/** What a token of each path weighs in the loss. A path without active tokens counts in grpo's and dr_grpo's mean over paths. */
function tokenWeights(paths: readonly PathTerms[], { lossType, maxLength, idle }: LossOptions): number[] {
  const tokens = Math.max(1, activeTokens(paths) + (idle?.tokens ?? 0));
  const pathCount = paths.length + (idle?.paths ?? 0);
  return paths.map(({ active, logp }) => {
    if (!active || logp.length === 0) return 0;
    switch (lossType) {
      // TRL's bnpo differs from dapo only when a step is split over micro-batches with normalisers of their own.
      case 'dapo':
      case 'bnpo':
        return 1 / tokens;
      case 'grpo':
        return 1 / (pathCount * logp.length);
      case 'dr_grpo':
        return 1 / (pathCount * maxLength);
    }
  });
}

interface SummedTerms {
  /** Σ_t −min(ρA, clip(ρ)A) */
  readonly policy: number;
  /** Σ_t KL; null without reference. */
  readonly kl: number | null;
  /** Tokens clipped below and above. */
  readonly low: number;
  readonly high: number;
  /** Σ_t ρ and the largest ρ, before clipping. */
  readonly ratioSum: number;
  readonly ratioMax: number;
  /** d (policy + β kl) / d logp. */
  readonly gradient: Float64Array;
}

function pathTerms(path: PathTerms, { importance, epsilonLow, epsilonHigh, beta }: LossOptions): SummedTerms {
  const { logp, logpOld, logpRef, advantage, active } = path;
  const gradient = new Float64Array(logp.length);
  if (!active)
    return { policy: 0, kl: logpRef === null ? null : 0, low: 0, high: 0, ratioSum: 0, ratioMax: 0, gradient };
  let [policy, kl, low, high, ratioSum, ratioMax] = [0, 0, 0, 0, 0, 0];
  const sequenceRatio = importance === 'sequence' ? Math.exp(meanDifference(logp, logpOld)) : null;
  for (let t = 0; t < logp.length; t++) {
    const ratio = sequenceRatio ?? Math.exp((logp[t] ?? NaN) - (logpOld[t] ?? NaN));
    const isLow = ratio < 1 - epsilonLow && advantage < 0;
    const isHigh = ratio > 1 + epsilonHigh && advantage > 0;
    low += Number(isLow);
    high += Number(isHigh);
    ratioSum += ratio;
    ratioMax = Math.max(ratioMax, ratio);
    const bounded = isLow ? 1 - epsilonLow : isHigh ? 1 + epsilonHigh : ratio;
    policy -= bounded * advantage;
    // A sequence's ratio depends on every token by 1/T and is in T terms: the same derivative as a token's own ratio.
    gradient[t] = isLow || isHigh ? 0 : -ratio * advantage;
    if (logpRef === null) continue;
    const r = (logpRef[t] ?? NaN) - (logp[t] ?? NaN);
    kl += Math.expm1(r) - r;
    gradient[t] = (gradient[t] ?? 0) - beta * Math.expm1(r);
  }
  return { policy, kl: logpRef === null ? null : kl, low, high, ratioSum, ratioMax, gradient };
}

function meanDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let t = 0; t < a.length; t++) sum += (a[t] ?? NaN) - (b[t] ?? NaN);
  return sum / a.length;
}
