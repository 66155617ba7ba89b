import { describe, expect, it } from 'vitest';
import { type JudgedProblem, problemSetFigures } from '../../../src/method/problem-set';

/** Paths as [group, stability, tokens]; group 0 is right. */
const problem = (...paths: [number | null, number, number][]): JudgedProblem =>
  paths.map(([group, stability, tokens]) => ({ group, stability, tokens, correct: group === 0 }));

/** Majority right, but a steady wrong path outweighs it. */
const misled = problem([0, 0.5, 40], [1, 0.1, 20], [0, 0.6, 50]);
/** One right path, steadier than the two wrong ones that agree. */
const rescued = problem([1, 0.5, 30], [0, 0.1, 60], [1, 0.6, 30]);
const hopeless = problem([null, 0.2, 10], [2, 0.3, 10], [1, 0.3, 10]);

describe('problemSetFigures', () => {
  const figures = problemSetFigures([misled, rescued, hopeless]);

  it('counts paths, pass@k and lengths', () => {
    expect(figures).toMatchObject({ problems: 3, paths: 3, noAnswer: 1 / 9 });
    expect(figures.passAt1.value).toBeCloseTo(1 / 3, 12);
    expect(figures.passAtN.value).toBeCloseTo(2 / 3, 12);
    expect(figures.meanTokens).toEqual({ right: 50, wrong: 110 / 6 });
  });

  it('scores each rule, and against majority on the same problems', () => {
    expect(figures.rules.majority?.value).toBeCloseTo(1 / 3, 12);
    expect(figures.rules.sasc?.value).toBeCloseTo(1 / 3, 12);
    expect(figures.overMajority.sasc).toEqual({ value: 0, low: -1, high: 1 });
    expect(figures.overMajority.majority).toEqual({ value: 0, low: 0, high: 0 });
    expect(problemSetFigures([rescued]).overMajority.sasc?.value).toBe(1);
  });

  it('scores the rules that the data of every problem allow', () => {
    expect(Object.keys(figures.rules)).toContain('sasc-length');
    expect(Object.keys(figures.rules)).not.toContain('cisc');
    const withProbabilities = rescued.map((path) => ({ ...path, logprob: [-0.1] }));
    expect(problemSetFigures([withProbabilities]).rules.cisc?.value).toBe(0);
    expect(problemSetFigures([withProbabilities, misled]).rules.cisc).toBeUndefined();
  });

  it('pools discrimination over problems', () => {
    // misled: 0 of 2 pairs; rescued: 2 of 2; hopeless has none.
    expect(figures.discrimination?.value).toBe(0.5);
    expect(problemSetFigures([hopeless]).discrimination).toBeNull();
    expect(problemSetFigures([hopeless]).meanTokens.right).toBeNull();
  });

  it('wants the same number of paths everywhere, and at least one problem', () => {
    expect(() => problemSetFigures([misled, misled.slice(1)])).toThrow('Every problem needs the same number of paths.');
    expect(() => problemSetFigures([])).toThrow(RangeError);
  });
});
