import type { RulePath } from '../method/rules';
import { largestSlip, type SignalPath, type Slip, type TokenFigures } from '../method/signals';
import type { VoteInput } from '../method/vote-types';
import { ALTERNATIVE_COUNT } from './columns';
import type { Decision } from './decision';
import { hasFigures } from './recorded';
import type { PathTrace, RunTrace } from './trace';

/**
 * A run's paths as the voting rules see them, views of the trace's arrays. What a run read from a link does not know, its
 * tokens' probabilities, is passed as undefined.
 */
export function rulePaths(trace: RunTrace, decision: Decision): (RulePath & VoteInput)[] {
  const texts = new Map<string, number>();
  return trace.paths.map((path) => {
    const { index, length, stability, votes } = path;
    const own = { group: votes ? (decision.groupOfPath[index] ?? null) : null, stability, tokens: length };
    const signals = signalPath(path);
    return hasFigures(path)
      ? { ...own, text: numberOf(wholeOf(path).text, texts), ...signals }
      : { ...own, ...signals };
  });
}

/** What signals of a path are taken from: its tokens' figures, or what a link says of them. */
export function signalPath(path: PathTrace): SignalPath {
  const { drawn, length } = path;
  if (drawn === undefined || hasFigures(path)) return tokenFigures(path);
  const { pathLogprob, slip } = drawn;
  return { signals: { pathLogprob, slip, tokenLogprob: pathLogprob / length } };
}

/** A path's largest slip, from its tokens' figures or as a link has it; null: not known, or there are no tokens. */
export function slipIn(path: PathTrace): Slip | null {
  const { logprob, likeliest } = tokenFigures(path);
  if (path.length === 0) return null;
  if (logprob !== undefined && likeliest !== undefined) return largestSlip(logprob, likeliest);
  return path.drawn === undefined ? null : { size: path.drawn.slip, step: path.drawn.slipStep };
}

/** Views of the trace's arrays; nothing where a path read from a link has no figures. */
function tokenFigures(path: PathTrace): TokenFigures {
  if (!hasFigures(path)) return {};
  const { length } = path;
  return {
    confidence: path.confidence.subarray(0, length),
    logprob: path.logprob.subarray(0, length),
    likeliest: wholeOf(path).likeliest,
    meanLogprob: path.meanLogprob.subarray(0, length),
  };
}

interface Whole {
  /** The path's token ids: paths that wrote the same have the same. */
  readonly text: string;
  /** [T] ln p of the likeliest token. */
  readonly likeliest: Float32Array;
}

/** A path that is still being written has no answer, so that nothing of it is needed. */
const UNFINISHED: Whole = { text: '', likeliest: new Float32Array(0) };

/** Of finished paths, which never change: a vote is taken again with every move of the gate. */
const wholes = new WeakMap<PathTrace, Whole>();

function wholeOf(path: PathTrace): Whole {
  if (path.finish === null) return UNFINISHED;
  const known = wholes.get(path);
  if (known !== undefined) return known;
  const whole = { text: path.tokens.subarray(0, path.length).join(), likeliest: likeliestLogprobs(path) };
  wholes.set(path, whole);
  return whole;
}

/** [T] ln p of the likeliest token: the first alternative of each step. */
export function likeliestLogprobs({ length, alternativeLogprob }: PathTrace): Float32Array {
  return Float32Array.from({ length }, (_, t) => alternativeLogprob[t * ALTERNATIVE_COUNT] ?? NaN);
}

/** Numbers texts in order of first sight. */
function numberOf(text: string, numbers: Map<string, number>): number {
  const number = numbers.get(text) ?? numbers.size;
  numbers.set(text, number);
  return number;
}
