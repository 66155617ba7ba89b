import { describe, expect, it } from 'vitest';
import { buildRamp } from '../../../../src/app/kit/charts/ramp';
import { resultPicture } from '../../../../src/app/share/picture/result-picture';
import { cutText, textWidth, wrapText } from '../../../../src/app/share/picture/svg-text';
import { decideRun } from '../../../../src/run/decide-run';
import type { RunRecord } from '../../../../src/run/saved-run';
import { sampleRun } from '../../run/sample-run';
import { syntheticRecord } from '../../run/share-runs';

const theme = { ramp: buildRamp(['#ffffff', '#000000']), color: () => '#123456' };

function pictureOf(record: RunRecord): string {
  return resultPicture({ record, decision: decideRun(record.trace), footer: 'made here' }, theme);
}

/** Throws unless every element is closed by its own name. Returns the names of all of them. */
function elementsOf(xml: string): string[] {
  const open: string[] = [];
  const names: string[] = [];
  for (const [, close, name = '', , empty] of xml.matchAll(/<(\/?)([a-z]+)((?: [\w-]+="[^"<]*")*)(\/?)>/gi)) {
    if (close === '/') expect(open.pop()).toBe(name);
    else {
      names.push(name);
      if (empty !== '/') open.push(name);
    }
  }
  expect(open).toEqual([]);
  // Nothing but text is left between the tags.
  expect(xml.replace(/<\/?[a-z]+(?: [\w-]+="[^"<]*")*\/?>/gi, '')).not.toMatch(/[<>]/);
  return names;
}

describe('the picture of a result', () => {
  it('is one well-formed document with verdict, paths and votes', () => {
    const record = syntheticRecord();
    const svg = pictureOf(record);
    expect(new Set(elementsOf(svg))).toEqual(new Set(['svg', 'rect', 'text', 'path']));
    expect(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg" width="1000"')).toBe(true);
    expect(svg).toContain('made here');
    expect(svg).not.toContain('NaN');
    expect(svg).not.toContain('undefined');
  });

  it('holds what people and models write as text alone', () => {
    const hostile = '<script>alert("1")</script> & \u0000\u001b \ud800 ]]>';
    const record = sampleRun([`\\boxed{${hostile}}`, '\\boxed{5}']);
    const svg = pictureOf({ ...record, problem: hostile });
    expect(elementsOf(svg)).not.toContain('script');
    expect(svg).toContain('&lt;script&gt;');
    expect(svg.isWellFormed()).toBe(true);
  });

  it('is there without a verdict, and with 64 paths', () => {
    elementsOf(pictureOf(sampleRun(['no idea', 'none'])));
    elementsOf(pictureOf(syntheticRecord({ paths: 64 })));
  });
});

describe('text that cannot be measured', () => {
  it('is broken at spaces, or anywhere in Chinese, and ends in … where it is cut', () => {
    expect(wrapText('one two three', 66, 17, 3)).toEqual(['one two', 'three']);
    expect(wrapText('每天都有新的题目', 70, 17, 4)).toEqual(['每天都有', '新的题目']);
    const cut = wrapText('word '.repeat(100), 200, 17, 2);
    expect(cut).toHaveLength(2);
    expect(cut[1]?.endsWith('…')).toBe(true);
    for (const line of cut) expect(textWidth(line, 17)).toBeLessThanOrEqual(200);
    expect(cutText('x'.repeat(500), 100, 10).length).toBeLessThan(20);
  });
});
