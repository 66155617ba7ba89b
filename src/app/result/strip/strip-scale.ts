import { scaleLinear, type ScaleLinear } from 'd3';

/** Least width of the strip's scale, in nats: paths that hardly differ must not look far apart for no reason. */
const LEAST_SPAN = 0.02;
const PADDING = 0.08;

/**
 * Range of stabilities that the strip shows, in nats. While a run grows the ends move in tenths of a nat only, so that
 * the dots do not swim.
 */
export function stripDomain(stabilities: readonly number[], running: boolean): [number, number] {
  if (stabilities.length === 0) return [0, 1];
  const low = Math.min(...stabilities);
  const high = Math.max(...stabilities);
  if (running) {
    const from = Math.floor(low * 10) / 10;
    return [from, Math.max(from + 0.3, Math.ceil(high * 10 + 0.5) / 10)];
  }
  const pad = Math.max(LEAST_SPAN / 2, (high - low) * PADDING);
  return [Math.max(0, low - pad), high + pad];
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

/** x scale of the strip; `right` leaves room for half of the gate's handle. */
export function stripScale(
  domain: readonly [number, number],
  left: number,
  right: number,
): ScaleLinear<number, number> {
  return scaleLinear().domain(domain).range([left, right]);
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
  return threshold ?? x.domain()[1] ?? 0;
}

/** px of the gate, which stays on the scale. */
export function gatePx(nats: number, x: ScaleLinear<number, number>): number {
  const [left = 0, right = 0] = x.range();
  return Math.max(left, Math.min(right, x(nats)));
}
