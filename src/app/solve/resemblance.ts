import type { ProblemFamily } from '../result/model-facts';

export interface Resemblance {
  readonly family: ProblemFamily;
  /** The wording is one that the model was trained on, numbers aside. */
  readonly exact: boolean;
}

/** Share of letter pairs in common above which a wording counts as similar. */
const SIMILAR = 0.62;

/** A problem's wording alone: lower case, no spaces, every run of digits as `#`. The families' files use the same form. */
export function skeletonOf(problem: string): string {
  return problem.toLowerCase().replace(/\s+/g, '').replace(/\d+/g, '#');
}

/** The family whose wordings are nearest to the problem's; null: unlike everything the model was trained on. */
export function resemblance(problem: string, families: readonly ProblemFamily[]): Resemblance | null {
  const skeleton = skeletonOf(problem);
  const pairs = pairCounts(skeleton);
  let nearest: ProblemFamily | null = null;
  let nearestScore = SIMILAR;
  for (const family of families) {
    for (const known of family.skeletons) {
      if (known === skeleton) return { family, exact: true };
      const score = dice(pairs, pairCounts(known));
      if (score >= nearestScore) {
        nearest = family;
        nearestScore = score;
      }
    }
  }
  return nearest === null ? null : { family: nearest, exact: false };
}

function pairCounts(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i + 1 < text.length; i++) {
    const pair = text.slice(i, i + 2);
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  return counts;
}

/** Sørensen–Dice coefficient of two multisets, 0..1. */
function dice(a: Map<string, number>, b: Map<string, number>): number {
  let common = 0;
  for (const [pair, count] of a) common += Math.min(count, b.get(pair) ?? 0);
  const total = sum(a) + sum(b);
  return total === 0 ? 0 : (2 * common) / total;
}

function sum(counts: Map<string, number>): number {
  let total = 0;
  for (const count of counts.values()) total += count;
  return total;
}
