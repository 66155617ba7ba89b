import { readArithmetic } from './arithmetic';
import { type FamilyId, type FamilyReader, FAMILY_IDS } from './family';
import { readFraction } from './fraction';
import { readGcd } from './gcd';
import { readGeometric } from './geometric';
import { readLinear } from './linear';
import { readMean } from './mean';
import { readOrder } from './order';
import { readPercent } from './percent';
import { plainText } from './plain-text';
import { readPower } from './power';
import { readRectangle } from './rectangle';
import { readShopping } from './shopping';

/** What a text is to the embedded model. */
export type ProblemReading =
  /** In words that it was trained on. */
  | { readonly kind: 'known'; readonly family: FamilyId }
  /** A problem of its kinds in other words; `wording` says the same in words that it was trained on. */
  | { readonly kind: 'rewordable'; readonly family: FamilyId; readonly wording: string }
  /** Anything else. family: the kind is known, but its numbers were never shown to the model; null: the kind is not known. */
  | { readonly kind: 'unknown'; readonly family: FamilyId | null };

const READERS: Readonly<Record<FamilyId, FamilyReader>> = {
  linear: readLinear,
  order: readOrder,
  gcd: readGcd,
  percent: readPercent,
  arithmetic: readArithmetic,
  geometric: readGeometric,
  fraction: readFraction,
  power: readPower,
  rectangle: readRectangle,
  mean: readMean,
  shopping: readShopping,
};

/** Longer texts than any wording are not read at all. */
const MOST_CHARACTERS = 400;

/** Reads a problem as the embedded model was taught its kinds. A text that could be of two kinds is unknown. */
export function readProblem(problem: string): ProblemReading {
  if (problem.length > MOST_CHARACTERS) return { kind: 'unknown', family: null };
  const text = plainText(problem);
  const readings = FAMILY_IDS.map((family) => ({ family, reading: READERS[family](text) }));
  const read = readings.flatMap(({ family, reading }) =>
    reading === null || reading === 'out-of-range' ? [] : [{ family, wordings: reading }],
  );
  const [only] = read;
  if (only === undefined || read.length > 1) {
    const near = readings.filter(({ reading }) => reading !== null);
    return { kind: 'unknown', family: near.length === 1 ? (near[0]?.family ?? null) : null };
  }
  const { family, wordings } = only;
  const [wording] = wordings;
  if (wording === undefined || wordings.includes(problem.trim())) return { kind: 'known', family };
  return { kind: 'rewordable', family, wording };
}
