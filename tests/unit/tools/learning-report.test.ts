import { describe, expect, it } from 'vitest';
import { recordOf, RecordSchema, type RunRecord } from '../../../tools/learning/records';
import { resultsText } from '../../../tools/learning/report';
import type { LearnDocument } from '../../../src/cli/learn-document';
import { writeLearnSettings } from '../../../src/learn/schema';
import { DEFAULT_LEARN_SETTINGS } from '../../../src/learn/settings';
import * as v from 'valibot';

const IDS = ['a', 'b', 'c', 'd'];

/** Right paths of 8, for each problem in turn. */
function record(rule: string, seed: number, before: readonly number[], after: readonly number[]): RunRecord {
  const evaluation = (set: 'train' | 'held-out', step: number, counts: readonly number[]) => ({
    set,
    step,
    majority: 0.75,
    right: Object.fromEntries(IDS.map((id, i) => [id, counts[i] ?? 0])),
  });
  return {
    run: `${rule}-${seed}`,
    rule,
    seed,
    argv: [],
    device: 'a device',
    paths: 8,
    evaluations: [
      evaluation('train', 0, before),
      evaluation('held-out', 0, before),
      evaluation('train', 2, after),
      evaluation('held-out', 2, before),
    ],
    steps: [
      { label_accuracy: 1, step_time: 60 },
      { label_accuracy: 0.5, step_time: 60 },
    ],
  };
}

describe('the report of the learning experiment', () => {
  const text = resultsText([
    record('majority', 1, [4, 4, 4, 4], [6, 6, 4, 4]),
    record('majority', 2, [2, 2, 2, 2], [4, 4, 4, 4]),
    record('random', 1, [4, 4, 4, 4], [4, 4, 4, 2]),
  ]);

  it('pools the seeds of the main rule, paired by problem', () => {
    // Changes by problem, averaged over the seeds: 2/8, 2/8, 1/8, 1/8.
    expect(text).toContain('majority labels, 2 steps, 2 seeds pooled: +18.8 [+12.5, +25.0] points');
    expect(text).toContain('(37.5 % → 56.3 %), +0.0 [+0.0, +0.0] on held-out ones');
  });

  it('has a row for every rule that has run, and names those that have not', () => {
    expect(text).toMatch(/\| random \| 1 \| 2 \| 50\.0 % → 43\.8 % \| −6\.3 \[−18\.8, \+0\.0\] /);
    expect(text).toMatch(/Not run yet: .*sasc tau 1/);
  });
});

describe('a record', () => {
  const planned = { run: 'majority-1', rule: 'majority', seed: 1, argv: ['--steps', '1'] };
  const document = (right: readonly boolean[] | null): LearnDocument => ({
    model: 'tiny-math',
    device: 'a device',
    adapter: null,
    settings: writeLearnSettings(DEFAULT_LEARN_SETTINGS),
    problems: 1,
    heldOut: 0,
    stepsDone: 1,
    stopped: null,
    steps: [{ step: 1, updated: true, metrics: { label_accuracy: 1, reward: 0.5 }, warnings: [], groups: [] }],
    eval: {
      paths: 2,
      before: { train: null, heldOut: null },
      after: { train: null, heldOut: null },
      flips: { train: null, heldOut: null },
      all: [{ set: 'train', report: { step: 1, problems: [{ id: 'a', answers: [], right }], pass1: 1, majority: 1 } }],
    },
  });

  it('keeps right paths by problem, and survives a file', () => {
    const made = recordOf(planned, document([true, false]));
    expect(made.evaluations).toEqual([{ set: 'train', step: 1, majority: 1, right: { a: 1 } }]);
    expect(made.steps).toEqual([{ label_accuracy: 1 }]);
    expect(v.parse(RecordSchema, JSON.parse(JSON.stringify(made)))).toEqual(made);
  });

  it('needs gold answers', () => {
    expect(() => recordOf(planned, document(null))).toThrow(/no gold answer/);
  });
});
