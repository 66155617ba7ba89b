import type { Problem } from '../../../src/evaluate/problem-file';
import type { SampledPath, SampledProblem } from '../../../src/evaluate/sampled-problem';
import { SIGNAL_IDS } from '../../../src/method/signals';

/** A path that says this, with one number for every signal. */
export function path(answer: string | null, figure = 0, text = `${answer}/${figure}`): SampledPath {
  const signals = Object.fromEntries(SIGNAL_IDS.map((id) => [id, figure])) as SampledPath['signals'];
  return { text, answer, tokens: 10, finish: 'stop', stability: figure, signals };
}

export function sampled(id: string, answers: readonly (string | null)[], greedy: string | null = null): SampledProblem {
  return {
    id,
    promptTokens: 5,
    paths: answers.map((answer, i) => path(answer, i)),
    greedy: greedy === null ? null : path(greedy),
  };
}

export const problem = (id: string, gold: string | null): Problem => ({ id, problem: `problem ${id}`, gold });

export const byId = (all: readonly SampledProblem[]): ReadonlyMap<string, SampledProblem> =>
  new Map(all.map((one) => [one.id, one]));
