import { rgb } from 'd3';

export { entropyCeiling } from '../../../method/entropy';

/** A colour ramp as a lookup table, so that a painter spends one array read on a cell. */

const LEVELS = 256;

export interface Ramp {
  /** [256] pixels as ImageData stores them, read as little-endian u32: 0xAABBGGRR. */
  readonly pixels: Uint32Array;
  /** [256] the same colours for CSS and canvas. */
  readonly css: readonly string[];
  /** [256] black or white, whichever is the more readable on that colour. */
  readonly ink: readonly string[];
  /** True where more entropy means a darker colour (light themes). */
  readonly darkens: boolean;
}

type Rgb = readonly [number, number, number];

/** Ramp through equally spaced stops (two or more CSS colours), mixed in sRGB. */
export function buildRamp(stops: readonly string[]): Ramp {
  const colors = stops.map(parseColor);
  const levels = Array.from({ length: LEVELS }, (_, level) => mixAt(colors, level / (LEVELS - 1)));
  const first = colors[0];
  const last = colors[colors.length - 1];
  if (first === undefined || last === undefined) throw new RangeError('A ramp needs at least one stop.');
  return {
    pixels: Uint32Array.from(levels, ([r, g, b]) => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0),
    css: levels.map((rgb) => `rgb(${rgb.join(' ')})`),
    ink: levels.map((rgb) => (luminance(rgb) > INK_FLIP ? '#000' : '#fff')),
    darkens: luminance(last) < luminance(first),
  };
}

/** Level 0..255 of an entropy on a scale from 0 to `max` nats; values outside, and NaN, go to the nearest end (NaN: 0). */
export function rampLevel(entropy: number, max: number): number {
  const level = Math.round((entropy / max) * (LEVELS - 1));
  return level > 0 ? Math.min(LEVELS - 1, level) : 0;
}

/** Relative luminance at which black and white have the same contrast (WCAG 2): (L + .05)² = 1.05 · .05. */
const INK_FLIP = Math.sqrt(1.05 * 0.05) - 0.05;

function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((value) => {
    const v = value / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
}

function parseColor(text: string): Rgb {
  const { r, g, b } = rgb(text.trim());
  if (Number.isNaN(r + g + b)) throw new RangeError(`"${text}" is not a colour.`);
  return [r, g, b];
}

function mixAt(colors: readonly Rgb[], position: number): Rgb {
  const x = position * (colors.length - 1);
  const i = Math.min(Math.floor(x), colors.length - 2);
  const a = colors[Math.max(0, i)] ?? [0, 0, 0];
  const b = colors[Math.max(0, i) + 1] ?? a;
  const mix = (k: 0 | 1 | 2) => Math.round(a[k] + (b[k] - a[k]) * (x - Math.max(0, i)));
  return [mix(0), mix(1), mix(2)];
}

/** Steps in which a fitted scale grows, nats: while paths are written their colours change rarely. */
const CEILING_STEP = 0.5;

/** End of a colour scale that fits these paths: their highest entropy, rounded up, at most `most` nats. */
export function fittedCeiling(
  paths: readonly { readonly entropy: Float32Array; readonly length: number }[],
  most: number,
): number {
  let highest = 0;
  for (const { entropy, length } of paths) {
    for (let t = 0; t < length; t++) highest = Math.max(highest, entropy[t] ?? 0);
  }
  return Math.min(most, Math.max(CEILING_STEP, Math.ceil(highest / CEILING_STEP) * CEILING_STEP));
}
