import { scaleLinear, type ScaleLinear } from 'd3';

/** Least width of the strip's scale, in nats: paths that hardly differ must not look far apart for no reason. */
const LEAST_SPAN = 0.02;
const PADDING = 0.08;

/**
 * Range of stabilities that the strip shows, in nats. While a run grows the ends move in tenths of a nat only, so that
 * the dots do not swim.
 *
 * @param gap what the axis leaves out, which needs no air around it
 */
export function stripDomain(
  stabilities: readonly number[],
  running: boolean,
  gap: AxisBreak | null = null,
): [number, number] {
  if (stabilities.length === 0) return [0, 1];
  const low = Math.min(...stabilities);
  const high = Math.max(...stabilities);
  if (running) {
    const from = Math.floor(low * 10) / 10;
    return [from, Math.max(from + 0.3, Math.ceil(high * 10 + 0.5) / 10)];
  }
  const shown = high - low - (gap === null ? 0 : gap.to - gap.from);
  const pad = Math.max(LEAST_SPAN / 2, shown * PADDING);
  return [Math.max(0, low - pad), high + pad];
}

/** A gap between neighbours that takes more of the strip than this squeezes all the others. */
const BREAKING_SHARE = 0.55;

/** Where the axis leaves something out: nothing lies between these two, nats. */
export interface AxisBreak {
  readonly from: number;
  readonly to: number;
}

/** The empty stretch that one outlier, or a few, would leave on the strip; null: there is none worth a broken axis. */
export function axisBreak(stabilities: readonly number[], running: boolean): AxisBreak | null {
  const sorted = [...stabilities].sort((a, b) => a - b);
  const span = (sorted.at(-1) ?? 0) - (sorted[0] ?? 0);
  let widest: AxisBreak = { from: 0, to: 0 };
  for (const [i, from] of sorted.entries()) {
    const to = sorted[i + 1] ?? from;
    if (to - from > widest.to - widest.from) widest = { from, to };
  }
  const gap = widest.to - widest.from;
  if (running || sorted.length < 4 || gap < 3 * LEAST_SPAN || gap < BREAKING_SHARE * span) return null;
  // The gap's ends keep some room, so that no dot lies on the break.
  const margin = Math.max(LEAST_SPAN / 2, (span - gap) * PADDING);
  return { from: widest.from + margin, to: widest.to - margin };
}

/**
 * Range of a signal, in nats, the better end first. It does not pass 0, which no log-probability, slip or confidence passes.
 */
export function signalDomain(figures: readonly number[], isLessBetter: boolean): [best: number, worst: number] {
  if (figures.length === 0) return [0, 1];
  const low = Math.min(...figures);
  const high = Math.max(...figures);
  const pad = Math.max(LEAST_SPAN / 2, (high - low) * PADDING);
  const from = low >= 0 ? Math.max(0, low - pad) : low - pad;
  const to = high <= 0 ? Math.min(0, high + pad) : high + pad;
  return isLessBetter ? [from, to] : [to, from];
}

/** px that a broken axis leaves out. */
const BREAK_PX = 18;
/** Least share of the strip that either side of a break gets. */
const LEAST_SIDE = 0.2;

/**
 * x scale of the strip; `right` leaves room for half of the gate's handle. With a break its two sides have scales of
 * their own, each as wide as its share of what is shown.
 */
export function stripScale(
  domain: readonly [number, number],
  left: number,
  right: number,
  gap: AxisBreak | null = null,
): ScaleLinear<number, number> {
  if (gap === null) return scaleLinear().domain(domain).range([left, right]);
  const [low, high] = domain;
  const before = gap.from - low;
  const share = Math.min(1 - LEAST_SIDE, Math.max(LEAST_SIDE, before / (before + high - gap.to)));
  const middle = left + share * (right - left - BREAK_PX);
  return scaleLinear()
    .domain([low, gap.from, gap.to, high])
    .range([left, middle, middle + BREAK_PX, right]);
}

/** About one tick each `spacing` px, none within a break. */
export function stripTicks(x: ScaleLinear<number, number>, spacing: number): { value: number; text: string }[] {
  const domain = x.domain();
  const sides = domain.length === 4 ? [domain.slice(0, 2), domain.slice(2)] : [domain];
  return sides.flatMap((side) => {
    const [low = 0, high = 0] = side;
    const count = Math.max(1, Math.floor((x(high) - x(low)) / spacing));
    const scale = scaleLinear().domain([low, high]);
    const text = scale.tickFormat(count);
    return scale.ticks(count).map((value) => ({ value, text: text(value) }));
  });
}

/** The path value within `tolerance` of `value` that is nearest to it, or `value` itself: a soft snap. */
export function snapTo(value: number, stops: readonly number[], tolerance: number): number {
  let best = value;
  let distance = tolerance;
  for (const stop of stops) {
    const d = Math.abs(stop - value);
    if (d <= distance) [best, distance] = [stop, d];
  }
  return best;
}

/**
 * Where a key takes the gate: to the next path value on that side, so that every press changes who is kept. `stops`
 * ascending; past the last stop the gate stays.
 */
export function nextStop(value: number, stops: readonly number[], direction: 1 | -1): number {
  const beyond = direction === 1 ? stops.find((stop) => stop > value) : stops.findLast((stop) => stop < value);
  return beyond ?? value;
}

/** Where the gate is, nats; without one: the right end of the scale. */
export function gateNats(threshold: number | null, x: ScaleLinear<number, number>): number {
  return threshold ?? x.domain().at(-1) ?? 0;
}

/** px of the gate, which stays on the scale. */
export function gatePx(nats: number, x: ScaleLinear<number, number>): number {
  const [left = 0] = x.range();
  const right = x.range().at(-1) ?? left;
  return Math.max(left, Math.min(right, x(nats)));
}
