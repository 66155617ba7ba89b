import { describe, expect, it } from 'vitest';
import { against } from '../../../src/evaluate/against';
import { preferences } from '../../../src/evaluate/training/preferences';
import { judged } from '../../../src/evaluate/judged';
import { evaluationReport } from '../../../src/evaluate/report';
import { mulberry32 } from '../../../src/method/random';
import { bootstrapInterval } from '../../../src/method/statistics';
import { byId, path, problem, sampled } from './sampled';

const problems = [problem('a', '1'), problem('b', '2'), problem('c', '3'), problem('d', null)];
const all = [
  sampled('a', ['1', '1', '2', null], '1'),
  sampled('b', ['9', '9', '2', '2'], '2'),
  sampled('c', ['5', '5', '5', '3'], '4'),
  sampled('d', ['1', '2', '3', '4'], '1'),
];
const found = judged(problems, byId(all));
const report = evaluationReport(found, all, 1);

describe('the report of an evaluation', () => {
  it('counts what it judges, and what nobody can judge', () => {
    expect([report.problems, report.unjudged, report.paths]).toEqual([3, 1, 4]);
    expect(report.tokens).toEqual({ prompt: 20, generated: 160, perPath: 10 });
  });

  it('judges the majority, the greedy path and pass@k', () => {
    // Of b, two answers tie, and the wrong one was seen first.
    expect(report.rules.majority?.accuracy).toBeCloseTo(1 / 3);
    expect(report.greedy?.accuracy).toBeCloseTo(2 / 3);
    expect(report.passAtK['1']).toBeCloseTo((2 / 4 + 2 / 4 + 1 / 4) / 3);
    // 1 − C(n − c, 2) / C(4, 2): 1 − 1/6 twice, and 1 − 3/6.
    expect(report.passAtK['2']).toBeCloseTo((5 / 6 + 5 / 6 + 1 / 2) / 3);
    expect(report.passAtK['4']).toBe(1);
    expect(report.rules.oracle?.vsMajority).toMatchObject({ wins: 2, losses: 0, p: 0.5 });
  });

  it('tells how well labels and rewards are right by the share that agrees', () => {
    expect(report.labels).toEqual([
      { share: [0.5, 0.75], problems: 2, labelRight: 0.5, rewardRight: (1 + 0) / 2 },
      { share: [0.75, 1], problems: 1, labelRight: 0, rewardRight: 0 },
    ]);
  });

  it('lists only rules that every problem allows', () => {
    const bare = { ...sampled('a', ['1', '2']), paths: [path('1'), { ...path('2'), stability: null }] };
    const one = evaluationReport(judged([problem('a', '1')], byId([bare])), [bare], 1);
    expect(one.rules.sasc).toBeUndefined();
    expect(one.rules.majority).toBeDefined();
  });

  it('is empty, not wrong, where nothing can be judged', () => {
    const none = evaluationReport([], [sampled('d', ['1'])], 1);
    expect(none).toMatchObject({
      problems: 0,
      paths: 0,
      unjudged: 1,
      rules: {},
      passAtK: {},
      labels: [],
      greedy: null,
    });
  });
});

describe('two evaluations of the same problems', () => {
  it('are paired by problem, whatever their order', () => {
    const now = judged(problems, byId([sampled('c', ['3', '3', '3', '3']), sampled('a', ['7', '7', '7', '1'])]));
    expect(against(found, now, 1)).toMatchObject({
      problems: 2,
      learned: ['c'],
      unlearned: ['a'],
      majority: { before: 0.5, now: 0.5, difference: 0, wins: 1, losses: 1, p: 1 },
      passAt1: { before: (2 / 4 + 1 / 4) / 2, now: (1 / 4 + 1) / 2 },
    });
    expect(against([], now, 1)).toBeNull();
  });
});

describe('preference pairs', () => {
  it('choose what the gate kept and the label says, and reject the rest with the reason', () => {
    const one = sampled('a', ['1', '1', '1', '2', null, '1']);
    const pairs = preferences(problem('a', null), one, 'majority', null);
    expect(
      pairs.map(({ chosen_path, rejected_path }) => [chosen_path.index, rejected_path.index, rejected_path.reason]),
    ).toEqual([
      [0, 3, 'other-answer'],
      [1, 4, 'no-answer'],
      [2, 5, 'filtered'],
    ]);
    expect(pairs[0]).toMatchObject({
      prompt: [{ role: 'user', content: 'problem a' }],
      chosen: [{ role: 'assistant', content: '1/0' }],
      rejected: [{ role: 'assistant', content: '2/3' }],
      label: '1',
      rule: 'majority',
    });
    for (const { chosen_path } of pairs) expect(chosen_path.w).toBeGreaterThan(0);
  });

  it('count a text once, and need a label', () => {
    const same = { ...sampled('a', []), paths: [path('1', 0, 'x'), path('1', 0, 'x'), path('2', 0, 'y')] };
    expect(preferences(problem('a', '1'), same, 'majority', null)).toHaveLength(1);
    const nobody = sampled('b', [null, null]);
    expect(preferences(problem('b', '1'), nobody, 'majority', null)).toEqual([]);
  });
});

describe('intervals over problems', () => {
  it('hold the true share in about 95 of 100 sets', () => {
    const random = mulberry32(7);
    const [sets, size, truth] = [400, 120, 0.7];
    let held = 0;
    for (let set = 0; set < sets; set++) {
      const hits = Array.from({ length: size }, () => Number(random() < truth));
      const { low, high } = bootstrapInterval(hits, (sample) => sample.reduce((sum, hit) => sum + hit, 0) / size, {
        resamples: 500,
      });
      held += Number(low <= truth && truth <= high);
    }
    expect(held / sets).toBeGreaterThanOrEqual(0.93);
    expect(held / sets).toBeLessThanOrEqual(0.97);
  });
});
