import { ALTERNATIVE_COUNT } from '../../../run/columns';
import type { PathTrace, RunTrace } from '../../../run/trace';
import { formatFixed } from '../../../i18n/format';
import { visibleToken } from '../../kit/charts/token-text';

export interface Alternative {
  readonly token: number;
  readonly text: string;
  /** At temperature 1, over the whole vocabulary. */
  readonly probability: number;
  /** ln of it. */
  readonly logprob: number;
  readonly chosen: boolean;
}

/**
 * What could have been written at a step, likeliest first: the five likeliest tokens, and the sampled one after them
 * when it was less likely than all five. Empty where they were not recorded.
 */
export function alternativesAt(trace: RunTrace, path: PathTrace, step: number): Alternative[] {
  const sampled = path.tokens[step] ?? 0;
  const entry = (token: number, logprob: number): Alternative => ({
    token,
    text: visibleToken(trace.pieces.get(token)),
    probability: Math.exp(logprob),
    logprob,
    chosen: token === sampled,
  });
  if (!isRecorded(path, step)) return [];
  const list: Alternative[] = [];
  for (let i = step * ALTERNATIVE_COUNT; i < (step + 1) * ALTERNATIVE_COUNT; i++) {
    const logprob = path.alternativeLogprob[i] ?? -Infinity;
    // A vocabulary smaller than five leaves the last entries at -Infinity.
    if (logprob > -Infinity) list.push(entry(path.alternativeToken[i] ?? 0, logprob));
  }
  if (!list.some((alternative) => alternative.chosen)) list.push(entry(sampled, path.logprob[step] ?? 0));
  return list;
}

/** Two tokens cannot both be certain: arrays that nobody has filled say so of all five. */
function isRecorded(path: PathTrace, step: number): boolean {
  const first = step * ALTERNATIVE_COUNT;
  return path.alternativeLogprob[first] !== 0 || path.alternativeLogprob[first + 1] !== 0;
}

/** "0.76", or "<0.01". */
export function probabilityText(probability: number): string {
  return `${probability < 0.005 ? '<' : ''}${formatFixed(Math.max(0.01, probability), 2)}`;
}
