import { type FamilyReader, within } from './family';
import { askedSequence, sequenceWordings } from './sequence';

/** Arithmetic sequences: a term, or the sum of the first terms. */
export const readArithmetic: FamilyReader = (text) => {
  const asked = askedSequence(text);
  if (asked === null || asked.difference === null || asked.named === 'geometric') return null;
  const { kind, first, difference, n } = asked;
  // 5, 5, 5, … is of both kinds.
  if (asked.ratio !== null && asked.named === null) return null;
  const hasCount = kind === 'term' ? within(n, 7, 40) : within(n / 2, 3, 10);
  if (!within(first, 1, 30) || !within(difference, 2, 12) || !hasCount) return 'out-of-range';
  return sequenceWordings('arithmetic', asked, difference);
};
