import type { MeasuredRules } from '../method/auto-rule';
import { advantagesOf, isUnanimous } from '../method/grpo/advantages';
import { agreementRewards, signedRewards } from '../method/grpo/rewards';
import { mulberry32, seedOf } from '../method/random';
import { decideRun } from '../run/decide-run';
import type { Decision } from '../run/decision';
import { ruleElections } from '../run/rule-elections';
import { rulePaths } from '../run/rule-paths';
import { verdictOf } from '../run/verdict';
import { type LabelRecord, labelTrust } from './label-history';
import type { Sampled } from './policy';
import type { LearnSettings } from './settings';
import type { LearnedGroup } from './types';

/**
 * What one problem teaches: the sampled paths, the label they voted for and the rewards that follow. Nothing in this file
 * is ever given a gold answer: problems reach it as sampled paths only.
 */
export interface TrainingGroup extends Sampled {
  readonly decision: Decision;
  /** Group of the pseudo-label; null: no path has an answer, or the rule needs no label. */
  readonly label: number | null;
  /** Indices of the paths that are trained on. */
  readonly chosen: readonly number[];
  /** One for each chosen path. */
  readonly rewards: readonly number[];
  readonly advantages: readonly number[];
  /** What the advantages were multiplied with. */
  readonly weight: number;
  /** How often the problem's label has changed from one visit to the next. */
  readonly labelFlips: number;
  readonly skipped: LearnedGroup['skipped'];
}

type LabelSettings = Pick<
  LearnSettings,
  'labels' | 'softness' | 'trainOn' | 'trainPaths' | 'advantage' | 'rewards' | 'minMargin'
>;

/**
 * Votes, labels and rewards one problem's paths (docs/METHOD.md#grpo).
 * @param seed of the random controls, the problem's own
 * @param measured rules of this model, for `auto`; null: nothing is measured
 */
export function trainingGroupOf(
  sampled: Sampled,
  settings: LabelSettings,
  seed: number,
  measured: MeasuredRules | null,
): TrainingGroup {
  const decision = decideRun(sampled.trace, { softness: settings.softness });
  const label = labelOf(sampled, decision, settings.labels, seed, measured);
  const paid = chosenPaths(decision, settings);
  const rewardOfPaid = rewardsOf(paid, decision, label, settings, seed);
  const chosen = paid.filter((_, place) => rewardOfPaid[place] !== null);
  const rewards = rewardOfPaid.filter((reward) => reward !== null);
  const skipped = skippedBecause(decision, label, rewards, settings);
  const advantages = advantagesFor(rewards, settings);
  return { ...sampled, decision, label, chosen, rewards, advantages, weight: 1, labelFlips: 0, skipped };
}

/** The group as the problem's labels so far have it count. @param record this label included; undefined: there was none */
export function weighed(
  group: TrainingGroup,
  record: LabelRecord | undefined,
  { flipWeight }: Pick<LearnSettings, 'flipWeight'>,
): TrainingGroup {
  const weight = flipWeight ? labelTrust(record) : 1;
  const advantages = group.advantages.map((advantage) => weight * advantage);
  return { ...group, advantages, weight, labelFlips: record?.flips ?? 0 };
}

/** The label as one of its paths wrote it; null: there is none. */
export function labelAnswer({ decision, label }: TrainingGroup): string | null {
  return decision.groups[label ?? -1]?.answer ?? null;
}

function labelOf(
  { trace }: Sampled,
  decision: Decision,
  labels: LearnSettings['labels'],
  seed: number,
  measured: MeasuredRules | null,
): number | null {
  const { vote } = decision;
  switch (labels) {
    case 'sasc':
      return vote.sasc?.group ?? null;
    case 'majority':
      return vote.majority?.group ?? null;
    case 'random':
      return vote.groups[Math.floor(mulberry32(seedOf(seed, 'label'))() * vote.groups.length)]?.group ?? null;
    case 'random-reward':
      return null;
    default: {
      const wanted = labels === 'auto' ? undefined : (['majority', labels] as const);
      return verdictOf(ruleElections(rulePaths(trace, decision), wanted), labels, measured).group;
    }
  }
}

function chosenPaths({ vote }: Decision, { trainOn, trainPaths }: LabelSettings): number[] {
  const indices = vote.paths.flatMap(({ status }, i) => (trainOn === 'first' || status === 'kept' ? [i] : []));
  return indices.slice(0, trainPaths);
}

/** One for each of these paths; null: it is dropped. */
function rewardsOf(
  paths: readonly number[],
  { groupOfPath, vote }: Decision,
  label: number | null,
  { labels, rewards }: LabelSettings,
  seed: number,
): (number | null)[] {
  const groups = paths.map((i) => groupOfPath[i] ?? null);
  if (labels === 'random-reward') {
    const coin = mulberry32(seedOf(seed, 'reward'));
    const tosses = paths.map(() => Number(coin() < 0.5));
    return rewards === 'signed' ? tosses.map((toss) => 2 * toss - 1) : tosses;
  }
  if (rewards === 'agreement') return agreementRewards(groups, label);
  return signedRewards(groups, label, (group) => vote.groups.find((one) => one.group === group)?.heads ?? 0);
}

/** Signed rewards are advantages as they are: a mean taken off would bring back what DDRL removes. */
function advantagesFor(rewards: readonly number[], { rewards: kind, advantage }: LabelSettings): readonly number[] {
  if (kind === 'agreement') return advantagesOf(rewards, advantage);
  return isUnanimous(rewards) ? rewards.map(() => 0) : rewards;
}

function skippedBecause(
  decision: Decision,
  label: number | null,
  rewards: readonly number[],
  { labels, minMargin }: LabelSettings,
): TrainingGroup['skipped'] {
  if (labels === 'random-reward') return isUnanimous(rewards) ? 'unanimous' : null;
  if (label === null) return 'no-label';
  if (minMargin > 0 && marginOf(decision, label) < minMargin) return 'narrow-margin';
  return isUnanimous(rewards) ? 'unanimous' : null;
}

/** By how much of the pool the label's answer leads the next: below 0 where another has more paths. After SCRL. */
function marginOf({ vote }: Decision, label: number): number {
  const headsOf = (isLabel: boolean): number =>
    Math.max(0, ...vote.groups.flatMap(({ group, heads }) => ((group === label) === isLabel ? [heads] : [])));
  return (headsOf(true) - headsOf(false)) / vote.poolSize;
}
