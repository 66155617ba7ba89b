import { describe, expect, it } from 'vitest';
import { divergenceCaption, rangeCaption } from '../../../../src/app/result/path/text';
import { pathRows } from '../../../../src/app/result/path-rows';
import { hasFigures, hasText } from '../../../../src/run/recorded';
import { rangeStats } from '../../../../src/app/result/path/step-range';
import { RunTrace, type PathTrace } from '../../../../src/run/trace';
import type { Branch } from '../../../../src/app/result/branch';
import { firstComparison } from '../../../../src/app/result/comparable';
import { Inspection } from '../../../../src/app/result/inspection.svelte';
import { runOf } from './run-of';

describe('the part of the axis that is shown', () => {
  it('is all of it until it is zoomed, and again when zoomed out', () => {
    const inspection = new Inspection();
    expect(inspection.window(100)).toEqual({ from: 0, to: 100 });
    inspection.zoom(2, 50, 100);
    expect(inspection.window(100)).toEqual({ from: 25, to: 75 });
    expect(inspection.isNarrowed).toBe(true);
    inspection.zoom(0.5, 50, 100);
    expect(inspection.window(100)).toEqual({ from: 0, to: 100 });
    expect(inspection.isNarrowed).toBe(false);
  });

  it('follows the step in focus, and stays within an axis that has become shorter', () => {
    const inspection = new Inspection();
    inspection.reveal(90, 100);
    expect(inspection.isNarrowed).toBe(false);
    inspection.zoom(4, 10, 100);
    inspection.reveal(90, 100);
    expect(inspection.window(100)).toEqual({ from: 66, to: 91 });
    expect(inspection.window(50)).toEqual({ from: 25, to: 50 });
  });
});

describe('steps marked by keys', () => {
  it('grow and shrink from where the marking began, until something else marks', () => {
    const inspection = new Inspection();
    inspection.extendRange(10, 11);
    inspection.extendRange(11, 12);
    expect(inspection.range).toEqual({ from: 10, to: 13 });
    inspection.extendRange(12, 8);
    expect(inspection.range).toEqual({ from: 8, to: 11 });
    inspection.setRange({ from: 2, to: 4 });
    inspection.extendRange(20, 21);
    expect(inspection.range).toEqual({ from: 20, to: 22 });
    inspection.forgetRun();
    expect(inspection.isNarrowed).toBe(false);
  });
});

describe('the path that one is read beside at first', () => {
  const { rows } = runOf([
    ['12', 0.4],
    ['12', 0.2],
    ['18', 0.3],
    [null, 0.1],
  ]);

  it('is the steadiest of the elected answer, or else of another answer, or else any', () => {
    expect(firstComparison(3, rows, 0, [])).toBe(1);
    expect(firstComparison(0, rows, null, [])).toBe(2);
    expect(firstComparison(0, rows.slice(0, 2), null, [])).toBe(1);
    expect(firstComparison(0, rows.slice(0, 1), 0, [])).toBeNull();
  });

  it('is what a branch came from', () => {
    const [parent, path] = new RunTrace(5, 4).paths.slice(2);
    const branch = { parent, path: { ...path, index: 4 } } as Branch;
    expect(firstComparison(4, rows, 0, [branch])).toBe(2);
  });
});

describe('two paths', () => {
  const encoder = new TextEncoder();

  /** A run that writes these tokens, each its own text, with probability 0.5 where `p` is not told. */
  function runOfTokens(paths: readonly string[][], p = 0.5): RunTrace {
    const trace = new RunTrace(paths.length, 16);
    const ids = new Map<string, number>();
    trace.paths.forEach((path, i) => {
      (paths[i] ?? []).forEach((text, step) => {
        const id = ids.get(text) ?? ids.size;
        ids.set(text, id);
        trace.pieces.set(id, { id, bytes: encoder.encode(text), special: false });
        path.tokens[step] = id;
        path.logprob[step] = Math.log(p);
        path.length = step + 1;
      });
    });
    return trace;
  }
  const [a, b] = [
    (trace: RunTrace): PathTrace => trace.paths[0] as PathTrace,
    (trace: RunTrace): PathTrace => trace.paths[1] as PathTrace,
  ];
  const said = (trace: RunTrace, step: number | null) => divergenceCaption(trace, a(trace), b(trace), step);

  it('are said to part where they part, with both tokens', () => {
    const trace = runOfTokens(
      [
        ['x', '=', ' 5'],
        ['x', '=', '6'],
      ],
      0.25,
    );
    expect(said(trace, 2)).toBe(
      'The first ⟦2⟧ tokens are the same. At ⟦step 3⟧ path 1 wrote “␣5” (p = 0.25), path 2 “6” (p = 0.25).',
    );
    expect(said(runOfTokens([['1'], ['2']]), 0)).toContain('from the very first token');
    expect(
      said(
        runOfTokens([
          ['x', '1'],
          ['x', '2'],
        ]),
        1,
      ),
    ).toContain('The first token is the same.');
  });

  it('may be alike, or end one before the other', () => {
    expect(
      said(
        runOfTokens([
          ['x', '1'],
          ['x', '1'],
        ]),
        null,
      ),
    ).toBe('The two are the same, token by token: ⟦2⟧ of them.');
    expect(said(runOfTokens([['x', '1'], ['x']]), 1)).toContain('Path 2 ends after');
  });

  it('cannot be told apart where the text of one was not shared', () => {
    const trace = runOfTokens([['x'], ['y']]);
    const silent = b(trace);
    silent.tokens[0] = 0xffffffff;
    silent.logprob[0] = 0;
    expect(hasText(trace, silent)).toBe(false);
    expect(hasFigures(silent)).toBe(false);
    expect(hasText(trace, a(trace)) && hasFigures(a(trace))).toBe(true);
    expect(said(trace, null)).toContain('without the text of path 2');
  });
});

describe('marked steps', () => {
  it('have their own figures in a sentence, and only the sure ones where an outline is all there is', () => {
    const { trace, decision } = runOf([['5', 0.41]]);
    const path = trace.paths[0] as PathTrace;
    path.logprob.set([-1, -1, -1]);
    const stats = rangeStats(path, { from: 1, to: 3 });
    const whole = pathRows(trace, decision)[0]?.stability ?? null;
    expect(rangeCaption({ stats, whole, digits: 2, outline: false })).toBe(
      'Steps ⟦2 to 3⟧: mean H ⟦0.75⟧, s ⟦0.25⟧ (whole path 0.41), highest 1.00 at step 2, tokens drawn with p = 0.37 on average.',
    );
    expect(rangeCaption({ stats, whole, digits: 2, outline: true })).not.toContain('p =');
    expect(rangeCaption({ stats: null, whole, digits: 2, outline: false })).toContain('no token');
  });
});
