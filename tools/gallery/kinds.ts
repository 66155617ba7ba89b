import { areEquivalent } from '../../src/answers/equivalence';
import { shareOf } from '../../src/method/influence';
import type { Decision } from '../../src/run/decision';
import type { GalleryKind } from '../../src/app/gallery/gallery-index';

/** The vote of a run compared with the known answer. */
export interface Judged {
  readonly sasc: string;
  readonly majority: string;
  readonly sascIsRight: boolean;
  readonly majorityIsRight: boolean;
  /** All paths, those with an answer, and those with the right one. */
  readonly paths: number;
  readonly pool: number;
  readonly right: number;
  readonly groups: number;
  /** Heads of the majority's answer. */
  readonly heads: number;
  /** Shares of all weight: SASC's answer, and the majority's. */
  readonly sascShare: number;
  readonly majorityShare: number;
}

/** null: nobody was elected. */
export function judge({ groups, answers, vote }: Decision, gold: string): Judged | null {
  const { sasc, majority } = vote;
  if (sasc === null || majority === null) return null;
  const answerOf = (group: number): string => groups[group]?.answer ?? '';
  const isRight = (answer: string): boolean => areEquivalent(answer, gold, { policy: 'lenient' });
  return {
    sasc: answerOf(sasc.group),
    majority: answerOf(majority.group),
    sascIsRight: isRight(answerOf(sasc.group)),
    majorityIsRight: isRight(answerOf(majority.group)),
    paths: answers.length,
    pool: vote.poolSize,
    right: answers.filter((answer) => answer !== null && isRight(answer)).length,
    groups: groups.length,
    heads: majority.count,
    sascShare: sasc.share,
    majorityShare: shareOf(vote.groups, majority.group),
  };
}

type SingleKind = Exclude<GalleryKind, 'learns'>;

/** Whether a run is what the title of its kind says. */
export const IS_OF_KIND: Readonly<Record<SingleKind, (run: Judged) => boolean>> = {
  unanimous: ({ sascIsRight, groups, pool, paths }) => sascIsRight && groups === 1 && pool === paths,
  'majority-wrong': ({ sascIsRight, majorityIsRight }) => sascIsRight && !majorityIsRight,
  'both-wrong': ({ sascIsRight, majorityIsRight, right, sascShare }) =>
    !sascIsRight && !majorityIsRight && right > 0 && sascShare > 0.5,
  split: ({ groups, heads, pool }) => groups >= 4 && heads <= pool / 3,
};

/** The larger, the clearer an example of the kind the run is. */
export const CLARITY: Readonly<Record<SingleKind, (run: Judged) => number>> = {
  unanimous: ({ pool }) => pool,
  'majority-wrong': ({ sascShare, majorityShare }) => sascShare - majorityShare,
  'both-wrong': ({ sascShare, right }) => sascShare - right / 100,
  split: ({ groups, heads, sascIsRight }) => groups - heads + (sascIsRight ? 0.5 : 0),
};

/** A run that leaves something to learn: the vote is right, and about half of the paths are not. */
export function roomToLearn({ majorityIsRight, sascIsRight, right, paths }: Judged): number {
  return majorityIsRight && sascIsRight ? 0.5 - Math.abs(0.45 - right / paths) : 0;
}

/** Whether two runs of one seed show what was learned between them: more right paths by a third of all. */
export function hasLearned(before: Judged, after: Judged): boolean {
  return after.sascIsRight && after.majorityIsRight && after.right >= before.right + before.paths / 3;
}
