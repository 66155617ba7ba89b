import type { RunTrace } from '../../run/trace';

export interface RunEstimate {
  readonly remainingMs: number;
  /** true: no path will take longer (the token limit); false: an estimate from the lengths of the paths that ended. */
  readonly isUpperBound: boolean;
}

/** A share of paths that must have ended before their lengths say something about the others. */
const TELLING_SHARE = 0.25;

/**
 * Time left until the last path ends, from the time a decode step has taken so far. All paths are decoded together, so
 * only the longest counts: before a quarter has ended it is taken to reach the limit; later, to be a quarter longer than
 * the longest path so far (ended or not), within the limit.
 *
 * @param elapsedMs Since the first token.
 */
export function estimateRun(trace: RunTrace, elapsedMs: number): RunEstimate | null {
  const running = trace.paths.filter((path) => path.finish === null);
  const steps = Math.max(0, ...trace.paths.map((path) => path.length));
  if (running.length === 0 || steps < 2 || elapsedMs <= 0) return null;
  const isUpperBound = trace.pathCount - running.length < TELLING_SHARE * trace.pathCount;
  const last = isUpperBound ? trace.capacity : Math.min(trace.capacity, Math.ceil(1.25 * steps));
  return { remainingMs: (elapsedMs / steps) * (last - steps), isUpperBound };
}
