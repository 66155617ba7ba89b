import { describe, expect, it } from 'vitest';
import { fillBars, type OverviewBar, type OverviewView } from '../../../../../src/app/result/overview/overview-painter';
import { buildRamp } from '../../../../../src/app/kit/charts/ramp';

const ramp = buildRamp(['#ffffff', '#000000']);

function view(bars: readonly OverviewBar[], pixelRatio = 1): OverviewView {
  const colors = { track: '', torn: '', caret: '' };
  return { bars, width: 20, pitch: 15, barHeight: 11, pixelRatio, extent: 10, ceiling: 3, ramp, colors };
}

function bar(look: OverviewBar['look'], entropies: readonly number[]): OverviewBar {
  return { entropy: Float32Array.from(entropies), length: entropies.length, look, torn: false };
}

function fill(shown: OverviewView) {
  const width = 20 * shown.pixelRatio;
  const height = shown.bars.length * 15 * shown.pixelRatio;
  const pixels = new Uint32Array(width * height);
  fillBars({ pixels, width, height }, shown);
  /** Rows of the grid in which the column has a colour. */
  const painted = (x: number) => Array.from({ length: height }, (_, y) => y).filter((y) => pixels[y * width + x] !== 0);
  return { painted, at: (x: number, y: number) => pixels[y * width + x] };
}

describe('fillBars', () => {
  it('paints a kept bar in full height, as far as its tokens go', () => {
    const { painted } = fill(view([bar('kept', [0, 3, 0])]));
    expect(painted(0)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(painted(5)).toHaveLength(11);
    expect(painted(6)).toEqual([]);
  });

  it('gives each token its own colour', () => {
    const { at } = fill(view([bar('kept', [0, 3])]));
    expect(at(1, 7)).toBe(ramp.pixels[0]);
    expect(at(2, 7)).toBe(ramp.pixels[255]);
  });

  it('tells filtered, answerless and kept bars apart by their shape', () => {
    const shapes = (['kept', 'gated', 'no-answer'] as const).map((look) => fill(view([bar(look, [1])])).painted(0));
    const [kept = [], gated = [], answerless = []] = shapes;
    expect(gated.length).toBeLessThan(kept.length / 2);
    expect(gated).toContain(7);
    expect(answerless).not.toContain(7);
    expect([answerless[0], answerless.at(-1)]).toEqual([kept[0], kept.at(-1)]);
  });

  it('stays within the canvas while that is not as high yet as its rows', () => {
    const { painted } = fill({ ...view([bar('kept', [1]), bar('kept', [1])]), pitch: 1 });
    expect(painted(0)[0]).toBe(0);
  });

  it('keeps rows apart, at any pixel ratio', () => {
    const { painted } = fill(view([bar('kept', [1]), bar('kept', [1])], 2));
    const rows = painted(0);
    expect(rows).toHaveLength(44);
    expect(rows).not.toContain(29);
    expect(rows).not.toContain(30);
  });
});
