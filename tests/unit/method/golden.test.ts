import { describe, expect, it } from 'vitest';
import golden from '../../fixtures/golden/sasc.json';
import { topKEntropy } from '../../../src/method/entropy';
import { stabilityOf } from '../../../src/method/stability';
import { passAtK } from '../../../src/method/statistics';
import { vote } from '../../../src/method/vote';
import type { VoteInput, VoteOptions } from '../../../src/method/vote-types';

/** The vectors add 1e-9 to some denominators (pool-z's sd, the share's total), which the method leaves out. */
const DIGITS = 7;

/** The expected outcome of a vote in sasc.json. */
interface GoldenVote {
  threshold: number | null;
  kept: number[];
  weights: number[];
  scores: Record<string, number>;
  answer: string;
  ratio: number;
  majority: (string | number)[];
}

function expectVote(answers: (string | null)[], stability: number[], options: Partial<VoteOptions>, to: GoldenVote) {
  const names = [...new Set(answers.filter((answer) => answer !== null))];
  const paths = answers.map((answer, i): VoteInput => {
    return { group: answer === null ? null : names.indexOf(answer), stability: stability[i] ?? null };
  });
  const outcome = vote(paths, options);
  const kept = outcome.paths.flatMap(({ weight }, index) => (weight === null ? [] : [{ index, weight }]));
  expect(kept.map(({ index }) => index)).toEqual(to.kept);
  kept.forEach(({ weight }, i) => expect(weight).toBeCloseTo(to.weights[i] ?? NaN, DIGITS));
  if (to.threshold === null) expect(outcome.threshold).toBeNull();
  else expect(outcome.threshold).toBeCloseTo(to.threshold, 12);
  const scores = outcome.groups
    .filter(({ keptHeads }) => keptHeads > 0)
    .map(({ group, weight }) => [names[group], weight]);
  expect(Object.keys(to.scores).sort()).toEqual(scores.map(([name]) => name).sort());
  for (const [name, weight] of scores) expect(Number(weight) / (to.scores[name ?? ''] ?? NaN)).toBeCloseTo(1, DIGITS);
  expect(names[outcome.sasc?.group ?? -1]).toBe(to.answer);
  expect(outcome.sasc?.share).toBeCloseTo(to.ratio, DIGITS);
  expect([names[outcome.majority?.group ?? -1], outcome.majority?.count]).toEqual(to.majority);
}

describe('the golden vectors of an independent implementation', () => {
  it.each(Object.entries(golden.topk_entropy.k))('top-%s entropy', (k, expected) => {
    expect(topKEntropy(golden.topk_entropy.logprobs, Number(k))).toBeCloseTo(expected, 12);
  });

  it('entropy over the whole vocabulary when K is larger', () => {
    expect(topKEntropy(golden.topk_entropy.logprobs, 64)).toBeCloseTo(golden.topk_entropy.full, 12);
    expect(topKEntropy(golden.topk_entropy.logprobs, 1000)).toBeCloseTo(golden.topk_entropy.full, 12);
  });

  it.each([
    [20, golden.stability.k20],
    [5, golden.stability.k5],
  ])('stability at K = %i', (k, expected) => {
    expect(stabilityOf(golden.stability.rows.map((row) => topKEntropy(row, k)))).toBeCloseTo(expected, 12);
  });

  it('votes of 16 and 8 paths, in both z variants', () => {
    const { vote16, variants_disagree: eight } = golden;
    expectVote(vote16.answers, vote16.stability, {}, vote16.ttrl);
    expectVote(vote16.answers, vote16.stability, { zVariant: 'pool' }, vote16.tts);
    expectVote(eight.answers, eight.stability, { zVariant: 'survivors' }, eight.ttrl);
    expectVote(eight.answers, eight.stability, { zVariant: 'pool' }, eight.tts);
    expect(eight.ttrl.answer).not.toBe(eight.tts.answer);
  });

  it('a pool of three is not gated', () => {
    expectVote(golden.vote_small.answers, golden.vote_small.stability, {}, golden.vote_small.ttrl);
  });

  it.each(Object.entries(golden.kept_after_p80))('a pool of %s keeps %i', (size, kept) => {
    const paths = Array.from({ length: Number(size) }, (_, i) => ({ group: 0, stability: Math.sin(i * 7 + 1) + 2 }));
    expect(vote(paths).keptCount).toBe(kept);
  });

  it.each(golden.pass_at_k)('pass@k: n = %i, c = %i, k = %i', (n, c, k, expected) => {
    expect(passAtK(n ?? 0, c ?? 0, k ?? 0)).toBeCloseTo(expected ?? NaN, 12);
  });
});
