import type { WorkerResult } from '../../../workers/protocol';
import type { SampleRequest } from '../../policy/types';
import type { RunRecord } from '../../run/saved-run';
import { RunTrace } from '../../run/trace';

export interface ResumedRun {
  /** For the paths that were cut short alone. */
  readonly request: SampleRequest;
  /** Those that had ended, and the others empty. */
  readonly trace: RunTrace;
}

/**
 * What finishes a run: its paths that were cut short are sampled again from its seed, and so become what they would have
 * become. null: none was cut, or its tokens are not there.
 */
export function resumedRun({ trace: before, problem, settings, detail }: RunRecord): ResumedRun | null {
  const cut = before.paths.filter(({ finish }) => finish === 'aborted').map(({ index }) => index);
  if (cut.length === 0 || detail !== 'full') return null;
  const fresh = new RunTrace(before.pathCount, before.capacity);
  const paths = before.paths.map((path, i) => (cut.includes(i) ? (fresh.paths[i] ?? path) : path));
  const trace = new RunTrace(before.pathCount, before.capacity, paths, before.pieces);
  return { request: { problem, settings, only: cut }, trace };
}

/** Whether the engine that failed is gone, GPU device or worker: another one may finish what it began. */
export function isEngineLost(result: WorkerResult<unknown>): boolean {
  return !result.ok && (result.code === 'device-lost' || result.details.worker === 'died');
}
