import { describe, expect, it } from 'vitest';
import { buildRamp, entropyCeiling, rampLevel } from '../../../../src/app/kit/charts/ramp';

const LIGHT = ['#faf2f3', '#ffcbd9', '#faa5cb', '#e084c0', '#bb69b4', '#9355a3', '#6b4589', '#473667', '#2a2742'];

describe('buildRamp', () => {
  const ramp = buildRamp(LIGHT);

  it('begins and ends on its stops, and passes through them', () => {
    expect(ramp.css[0]).toBe('rgb(250 242 243)');
    expect(ramp.css[255]).toBe('rgb(42 39 66)');
    expect(buildRamp(['#000000', '#ffffff']).css[51]).toBe('rgb(51 51 51)');
  });

  it('stores pixels as ImageData does: red first, opaque', () => {
    expect([...new Uint8Array(ramp.pixels.buffer, 0, 4)]).toEqual([250, 242, 243, 255]);
  });

  it('puts readable ink on every level (WCAG AA)', () => {
    const channel = (v: number) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
    ramp.css.forEach((css, level) => {
      const [r = 0, g = 0, b = 0] = (css.match(/\d+/g) ?? []).map(Number);
      const luminance = 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
      const ink = ramp.ink[level] === '#fff' ? 1 : 0;
      const contrast = (Math.max(luminance, ink) + 0.05) / (Math.min(luminance, ink) + 0.05);
      expect(contrast).toBeGreaterThan(4.5);
    });
  });

  it('knows its direction', () => {
    expect(ramp.darkens).toBe(true);
    expect(buildRamp(LIGHT.toReversed()).darkens).toBe(false);
  });

  it('refuses a colour that it cannot read', () => {
    expect(() => buildRamp(['#ff', '#000000'])).toThrow('"#ff"');
  });
});

describe('rampLevel', () => {
  it('goes linearly from 0 to the ceiling', () => {
    const ceiling = entropyCeiling(20);
    expect(ceiling).toBeCloseTo(2.9957, 4);
    expect(rampLevel(0, ceiling)).toBe(0);
    expect(rampLevel(ceiling / 2, ceiling)).toBe(128);
    expect(rampLevel(ceiling, ceiling)).toBe(255);
  });

  it('holds values outside the scale at its ends', () => {
    expect(rampLevel(5, 3)).toBe(255);
    expect(rampLevel(-1, 3)).toBe(0);
    expect(rampLevel(NaN, 3)).toBe(0);
  });

  it('has a scale even for K = 1', () => {
    expect(rampLevel(0, entropyCeiling(1))).toBe(0);
  });
});
