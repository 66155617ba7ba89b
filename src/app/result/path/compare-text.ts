import { formatCount, formatFixed, plural } from '../../../i18n/format';
import { m } from '../../../paraglide/messages.js';
import type { PathTrace, RunTrace } from '../../../run/trace';
import { hasFigures, hasText } from '../../../run/recorded';
import { visibleToken } from '../../kit/charts/token-text';

/** Where two paths part, in one sentence with both tokens and their probabilities. `step`: divergenceOf the two. */
export function divergenceCaption(trace: RunTrace, a: PathTrace, b: PathTrace, step: number | null): string {
  const silent = [a, b].find((path) => !hasText(trace, path));
  if (silent !== undefined) return m.compare_no_text({ path: silent.index + 1 });
  if (step === null) return m.compare_same({ shared: formatCount(a.length) });
  if (step >= a.length || step >= b.length) {
    const [shorter, longer] = a.length < b.length ? [a, b] : [b, a];
    return m.compare_ended({ shared: formatCount(step), shorter: shorter.index + 1, longer: longer.index + 1 });
  }
  const facts = {
    ...{ first: a.index + 1, second: b.index + 1 },
    ...{ a: tokenAt(trace, a, step), b: tokenAt(trace, b, step) },
    ...{ pa: probabilityAt(a, step), pb: probabilityAt(b, step) },
  };
  if (step === 0) return m.compare_parts_first(facts);
  const counted = { ...facts, shared: formatCount(step), step: formatCount(step + 1) };
  return plural(step, { one: m.compare_parts_one(counted), other: m.compare_parts_other(counted) });
}

/** The token written at a step, white space made visible. */
export function tokenAt(trace: RunTrace, path: PathTrace, step: number): string {
  return visibleToken(trace.pieces.get(path.tokens[step] ?? -1));
}

/** Probability of the token written at a step, at temperature 1, as text. */
export function probabilityAt(path: PathTrace, step: number): string {
  return hasFigures(path) ? formatFixed(Math.exp(path.logprob[step] ?? -Infinity), 2) : '?';
}
