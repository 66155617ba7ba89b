import type { RunTrace } from '../../records/trace';

/** A place in the run: a path, and one of its steps (null: its peak). */
interface Place {
  readonly path: number;
  readonly step: number | null;
}

/**
 * Where a key takes the focus: up and down to the neighbouring path (same step), left and right to the neighbouring
 * step, Home and End to the first and last one. null for any other key.
 */
export function focusAfterKey(key: string, at: { path: number; step: number | null }, trace: RunTrace): Place | null {
  const length = trace.paths[at.path]?.length ?? 0;
  const step = at.step ?? 0;
  const toStep = (target: number): Place => ({ path: at.path, step: clamp(target, length - 1) });
  const toPath = (target: number): Place => ({ path: clamp(target, trace.pathCount - 1), step: at.step });
  switch (key) {
    case 'ArrowUp':
      return toPath(at.path - 1);
    case 'ArrowDown':
      return toPath(at.path + 1);
    case 'ArrowLeft':
      return toStep(step - 1);
    case 'ArrowRight':
      return toStep(step + 1);
    case 'Home':
      return toStep(0);
    case 'End':
      return toStep(length - 1);
  }
  return null;
}

function clamp(value: number, most: number): number {
  return Math.max(0, Math.min(value, most));
}
