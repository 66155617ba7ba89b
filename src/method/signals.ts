import {
  bottomConfidence,
  confidenceWindow,
  lowestConfidence,
  meanOf,
  selfCertainty,
  sumOf,
  tailConfidence,
} from './confidence';

/** The figures of a path's tokens, [T] each, in nats, as `StepBatch` defines them; undefined: not known. */
export interface TokenFigures {
  /** −mean of the top-20 log-probabilities, not renormalised. */
  readonly confidence?: ArrayLike<number> | undefined;
  /** ln p of the sampled token. */
  readonly logprob?: ArrayLike<number> | undefined;
  /** ln p of the likeliest token. */
  readonly likeliest?: ArrayLike<number> | undefined;
  /** Mean over the vocabulary of ln p(v). */
  readonly meanLogprob?: ArrayLike<number> | undefined;
}

type Figure = keyof TokenFigures;
type Figures<Needs extends Figure> = { readonly [Key in Needs]: ArrayLike<number> };

interface Signal {
  /** Figures that it is computed from. */
  readonly needs: readonly Figure[];
  /** @param windowOf DeepConf's window for the paths of this problem */
  readonly of: (figures: TokenFigures, windowOf: () => number) => number | undefined;
}

/** A path's largest slip, and the step it was made at. */
export interface Slip {
  /** ln p(likeliest) − ln p(drawn), 0 or more. */
  readonly size: number;
  /** The first such step. */
  readonly step: number;
}

/**
 * One number a path, computed from its tokens; of each but `slip` more is meant to be better (docs/METHOD.md#signals).
 * Entropy and confidence describe the distribution at a step; only `pathLogprob`, `tokenLogprob` and `slip` see which token
 * was drawn from it.
 */
export const SIGNALS = {
  /** ln p(path) = Σ_t ln p_t(drawn). */
  pathLogprob: signal(['logprob'], ({ logprob }) => sumOf(logprob)),
  /** The same a token: (1/T) Σ_t ln p_t(drawn). Taubenfeld et al. 2025. */
  tokenLogprob: signal(['logprob'], ({ logprob }) => meanOf(logprob)),
  /** max_t [ln p_t(likeliest) − ln p_t(drawn)]: how unlikely its most unlikely turn was. Ours. */
  slip: signal(['logprob', 'likeliest'], ({ logprob, likeliest }) => largestSlip(logprob, likeliest).size),
  /** DeepConf's confidences, Fu et al. 2025. */
  meanConfidence: signal(['confidence'], ({ confidence }) => meanOf(confidence)),
  tailConfidence: signal(['confidence'], ({ confidence }, windowOf) => tailConfidence(confidence, windowOf())),
  bottomConfidence: signal(['confidence'], ({ confidence }, windowOf) => bottomConfidence(confidence, windowOf())),
  lowestConfidence: signal(['confidence'], ({ confidence }, windowOf) => lowestConfidence(confidence, windowOf())),
  /** Kang et al. 2025. */
  selfCertainty: signal(['meanLogprob'], ({ meanLogprob }) => selfCertainty(meanLogprob)),
} as const satisfies Record<string, Signal>;

/** Stability, and every figure of a path of which less is better; names as in recordings and model cards. */
const LESS_IS_BETTER: readonly string[] = ['stability', 'slip', 'digitSurprisal', 'answerEntropy'];

/** Whether less of a path's figure is better, as of stability; of the others more is. */
export function isLessBetter(figure: string): boolean {
  return LESS_IS_BETTER.includes(figure);
}

export type SignalId = keyof typeof SIGNALS;
export const SIGNAL_IDS = Object.keys(SIGNALS) as readonly SignalId[];

/** A path whose signals can be taken: from its tokens, or as somebody has computed them; null: computed, but there is none. */
export interface SignalPath extends TokenFigures {
  readonly signals?: Readonly<Partial<Record<SignalId, number | null>>> | undefined;
}

/**
 * A path's signal; undefined: what it is computed from is not known, null: there are no tokens.
 * @param windowOf called only where DeepConf's window is needed
 */
export function signalOf(path: SignalPath, id: SignalId, windowOf: () => number): number | null | undefined {
  const state = signalState(path, id);
  if (state !== 'known') return state === 'none' ? null : undefined;
  return path.signals?.[id] ?? SIGNALS[id].of(path, windowOf);
}

/** What `signalOf` would give, without computing it. */
export function signalState(path: SignalPath, id: SignalId): 'known' | 'none' | 'unknown' {
  const given = path.signals?.[id];
  if (given !== undefined) return given === null ? 'none' : 'known';
  const { needs } = SIGNALS[id];
  if (needs.some((figure) => path[figure] === undefined)) return 'unknown';
  return needs.some((figure) => path[figure]?.length === 0) ? 'none' : 'known';
}

/** DeepConf's window for paths of one problem, in tokens. */
export function windowOf(paths: readonly TokenFigures[]): number {
  return confidenceWindow(paths.map(({ confidence }) => confidence?.length ?? 0));
}

/**
 * The step at which the drawn token was the least likely against the likeliest one. A path that drew the likeliest token
 * throughout has slip 0 at step 0.
 * @param logprob [T] ln p of the drawn token, T > 0
 * @param likeliest [T] ln p of the likeliest one
 */
export function largestSlip(logprob: ArrayLike<number>, likeliest: ArrayLike<number>): Slip {
  let largest: Slip = { size: slipAt(logprob, likeliest, 0), step: 0 };
  for (let step = 1; step < logprob.length; step++) {
    const size = slipAt(logprob, likeliest, step);
    if (!(size <= largest.size)) largest = { size, step };
  }
  return largest;
}

/** Rounding can put the likeliest token a little below itself. */
function slipAt(logprob: ArrayLike<number>, likeliest: ArrayLike<number>, step: number): number {
  return Math.max(0, (likeliest[step] ?? NaN) - (logprob[step] ?? NaN));
}

/**
 * −Σ ln p of the drawn tokens at some steps, say those that write a digit: in arithmetic only there can a path go wrong.
 * @param isCounted of each step
 */
export function surprisalAt(logprob: ArrayLike<number>, isCounted: (step: number) => boolean): number {
  let surprisal = 0;
  for (let step = 0; step < logprob.length; step++) {
    if (isCounted(step)) surprisal -= logprob[step] ?? NaN;
  }
  return surprisal;
}

function signal<Needs extends Figure>(
  needs: readonly Needs[],
  of: (figures: Figures<Needs>, windowOf: () => number) => number,
): Signal {
  const hasAll = (figures: TokenFigures): figures is TokenFigures & Figures<Needs> =>
    needs.every((figure) => figures[figure] !== undefined);
  return { needs, of: (figures, windowOf) => (hasAll(figures) ? of(figures, windowOf) : undefined) };
}
