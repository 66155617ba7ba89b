import { type Curve, type CurveId, curveTop, type LineId } from './learn-curves';
import { formatFixed, formatSmall } from '../../i18n/format';
import { m } from '../../paraglide/messages.js';

const CURVES: Record<CurveId, { readonly title: () => string; readonly unit: () => string }> = {
  reward: { title: m.curve_reward, unit: m.curve_reward_unit },
  label: { title: m.curve_label, unit: m.curve_label_unit },
  pass1: { title: m.curve_pass1, unit: m.curve_pass1_unit },
  kl: { title: m.curve_kl, unit: m.curve_kl_unit },
  gradient: { title: m.curve_gradient, unit: m.curve_gradient_unit },
  entropy: { title: m.curve_entropy, unit: m.curve_entropy_unit },
  length: { title: m.curve_length, unit: m.curve_length_unit },
};

const LINES: Record<LineId, () => string> = {
  reward: m.curve_line_reward,
  truth: m.curve_line_truth,
  'label-accuracy': m.curve_line_label_accuracy,
  majority: m.curve_line_majority,
  trained: m.curve_line_trained,
  'held-out': m.curve_line_held_out,
  kl: m.curve_line_kl,
  gradient: m.curve_line_gradient,
  entropy: m.curve_line_entropy,
  length: m.curve_line_length,
};

export const curveTitle = (id: CurveId): string => CURVES[id].title();
export const lineName = (id: LineId): string => LINES[id]();

/** What the axis counts; the gradient's says where it is clipped. */
export function curveUnit({ id, bound }: Curve): string {
  if (id === 'gradient' && bound !== null) return m.curve_gradient_clipped({ bound: formatFixed(bound, 1) });
  return CURVES[id].unit();
}

/** As many decimals as tell the axis's ticks apart. */
export function curveFormat(curve: Curve, value: number): string {
  const top = curveTop(curve);
  if (top <= 0.01) return formatSmall(value);
  return formatFixed(value, value === 0 ? 0 : top <= 0.1 ? 3 : top <= 10 ? 2 : 0);
}
