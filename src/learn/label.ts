import { advantagesOf, isUnanimous } from '../method/grpo/advantages';
import { mulberry32 } from '../method/random';
import { decideRun } from '../run/decide-run';
import type { Decision } from '../run/decision';
import type { Sampled } from './policy';
import { seedOf } from './seeds';
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
  readonly skipped: LearnedGroup['skipped'];
}

type LabelSettings = Pick<LearnSettings, 'labels' | 'softness' | 'trainOn' | 'trainPaths' | 'advantage'>;

/**
 * Votes, labels and rewards one problem's paths (docs/METHOD.md#grpo).
 * @param seed of the random controls, the problem's own
 */
export function trainingGroupOf(sampled: Sampled, settings: LabelSettings, seed: number): TrainingGroup {
  const decision = decideRun(sampled.trace, { softness: settings.softness });
  const label = labelOf(decision, settings.labels, seed);
  const chosen = chosenPaths(decision, settings);
  const coin = mulberry32(seedOf(seed, 'reward'));
  const rewards = chosen.map((i) => {
    if (settings.labels === 'random-reward') return coin() < 0.5 ? 1 : 0;
    return label !== null && decision.groupOfPath[i] === label ? 1 : 0;
  });
  const hasLabel = label !== null || settings.labels === 'random-reward';
  const skipped = !hasLabel ? 'no-label' : isUnanimous(rewards) ? 'unanimous' : null;
  const advantages = advantagesOf(rewards, settings.advantage);
  return { ...sampled, decision, label, chosen, rewards, advantages, skipped };
}

function labelOf({ vote }: Decision, rule: LearnSettings['labels'], seed: number): number | null {
  switch (rule) {
    case 'sasc':
      return vote.sasc?.group ?? null;
    case 'majority':
      return vote.majority?.group ?? null;
    case 'random':
      return vote.groups[Math.floor(mulberry32(seedOf(seed, 'label'))() * vote.groups.length)]?.group ?? null;
    case 'random-reward':
      return null;
  }
}

function chosenPaths({ vote }: Decision, { trainOn, trainPaths }: LabelSettings): number[] {
  const indices = vote.paths.flatMap(({ status }, i) => (trainOn === 'first' || status === 'kept' ? [i] : []));
  return indices.slice(0, trainPaths);
}
