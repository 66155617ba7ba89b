import { scaleLinear } from 'd3';

const EXTENTS = [25, 50, 75, 100, 125, 150, 200, 250, 300, 400, 500, 750, 1000, 1250, 1500, 2000, 2500, 3000, 4000];

/** A run starts on an axis of this many steps: one that began with ten would leap every second. */
const LEAST_RUNNING_EXTENT = 100;

/** A run that has ended needs no leaps: its axis ends at the next of these after its longest path. */
const ENDED_ROUND = [5, 10, 25, 50, 100] as const;

/**
 * Steps that the shared x axis spans, at most `limit`. Round numbers make the axis grow in few leaps while paths are
 * being written; after that it fits the longest path.
 */
export function stepExtent(longest: number, limit: number, running: boolean): number {
  if (!running) return Math.max(1, Math.min(fitted(longest), limit));
  const needed = Math.max(longest, LEAST_RUNNING_EXTENT);
  const room = EXTENTS.find((extent) => extent >= needed) ?? needed;
  return Math.max(1, Math.min(room, limit));
}

/** The longest path and at most a tenth more. */
function fitted(longest: number): number {
  const round = ENDED_ROUND.findLast((unit) => unit <= longest / 10) ?? 1;
  return Math.ceil(longest / round) * round;
}

export interface StepTick {
  readonly step: number;
  readonly anchor: 'start' | 'middle' | 'end';
}

/** Ticks of the step axis from `from` on, about one per `spacing` px, with one at each end. */
export function stepTicks(extent: number, width: number, spacing: number, from = 0): StepTick[] {
  const to = from + extent;
  const room = (steps: number) => (steps / extent) * width;
  const inner = scaleLinear()
    .domain([from, to])
    .ticks(Math.max(1, Math.floor(width / spacing)))
    // A label close to one of the ends would collide with its own.
    .filter((step) => Number.isInteger(step) && room(to - step) > spacing * 1.1)
    .filter((step) => step > from && (from === 0 || room(step - from) > spacing * 0.8));
  return [
    { step: from, anchor: 'start' },
    ...inner.map((step) => ({ step, anchor: 'middle' as const })),
    { step: to, anchor: 'end' },
  ];
}

/** The path's token nearest to x (px from the left edge of the steps column); null only for a path without tokens. */
export function nearestStep(x: number, width: number, extent: number, length: number): number | null {
  if (width <= 0 || length === 0) return null;
  return Math.max(0, Math.min(length - 1, Math.floor((x / width) * extent)));
}

/** Index of the greatest of `values[0..length)`, the first of equals; null when there is none. */
export function peakStep(values: Float32Array, length: number): number | null {
  if (length === 0) return null;
  let peak = 0;
  for (let t = 1; t < length; t++) if ((values[t] ?? 0) > (values[peak] ?? 0)) peak = t;
  return peak;
}
