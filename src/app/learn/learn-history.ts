import type { Evaluation } from '../../learn/plan';
import { bestOf } from '../../learn/flips';
import type { LearnCheckpoint, StepReport } from '../../learn/types';

/** An evaluation, and of what: evaluations with different keys cannot be compared. */
export interface KeyedEvaluation extends Evaluation {
  readonly key: string;
}

/** A place to go back to: the start, or the end of a step. */
export interface LearnPoint {
  /** Steps taken so far. */
  readonly step: number;
  /** null at a start without adapter, and where `dropped`. */
  readonly checkpoint: LearnCheckpoint | null;
  /** Its adapter had to make room for later ones: it can be looked at, not gone back to. */
  readonly dropped: boolean;
  /** The step that led here; null at the start. */
  readonly report: StepReport | null;
  readonly evaluations: readonly KeyedEvaluation[];
}

/** What an adapter has been through. Values are never changed; each function returns a new history. */
export interface LearnHistory {
  /** The file that the start was imported from; null: the model itself. */
  readonly origin: string | null;
  /** From the start on; at least one. */
  readonly points: readonly LearnPoint[];
  /** The present point; later ones can be redone. */
  readonly cursor: number;
}

const START: LearnPoint = { step: 0, checkpoint: null, dropped: false, report: null, evaluations: [] };

/** Nothing learned yet. */
export const NEW_HISTORY: LearnHistory = { origin: null, points: [START], cursor: 0 };

/** An imported adapter, before its first step. */
export function importedHistory(origin: string, checkpoint: LearnCheckpoint): LearnHistory {
  return { origin, points: [{ ...START, checkpoint }], cursor: 0 };
}

export function currentPoint({ points, cursor }: LearnHistory): LearnPoint {
  return points[cursor] ?? START;
}

/** Whether there is an adapter at all: one learned here, or an imported one. */
export function hasAdapter(history: LearnHistory): boolean {
  return history.origin !== null || history.points.length > 1;
}

/** What records call the present adapter, in any language. */
export function adapterLabel(history: LearnHistory): string {
  const { step } = currentPoint(history);
  return [history.origin, ...(step > 0 ? [`grpo-${step}`] : [])].filter((part) => part !== null).join('+');
}

/** With a step taken from the present point; what could have been redone is gone. */
export function withStep(history: LearnHistory, report: StepReport, checkpoint: LearnCheckpoint): LearnHistory {
  const points = history.points.slice(0, history.cursor + 1);
  points.push({ step: report.step, checkpoint, dropped: false, report, evaluations: [] });
  return { ...history, points, cursor: points.length - 1 };
}

/** With an evaluation at the present point, in place of an earlier one of the same set and key. */
export function withEvaluation(history: LearnHistory, evaluation: KeyedEvaluation): LearnHistory {
  const points = history.points.map((point, i) => {
    if (i !== history.cursor) return point;
    const others = point.evaluations.filter(({ set, key }) => set !== evaluation.set || key !== evaluation.key);
    return { ...point, evaluations: [...others, evaluation] };
  });
  return { ...history, points };
}

/** At another point; RangeError where there is none, or none to go back to. */
export function movedTo(history: LearnHistory, cursor: number): LearnHistory {
  const point = history.points[cursor];
  if (point === undefined || point.dropped) throw new RangeError(`There is no adapter to go back to at ${cursor}.`);
  return { ...history, cursor };
}

/** Index of the point that was evaluated best, up to the present one; null: none has a known answer. */
export function bestPoint({ points, cursor }: LearnHistory, key: string): number | null {
  const past = points.slice(0, cursor + 1);
  const reports = past.map(({ evaluations }) => evaluations.find((one) => one.key === key)?.report);
  const best = bestOf(reports.filter((report) => report !== undefined));
  return best === null ? null : reports.lastIndexOf(best);
}

/** Reports of the steps that led to the present point. */
export function reportsOf({ points, cursor }: LearnHistory): StepReport[] {
  return points.slice(0, cursor + 1).flatMap(({ report }) => report ?? []);
}

/**
 * Within `bytes` of adapters and moments: the oldest steps lose theirs first; the start, the present point and the newest
 * keep theirs whatever they take.
 * @param kept index of another point that keeps its own; null: none
 */
export function trimmed(history: LearnHistory, bytes: number, kept: number | null): LearnHistory {
  const { points, cursor } = history;
  let left = bytes - points.reduce((sum, point) => sum + checkpointBytes(point.checkpoint), 0);
  if (left >= 0) return history;
  const trimmedPoints = points.map((point, i) => {
    const isNeeded = i === 0 || i === cursor || i === points.length - 1 || i === kept;
    if (left >= 0 || isNeeded || point.checkpoint === null) return point;
    left += checkpointBytes(point.checkpoint);
    return { ...point, checkpoint: null, dropped: true };
  });
  return { ...history, points: trimmedPoints };
}

function checkpointBytes(checkpoint: LearnCheckpoint | null): number {
  if (checkpoint === null) return 0;
  return 3 * checkpoint.adapter.tensors.reduce((sum, { values }) => sum + values.byteLength, 0);
}
