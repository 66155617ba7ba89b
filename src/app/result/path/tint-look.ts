import { buildRamp, type Ramp } from '../../kit/charts/ramp';
import { chartTheme } from '../../kit/charts/theme';
import type { TintKind } from './token-tint';

/** Colour tokens of the tint of probabilities and confidences: the plum ramp means entropy, and nothing else. */
const GREYS = ['--surface', '--line', '--line-2', '--ink-3', '--ink'];

/** The colours of a tint in the theme shown now; read in a derived value, they follow the theme. */
export function tintRamp(kind: TintKind): Ramp {
  const { ramp, color } = chartTheme.current;
  return kind === 'entropy' ? ramp : buildRamp(GREYS.map(color));
}
