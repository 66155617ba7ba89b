import { stabilityOf } from '../method/stability';
import { REPORTED_K_COUNT, REPORTED_KS } from './columns';
import type { PathTrace, RunTrace } from './trace';

/** A finished path's stabilities never change; one a reported K. */
const known = new WeakMap<PathTrace, readonly (number | null)[]>();

/**
 * Stability of a path had its entropies been taken over the top K, without sampling again.
 * @returns nats; null without tokens, or where K is none of `REPORTED_KS`
 */
export function stabilityAtK(path: PathTrace, k: number): number | null {
  const column = REPORTED_KS.findIndex((reported) => reported === k);
  const stabilities = known.get(path) ?? REPORTED_KS.map((_, i) => stabilityOf(entropiesAt(path, i)));
  if (path.finish !== null) known.set(path, stabilities);
  return stabilities[column] ?? null;
}

/** Whether the entropies at every reported K are there: a run read from a link has only those it voted by. */
export function hasReportedKs(trace: RunTrace): boolean {
  return trace.paths.some((path) => path.entropyAtReportedK.some((entropy) => entropy > 0));
}

/** [length] entropies of a path over the top K, in nats; those of its own K where K is none of `REPORTED_KS`. */
export function entropiesAtK(path: PathTrace, k: number | null): Float32Array {
  const column = REPORTED_KS.findIndex((reported) => reported === k);
  return column < 0 ? path.entropy.subarray(0, path.length) : Float32Array.from(entropiesAt(path, column));
}

function* entropiesAt(path: PathTrace, column: number): Generator<number> {
  for (let t = 0; t < path.length; t++) yield path.entropyAtReportedK[t * REPORTED_K_COUNT + column] ?? 0;
}
