import type { PathTrace, RunTrace } from './trace';

/**
 * What of a path is there. A run that was sampled, or read from a file, has everything; one read from a link has the course
 * of its entropies, and the text of some of its paths.
 */

/** Whether the path's text is known. */
export function hasText(trace: RunTrace, path: PathTrace): boolean {
  return path.length === 0 || trace.pieces.has(path.tokens[0] ?? -1);
}

/** Whether each token's own figures are there: its probability, its confidence, and an entropy that is not an outline's. */
export function hasFigures(path: PathTrace): boolean {
  return path.length === 0 || path.logprob.subarray(0, path.length).some((logprob) => logprob !== 0);
}
