import { RunningStability } from '../../../method/stability';
import type { PathTrace } from '../../../run/trace';

/** Steps from ≤ t < to; whole numbers, at least one step. */
export interface StepRange {
  readonly from: number;
  readonly to: number;
}

/** Fewest steps that a zoomed trace shows: bars much wider than a word's tokens say no more. */
export const LEAST_WINDOW = 8;

/** The range between two steps, both included, in either order. */
export function rangeBetween(a: number, b: number): StepRange {
  return { from: Math.min(a, b), to: Math.max(a, b) + 1 };
}

/** The window of `steps` steps nearest to `from` within 0 … extent. */
export function windowAt(from: number, steps: number, extent: number): StepRange {
  const width = Math.max(Math.min(LEAST_WINDOW, extent), Math.min(Math.round(steps), extent));
  const start = Math.max(0, Math.min(Math.round(from), extent - width));
  return { from: start, to: start + width };
}

/** The window zoomed about a step, which keeps its place; factor 2: half as many steps. */
export function zoomedWindow({ from, to }: StepRange, factor: number, about: number, extent: number): StepRange {
  const steps = Math.max(LEAST_WINDOW, (to - from) / factor);
  return windowAt(about - ((about - from) / (to - from)) * steps, steps, extent);
}

/** The window, moved no further than it must be for a step to lie in it. */
export function windowWith(window: StepRange, step: number, extent: number): StepRange {
  const steps = window.to - window.from;
  if (step < window.from) return windowAt(step, steps, extent);
  return step < window.to ? window : windowAt(step + 1 - steps, steps, extent);
}

/** Figures of a part of a path. */
export interface RangeStats {
  /** 1-based first and last step. */
  readonly first: number;
  readonly last: number;
  readonly tokens: number;
  /** Entropy in nats: mean, population standard deviation, highest and its 1-based step. */
  readonly mean: number;
  readonly stability: number;
  readonly highest: number;
  readonly peak: number;
  /** Geometric mean of the tokens' probabilities. */
  readonly probability: number;
}

/** null: the path has no token there. */
export function rangeStats(path: PathTrace, range: StepRange): RangeStats | null {
  const to = Math.min(range.to, path.length);
  if (to <= range.from) return null;
  const running = new RunningStability();
  let peak = range.from;
  let logprob = 0;
  for (let t = range.from; t < to; t++) {
    running.add(path.entropy[t] ?? 0);
    logprob += path.logprob[t] ?? 0;
    if ((path.entropy[t] ?? 0) > (path.entropy[peak] ?? 0)) peak = t;
  }
  const tokens = to - range.from;
  return {
    first: range.from + 1,
    last: to,
    tokens,
    mean: running.mean ?? 0,
    stability: running.stability ?? 0,
    highest: path.entropy[peak] ?? 0,
    peak: peak + 1,
    probability: Math.exp(logprob / tokens),
  };
}
