/** The kinds of problem that the embedded model was trained on. Their names are those of its families.json. */
export const FAMILY_IDS = [
  'linear',
  'order',
  'gcd',
  'percent',
  'arithmetic',
  'geometric',
  'fraction',
  'power',
  'rectangle',
  'mean',
  'shopping',
] as const;
export type FamilyId = (typeof FAMILY_IDS)[number];

/**
 * What a family's reader makes of a text: every wording of the problem that the model was trained on, the one to use first.
 * `out-of-range`: a problem of the family, with numbers that the model was never shown. null: another problem.
 */
export type FamilyReading = readonly string[] | 'out-of-range' | null;

/** @param text as plainText gives it */
export type FamilyReader = (text: string) => FamilyReading;

export function within(value: number, low: number, high: number): boolean {
  return Number.isInteger(value) && value >= low && value <= high;
}
