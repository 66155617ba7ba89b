import type { ScaleLinear } from 'd3';
import type { GateInterval } from '../../../method/gate-flips';
import type { VoteOptions } from '../../../method/vote-types';
import { weightOf, zScores } from '../../../method/weights';
import type { PathRow } from '../path-rows';

/** Where the parts of the strip stand, in CSS px. */
export interface StripGeometry {
  readonly width: number;
  readonly height: number;
  /** Ends of the x scale. */
  readonly left: number;
  readonly right: number;
  /** Top of the plot, its base line, and the height at which a dot without weight lies. */
  readonly top: number;
  readonly base: number;
  readonly floor: number;
  readonly radius: number;
  readonly bandTop: number;
  readonly bandHeight: number;
}

/** Weight at the top of the strip unless some path outweighs it: keeps the picture calm while weights change. */
const USUAL_TOP_WEIGHT = 4.4;

/** @param hasBand the axis has a band under it */
export function stripGeometry(width: number, zoom: number, tall: boolean, hasBand = true): StripGeometry {
  const height = (tall ? 172 : 116) * zoom;
  const base = height - (hasBand ? (tall ? 52 : 43) : 19) * zoom;
  const radius = (tall ? 6 : 4.8) * zoom;
  return {
    width,
    height,
    left: 2,
    right: width - 10,
    top: 19 * zoom,
    base,
    floor: base - radius - 2.5 * zoom,
    radius,
    bandTop: base + 21 * zoom,
    bandHeight: 9 * zoom,
  };
}

/** y of a weight: 0 on the floor. */
export function weightY(weight: number, topWeight: number, geometry: StripGeometry): number {
  const room = geometry.floor - geometry.top - geometry.radius - 2;
  return geometry.floor - (weight / topWeight) * room;
}

export function topWeight(rows: readonly PathRow[]): number {
  return Math.max(USUAL_TOP_WEIGHT, ...rows.map((row) => row.weight ?? 0));
}

const CURVE_POINTS = 80;

/** The weight that a path of any stability up to the gate would have, as an SVG path; '' without survivors. */
export function weightCurve(
  rows: readonly PathRow[],
  options: VoteOptions,
  x: ScaleLinear<number, number>,
  y: (weight: number) => number,
  until: number,
): string {
  const inPool = rows.filter((row) => row.status === 'kept' || (options.zVariant === 'pool' && row.status === 'gated'));
  const reference = inPool.flatMap((row) => (row.stability === null ? [] : [row.stability]));
  const from = x.domain()[0] ?? 0;
  if (reference.length < 2 || until <= from) return '';
  const points = Array.from({ length: CURVE_POINTS }, (_, i) => from + ((until - from) * i) / (CURVE_POINTS - 1));
  const weights = zScores(points, reference).map((z) => weightOf(z, options.softness));
  const heaviest = Math.max(...rows.map((row) => row.weight ?? 0));
  return (
    points
      .map((s, i) => ({ s, weight: weights[i] ?? 0 }))
      // Left of the steadiest path the curve would only leave the picture.
      .filter(({ weight }) => weight <= heaviest * 1.02)
      .map(({ s, weight }, i) => `${i === 0 ? 'M' : 'L'}${x(s).toFixed(1)} ${y(weight).toFixed(1)}`)
      .join('')
  );
}

export interface BandSegment {
  readonly group: number;
  readonly x: number;
  readonly width: number;
  /** The gate is in this segment. */
  readonly current: boolean;
}

/** The band under the strip: whom a gate there elects. Where nobody would be left, there is no band. */
export function bandSegments(
  flips: readonly GateInterval[],
  x: ScaleLinear<number, number>,
  geometry: StripGeometry,
  threshold: number,
): BandSegment[] {
  return flips.flatMap(({ from, to, group }) => {
    const start = Math.max(x(Math.max(from, x.domain()[0] ?? 0)), 0);
    const end = to === Infinity ? geometry.width : x(to) - 1.5;
    if (group === null || end <= start) return [];
    return [{ group, x: start, width: end - start, current: threshold >= from && threshold < to }];
  });
}

/**
 * y of dots at these x: on the floor, or on dots that they would cover. Where they would leave the strip, they lie closer.
 */
export function stackedDots(xs: readonly number[], { floor, top, radius }: StripGeometry): number[] {
  const levels: number[] = [];
  /** The rightmost dot of each level, from the left on. */
  const ends: number[] = [];
  for (const i of [...xs.keys()].sort((a, b) => (xs[a] ?? 0) - (xs[b] ?? 0) || a - b)) {
    const x = xs[i] ?? 0;
    const free = ends.findIndex((end) => x - end >= 2 * radius);
    const level = free === -1 ? ends.length : free;
    levels[i] = level;
    ends[level] = x;
  }
  const pitch = Math.min(2 * radius + 0.5, (floor - top - 2 * radius) / Math.max(1, ends.length - 1));
  return levels.map((level) => floor - level * pitch);
}
