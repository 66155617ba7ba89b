import { signalOf, signalState } from '../../method/signals';
import { signalPath } from '../../run/rule-paths';
import type { PathTrace, RunTrace } from '../../run/trace';
import type { PathRow } from './path-rows';

/** Figures of a path that the strip can show; names as `card.json` has them. */
export const SHOWN_SIGNALS = ['stability', 'pathLogprob', 'tokenLogprob', 'slip', 'meanConfidence'] as const;
export type ShownSignal = (typeof SHOWN_SIGNALS)[number];

/** Of finished paths, which never change. */
const known = new WeakMap<PathTrace, Map<ShownSignal, number | null>>();

/** A path's signal, nats; null: there is none, or what it is computed from is not known, or the path is not finished. */
export function signalOfRow(signal: ShownSignal, row: PathRow, path: PathTrace): number | null {
  if (signal === 'stability') return row.stability;
  if (row.status === 'running' || path.length === 0) return null;
  const figures = known.get(path) ?? new Map<ShownSignal, number | null>();
  known.set(path, figures);
  let figure = figures.get(signal);
  if (figure === undefined) {
    // None of these looks at DeepConf's window.
    figure = signalOf(signalPath(path), signal, () => 1) ?? null;
    figures.set(signal, figure);
  }
  return figure;
}

/** Signals that a run's data allow: one that was read from a link has not the probabilities of its tokens. */
export function allowedSignals({ paths }: RunTrace): readonly ShownSignal[] {
  return SHOWN_SIGNALS.filter(
    (signal) => signal === 'stability' || paths.every((path) => signalState(signalPath(path), signal) !== 'unknown'),
  );
}
