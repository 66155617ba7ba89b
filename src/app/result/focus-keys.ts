import type { RunTrace } from '../../run/trace';

/** A place in the run: a path, and one of its steps (null: its peak). */
interface Place {
  readonly path: number;
  readonly step: number | null;
}

/**
 * Where a key takes the focus: up and down to the neighbouring path in the order shown (same step), left and right to the
 * neighbouring step, Home and End to the first and last one. null for any other key.
 * @param order indices of the paths, as their rows stand
 */
export function focusAfterKey(
  key: string,
  at: { path: number; step: number | null },
  trace: RunTrace,
  order: readonly number[],
): Place | null {
  const length = trace.paths[at.path]?.length ?? 0;
  const step = at.step ?? 0;
  const toStep = (target: number): Place => ({ path: at.path, step: clamp(target, length - 1) });
  const toRow = (by: number): Place => {
    const row = order.indexOf(at.path);
    // A row that is not shown has no neighbours: the first one is next.
    return { path: order[row < 0 ? 0 : clamp(row + by, order.length - 1)] ?? at.path, step: at.step };
  };
  switch (key) {
    case 'ArrowUp':
      return toRow(-1);
    case 'ArrowDown':
      return toRow(1);
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
