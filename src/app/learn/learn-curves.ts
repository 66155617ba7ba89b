import type { StepReport } from '../../learn/types';
import { type LearnHistory, reportsOf } from './learn-history';

export interface CurvePoint {
  readonly step: number;
  readonly value: number;
}

export type CurveId = 'reward' | 'label' | 'pass1' | 'kl' | 'gradient' | 'entropy' | 'length';
export type LineId =
  | 'reward'
  | 'truth'
  | 'label-accuracy'
  | 'majority'
  | 'trained'
  | 'held-out'
  | 'kl'
  | 'gradient'
  | 'entropy'
  | 'length';

interface CurveLine {
  readonly id: LineId;
  /** Dashed in the accent's place: the line that the first is compared with. */
  readonly isSecond: boolean;
  readonly points: readonly CurvePoint[];
}

export interface Curve {
  readonly id: CurveId;
  readonly lines: readonly CurveLine[];
  /** A share of 0..1; else the axis begins at 0 and ends a little above the data. */
  readonly isShare: boolean;
  /** A bound to be drawn across; null: none. */
  readonly bound: number | null;
}

/** Each with the figure of the step's report that it follows. */
const STEP_CURVES: readonly {
  readonly id: CurveId;
  readonly isShare: boolean;
  readonly lines: readonly (readonly [LineId, string])[];
}[] = [
  {
    id: 'reward',
    isShare: true,
    lines: [
      ['reward', 'reward'],
      ['truth', 'ground_truth_ratio'],
    ],
  },
  {
    id: 'label',
    isShare: true,
    lines: [
      ['majority', 'majority_ratio'],
      ['label-accuracy', 'label_accuracy'],
    ],
  },
  { id: 'gradient', isShare: false, lines: [['gradient', 'grad_norm']] },
  { id: 'entropy', isShare: false, lines: [['entropy', 'entropy_top_k']] },
  { id: 'kl', isShare: false, lines: [['kl', 'kl']] },
  { id: 'length', isShare: false, lines: [['length', 'completions/mean_length']] },
];

/**
 * The course of learning up to the present point, in the order in which it is read. A figure that no step has (the KL
 * without reference, accuracies without known answers) has no line, a curve without lines is left out.
 */
export function learnCurves(history: LearnHistory): Curve[] {
  const reports = reportsOf(history);
  const bound = history.points[history.cursor]?.checkpoint?.settings.maxGradNorm ?? null;
  const curves = STEP_CURVES.map(({ id, isShare, lines }): Curve => {
    const drawn = lines.flatMap(([line, metric], i) => lineOf(line, i > 0, metricPoints(reports, metric)));
    return { id, isShare, lines: drawn, bound: id === 'gradient' ? bound : null };
  });
  const [first, ...others] = curves;
  const all = first === undefined ? [] : [first, evaluationCurve(history), ...others];
  return all.filter(({ lines }) => lines.length > 0);
}

function metricPoints(reports: readonly StepReport[], metric: string): CurvePoint[] {
  return reports.flatMap(({ step, metrics }) => {
    const value = metrics[metric];
    return value === undefined ? [] : [{ step, value }];
  });
}

/** pass@1 of what is learned from and of what is held out, where their answers are known. */
function evaluationCurve({ points, cursor }: LearnHistory): Curve {
  const past = points.slice(0, cursor + 1);
  const pass1 = (wanted: 'train' | 'held-out'): CurvePoint[] => {
    const key = past.flatMap(({ evaluations }) => evaluations.filter(({ set }) => set === wanted)).at(-1)?.key;
    return past.flatMap(({ step, evaluations }) => {
      const value = evaluations.find((one) => one.key === key)?.report.pass1 ?? null;
      return value === null ? [] : [{ step, value }];
    });
  };
  const lines = [...lineOf('trained', false, pass1('train')), ...lineOf('held-out', true, pass1('held-out'))];
  return { id: 'pass1', isShare: true, lines, bound: null };
}

function lineOf(id: LineId, isSecond: boolean, points: readonly CurvePoint[]): CurveLine[] {
  return points.length === 0 ? [] : [{ id, isSecond, points }];
}

/** A bound further away than this many times the data would press the curve flat: it is left out of the picture. */
const FARTHEST_BOUND = 3;

/** Figures that are nought but for rounding are not to be blown up to a curve. */
const ROUNDING = 1e-9;

/** Top of a curve's axis; a bound above it is not drawn. */
export function curveTop({ isShare, lines, bound }: Curve): number {
  if (isShare) return 1;
  const data = Math.max(0, ...lines.flatMap(({ points }) => points.map(({ value }) => value)));
  const highest = bound !== null && bound <= FARTHEST_BOUND * data ? Math.max(bound, data) : data;
  return Number.isFinite(highest) && highest > ROUNDING ? highest * 1.12 : 1;
}
