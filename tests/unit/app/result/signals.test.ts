import { describe, expect, it } from 'vitest';
import { pathRows, type PathRow } from '../../../../src/app/result/path-rows';
import { SignalChoice } from '../../../../src/app/result/signal-choice.svelte';
import { allowedSignals, signalOfRow } from '../../../../src/app/result/signals';
import { discriminationText } from '../../../../src/app/result/strip/signal-text';
import { stackedDots, stripGeometry } from '../../../../src/app/result/strip/strip-layout';
import { signalDomain } from '../../../../src/app/result/strip/strip-scale';
import { signalTable } from '../../../../src/app/result/votes/vote-tables';
import type { MeasuredFacts } from '../../../../src/app/result/model-facts';
import { largestSlip } from '../../../../src/method/signals';
import { decideRun } from '../../../../src/run/decide-run';
import { likeliestLogprobs } from '../../../../src/run/rule-paths';
import { DEFAULT_VOTE_OPTIONS } from '../../../../src/method/vote-types';
import { syntheticRun } from '../../../fixtures/synthetic-run';

const { trace } = syntheticRun({ paths: 6, seed: 5, capacity: 80, sentences: 2 });
const rows = pathRows(trace, decideRun(trace, DEFAULT_VOTE_OPTIONS));
const [first] = trace.paths;
const [row] = rows;
if (first === undefined || row === undefined) throw new Error('There are six paths.');
const estimate = (value: number) => ({ value, low: value, high: value });

describe('the signals of a run', () => {
  it('are those of the method, and none while a path is being written', () => {
    const logprob = first.logprob.subarray(0, first.length);
    const sum = logprob.reduce((total, one) => total + one, 0);
    expect(signalOfRow('pathLogprob', row, first)).toBeCloseTo(sum, 4);
    expect(signalOfRow('tokenLogprob', row, first)).toBeCloseTo(sum / first.length, 4);
    expect(signalOfRow('slip', row, first)).toBe(largestSlip(logprob, likeliestLogprobs(first)).size);
    expect(signalOfRow('stability', row, first)).toBe(row.stability);
    const running: PathRow = { ...row, status: 'running' };
    expect(signalOfRow('slip', running, first)).toBeNull();
  });

  it('are stability alone where the run holds no probabilities', () => {
    expect(allowedSignals(trace)).toHaveLength(5);
    const outline = syntheticRun({ paths: 2, seed: 5, capacity: 80, sentences: 2 }).trace;
    for (const path of outline.paths) path.logprob.fill(0);
    expect(allowedSignals(outline)).toEqual(['stability']);
  });

  it('stand in the table from the best to the worst', () => {
    const figures = (signal: 'pathLogprob' | 'slip') =>
      signalTable(rows, trace, signal).rows.map(([, figure]) => Number(figure?.replace('\u2212', '-')));
    const [logprobs, slips] = [figures('pathLogprob'), figures('slip')];
    expect(logprobs).toHaveLength(rows.filter(({ group }) => group !== null).length);
    expect(logprobs).toEqual(logprobs.toSorted((a, b) => b - a));
    expect(slips).toEqual(slips.toSorted((a, b) => a - b));
  });

  it('say how well they rank on this model, or that nobody knows', () => {
    const facts: MeasuredFacts = {
      ...{ problems: 500, paths: 16, passAt1: estimate(0.6), rules: {}, overMajority: {} },
      signals: { slip: { discrimination: estimate(0.97), rightByRank: [estimate(0.94)] } },
    };
    expect(discriminationText('slip', { id: 'small', facts })).toMatch(
      /On small’s test problems .* in ⟦97 %⟧ of pairs/,
    );
    for (const measured of [null, { id: 'small', facts }]) {
      expect(discriminationText('pathLogprob', measured)).toMatch(/Not measured/);
    }
  });
});

describe('the strip of a signal', () => {
  it('has the better end first, and does not pass 0', () => {
    expect(signalDomain([0, 4], true)[0]).toBe(0);
    const [best, worst] = signalDomain([-8, -0.01], false);
    expect([best, worst < -8]).toEqual([0, true]);
    expect(signalDomain([13, 14], false)[0]).toBeGreaterThan(14);
  });

  it('stacks dots that would cover one another, within its height', () => {
    const geometry = stripGeometry(400, 1, false, false);
    const { floor, top, radius } = geometry;
    const spread = stackedDots([10, 200, 10.5, 11], geometry);
    expect(spread[0]).toBe(floor);
    expect(spread[1]).toBe(floor);
    expect(spread[2]).toBeLessThan(floor - radius);
    expect(spread[3]).toBeLessThan((spread[2] ?? 0) - radius);
    const equal = stackedDots(
      Array.from({ length: 64 }, () => 50),
      geometry,
    );
    expect(Math.min(...equal)).toBeGreaterThanOrEqual(top);
  });

  it('is remembered, and damage is not', () => {
    const items = new Map<string, string>();
    const store = {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, text: string) => void items.set(key, text),
    };
    new SignalChoice(store).signal = 'slip';
    expect(new SignalChoice(store).signal).toBe('slip');
    const [key = ''] = items.keys();
    items.set(key, '{"signal":"charm","marksSlips":false}');
    const read = new SignalChoice(store);
    expect([read.signal, read.marksSlips]).toEqual(['stability', false]);
  });
});
