import { describe, expect, it } from 'vitest';
import { readProblem } from '../../../../src/families/read-problem';
import { doubtOf, doubtText } from '../../../../src/app/result/doubt';
import { decideRun } from '../../../../src/run/decide-run';
import { RunTrace } from '../../../../src/run/trace';

/** Eight paths, each with an answer of its own or all with the same, every token as likely as `logprob` says. */
function view(logprob: number, sameAnswer: boolean) {
  const trace = new RunTrace(8, 32);
  trace.paths.forEach((path, i) => {
    const text = `\\boxed{${sameAnswer ? 1 : i}}`;
    [...text].forEach((character, t) => {
      const id = character.charCodeAt(0);
      path.tokens[t] = id;
      path.logprob[t] = logprob;
      trace.pieces.set(id, { id, bytes: Uint8Array.of(id), special: false });
    });
    path.length = text.length;
    path.finish = 'stop';
    path.stability = 0.1 * (i + 1);
  });
  return { trace, decision: decideRun(trace) };
}

const doubtIn = (problem: string, logprob = -0.05, sameAnswer = true) =>
  doubtOf(readProblem(problem), view(logprob, sameAnswer), 'tiny-math');

describe('why an answer is not shown as one', () => {
  it('is nothing where the problem is one that the model was taught', () => {
    expect(doubtIn('Solve for x: 3x+5=20')).toBeNull();
  });

  it('is nothing where nothing is known of the model', () => {
    expect(doubtOf(null, view(-3, false), 'a real model')).toBeNull();
  });

  it.each([
    ['x^2 - 5x + 6 = 0', 'kind', /^tiny-math has not learned this kind of problem; its 8 answers are guesses\.$/],
    ['gcd(123456, 7890)', 'numbers', /never with such numbers/],
    ['3x + 5 = 20', 'words', /other words/],
  ])('is said of %j', (problem, kind, text) => {
    const doubt = doubtIn(problem);
    expect(doubt?.kind).toBe(kind);
    expect(doubt && doubtText(doubt)).toMatch(text);
  });

  it('is the run itself where its paths are unlikely and do not agree', () => {
    expect(doubtIn('Solve for x: 3x+5=20', -0.5, false)?.kind).toBe('run');
    expect(doubtIn('Solve for x: 3x+5=20', -0.5, true)).toBeNull();
    expect(doubtIn('Solve for x: 3x+5=20', -0.1, false)).toBeNull();
  });
});
