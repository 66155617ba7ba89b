import { type FamilyReader, within } from './family';
import { askedSequence, sequenceWordings } from './sequence';

/** Geometric sequences: a term, or the sum of the first terms. */
export const readGeometric: FamilyReader = (text) => {
  const asked = askedSequence(text);
  if (asked === null || asked.ratio === null || asked.named === 'arithmetic') return null;
  const { kind, first, ratio, n } = asked;
  if (asked.difference !== null && asked.named === null) return null;
  const hasCount = kind === 'term' ? within(n, 4, 7) : within(n, 3, 5);
  const isTrained = within(first, 2, 40) && within(ratio, 2, 5) && hasCount && first * ratio ** (n - 1) <= 999;
  return isTrained ? sequenceWordings('geometric', asked, ratio) : 'out-of-range';
};
