import type { SampleRequest } from '../../policy/types';
import type { RunRecord } from '../../run/saved-run';
import type { StepBatch } from '../../run/step-batch';
import { RunTrace } from '../../run/trace';

/** Between the seeds of a run that is resumed: far apart, so that neighbouring runs share none. */
const RESUME_STRIDE = 0x85ebca6b;

export interface ResumedRun {
  /** For the paths that were cut short alone. */
  readonly request: SampleRequest;
  /** Those that had ended, and the others empty. */
  readonly trace: RunTrace;
  /** Numbers of the paths that were cut short; the request's path i is the run's path cut[i]. */
  readonly cut: readonly number[];
}

/**
 * What finishes a run: its paths that were cut short are sampled again with another seed, since draws depend on seed and
 * path number. null: none was cut, or its tokens are not there.
 */
export function resumedRun({ trace: before, problem, settings, detail }: RunRecord): ResumedRun | null {
  const cut = before.paths.filter(({ finish }) => finish === 'aborted').map(({ index }) => index);
  if (cut.length === 0 || detail !== 'full') return null;
  const fresh = new RunTrace(before.pathCount, before.capacity);
  const paths = before.paths.map((path, i) => (cut.includes(i) ? (fresh.paths[i] ?? path) : path));
  const trace = new RunTrace(before.pathCount, before.capacity, paths, before.pieces);
  const seed = (settings.seed + Math.imul(before.pathCount - cut.length + 1, RESUME_STRIDE)) >>> 0;
  return { request: { problem, settings: { ...settings, paths: cut.length, seed } }, trace, cut };
}

/** A batch whose paths have other numbers in the run. */
export function withPathIndices(batch: StepBatch, pathIndices: readonly number[]): StepBatch {
  return { ...batch, path: batch.path.map((path) => pathIndices[path] ?? path) };
}
