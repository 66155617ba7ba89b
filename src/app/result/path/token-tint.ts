import { confidenceWindow } from '../../../method/confidence';
import type { PathTrace } from '../../../run/trace';

/** What the colour of a token says. */
export type TintKind = 'entropy' | 'probability' | 'confidence';

/** What tokens are tinted by, and where each is on that scale: 0 is sure, 1 the least sure. */
export interface TokenTint {
  readonly kind: TintKind;
  /** Figures at the two ends, in the unit of the kind: nats, a probability, nats. */
  readonly sure: number;
  readonly unsure: number;
  /** Tokens a mean is taken over; 1 but for 'confidence'. */
  readonly window: number;
  level(path: PathTrace, step: number): number;
}

/** At the end of the scale of probabilities, which is logarithmic: surprise is what the eye should see. */
const LEAST_PROBABILITY = 0.001;

/** @param ceiling largest entropy, nats  @param paths those that are shown together */
export function tintOf(kind: TintKind, ceiling: number, paths: readonly PathTrace[]): TokenTint {
  if (kind === 'entropy') return entropyTint(ceiling);
  return kind === 'probability' ? probabilityTint() : confidenceTint(paths);
}

/** @param ceiling largest entropy, nats */
function entropyTint(ceiling: number): TokenTint {
  const level = (path: PathTrace, step: number) => (path.entropy[step] ?? 0) / ceiling;
  return { kind: 'entropy', sure: 0, unsure: ceiling, window: 1, level };
}

/** −ln p of the token that was drawn, from p = 1 to p = 0.001. */
function probabilityTint(): TokenTint {
  const level = (path: PathTrace, step: number) => (path.logprob[step] ?? 0) / Math.log(LEAST_PROBABILITY);
  return { kind: 'probability', sure: 1, unsure: LEAST_PROBABILITY, window: 1, level };
}

/**
 * DeepConf's group confidence: the mean over the last w tokens (as many as there are, at the start) of −mean ln p of the 20
 * likeliest; high is sure. w as in the rules that vote by it; the scale spans what the paths shown have.
 */
function confidenceTint(paths: readonly PathTrace[]): TokenTint {
  const written = paths.filter((path) => path.length > 0);
  const window = written.length === 0 ? 1 : confidenceWindow(written.map((path) => path.length));
  const means = new Map(written.map((path) => [path, windowMeans(path.confidence, path.length, window)]));
  let sure = -Infinity;
  let unsure = Infinity;
  for (const values of means.values()) {
    for (const value of values) {
      sure = Math.max(sure, value);
      unsure = Math.min(unsure, value);
    }
  }
  const level = (path: PathTrace, step: number) => {
    const value = means.get(path)?.[step] ?? sure;
    return sure > unsure ? (sure - value) / (sure - unsure) : 0;
  };
  return written.length === 0
    ? { kind: 'confidence', sure: 0, unsure: 0, window, level: () => 0 }
    : { kind: 'confidence', sure, unsure, window, level };
}

/** Mean of each value and the up to `window` − 1 before it. */
function windowMeans(values: Float32Array, length: number, window: number): Float64Array {
  const means = new Float64Array(length);
  let sum = 0;
  for (let t = 0; t < length; t++) {
    sum += (values[t] ?? 0) - (t >= window ? (values[t - window] ?? 0) : 0);
    means[t] = sum / Math.min(window, t + 1);
  }
  return means;
}
