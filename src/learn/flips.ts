import { meanEstimate } from '../method/statistics';
import type { EvalReport } from './types';

/** What became of each problem between two evaluations with the same seeds: was its majority the known answer? */
export interface FlipLedger {
  /** Ids, in the order of the problems. Wrong, now right. */
  readonly learned: readonly string[];
  /** Right, now wrong. */
  readonly unlearned: readonly string[];
  readonly keptWrong: readonly string[];
  readonly keptRight: readonly string[];
}

/** null: no problem of both evaluations has a known answer, or they are older than this ledger. */
export function flipLedger(before: EvalReport, after: EvalReport): FlipLedger | null {
  const was = new Map(before.problems.map(({ id, majorityIsRight }) => [id, majorityIsRight ?? null]));
  const judged = after.problems.flatMap(({ id, majorityIsRight: is }) => {
    const first = was.get(id) ?? null;
    return first === null || is === undefined || is === null ? [] : [{ id, was: first, is }];
  });
  if (judged.length === 0) return null;
  const idsOf = (wasRight: boolean, isRight: boolean): string[] =>
    judged.flatMap((one) => (one.was === wasRight && one.is === isRight ? [one.id] : []));
  return {
    learned: idsOf(false, true),
    unlearned: idsOf(true, false),
    keptWrong: idsOf(false, false),
    keptRight: idsOf(true, true),
  };
}

/** An evaluation that is clearly worse than the best before it. */
export interface Fall {
  readonly best: EvalReport;
  readonly last: EvalReport;
}

/** With fewer problems than this an interval says nothing: the share itself has to fall far. */
const FEW_PROBLEMS = 10;
/** Of pass@1, where problems are few. */
const FAR = 0.25;

/**
 * Whether the last evaluation's pass@1 is below the best one's beyond chance: the 95 % interval of the paired difference
 * over problems lies below 0 (below ten problems: a fall of 0.25 or more). Where votes agree ever more, this is what tells a
 * model that collapses from one that learns.
 * @param reports of one set and one key, in order of their steps
 */
export function fallFromBest(reports: readonly EvalReport[]): Fall | null {
  const last = reports.at(-1);
  const best = bestOf(reports.slice(0, -1));
  if (last === undefined || best === null) return null;
  const changes = pairedShares(best, last).map(({ before, now }) => now - before);
  return fallsBelow(changes) ? { best, last } : null;
}

/** The evaluation with the highest pass@1, the latest of equals; null: none has a known answer. */
export function bestOf(reports: readonly EvalReport[]): EvalReport | null {
  return reports.reduce<EvalReport | null>((best, report) => {
    if (report.pass1 === null) return best;
    return report.pass1 >= (best?.pass1 ?? 0) ? report : best;
  }, null);
}

/** Of the problems with a known answer in both evaluations: the share of right paths then and now. */
export function pairedShares(before: EvalReport, now: EvalReport): { readonly before: number; readonly now: number }[] {
  const first = new Map(before.problems.map(({ id, right }) => [id, right]));
  return now.problems.flatMap(({ id, right }) => {
    const was = first.get(id) ?? null;
    return right === null || was === null ? [] : [{ before: shareOf(was), now: shareOf(right) }];
  });
}

function fallsBelow(changes: readonly number[]): boolean {
  if (changes.length === 0) return false;
  const { value, high } = meanEstimate(changes);
  return changes.length < FEW_PROBLEMS ? value <= -FAR : high < 0;
}

function shareOf(right: readonly boolean[]): number {
  return right.length === 0 ? 0 : right.filter(Boolean).length / right.length;
}
