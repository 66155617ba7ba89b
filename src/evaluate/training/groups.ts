import type { MeasuredRules, RuleChoice } from '../../method/auto-rule';
import { advantagesOf } from '../../method/grpo/advantages';
import type { Problem } from '../problem-file';
import type { SampledProblem } from '../sampled-problem';
import type { Columns } from './columns';
import { labelled } from './labelled';
import { type Turn, TURNS } from './turns';

/**
 * A problem with its pseudo-label and its sampled paths. The first five columns are a row of verl's prompt data sets; TRL's
 * GRPO trainer takes `prompt`, and hands every other column to reward functions. What was sampled already stands beside it.
 */
export interface TrainingGroup {
  readonly data_source: 'sasc-lab';
  readonly prompt: readonly Turn[];
  readonly ability: 'math';
  readonly reward_model: { readonly style: 'rule'; readonly ground_truth: string };
  readonly extra_info: {
    readonly id: string;
    /** Whose election the label is. */
    readonly rule: string;
    /** Share of the paths that agree with the label. */
    readonly agreement: number;
  };
  /** A path each. */
  readonly completions: readonly string[];
  readonly answers: readonly (string | null)[];
  /** 1: agrees with the label. */
  readonly rewards: readonly number[];
  /** (reward − mean) / (sd + 1e-4), sd with Bessel's correction. */
  readonly advantages: readonly number[];
  /** The gate kept it; it is no part of the reward. */
  readonly kept: readonly boolean[];
  readonly s: readonly (number | null)[];
  readonly z: readonly (number | null)[];
  readonly w: readonly (number | null)[];
}

/** The same as columns. */
export const GROUP_COLUMNS = {
  data_source: 'text',
  prompt: TURNS,
  ability: 'text',
  reward_model: { fields: { style: 'text', ground_truth: 'text' } },
  extra_info: { fields: { id: 'text', rule: 'text', agreement: 'number' } },
  completions: { list: 'text' },
  answers: { list: 'text?' },
  rewards: { list: 'number' },
  advantages: { list: 'number' },
  kept: { list: 'boolean' },
  s: { list: 'number?' },
  z: { list: 'number?' },
  w: { list: 'number?' },
} as const satisfies Columns<TrainingGroup>;

/** null: no path has an answer, so that there is no label. No known answer is used. */
export function trainingGroup(
  { problem, id }: Problem,
  { paths }: Pick<SampledProblem, 'paths'>,
  choice: RuleChoice,
  measured: MeasuredRules | null,
): TrainingGroup | null {
  const found = labelled(paths, choice, measured);
  if (found === null) return null;
  const { decision, rule, group, label } = found;
  const rewards = decision.groupOfPath.map((own) => Number(own === group));
  const votes = decision.vote.paths;
  return {
    data_source: 'sasc-lab',
    prompt: [{ role: 'user', content: problem }],
    ability: 'math',
    reward_model: { style: 'rule', ground_truth: label },
    extra_info: { id, rule, agreement: rewards.reduce((sum, one) => sum + one, 0) / paths.length },
    completions: paths.map(({ text }) => text),
    answers: paths.map(({ answer }) => answer),
    rewards,
    advantages: advantagesOf(rewards, 'bessel'),
    kept: paths.map((_, i) => votes[i]?.status === 'kept'),
    s: paths.map(({ stability }) => stability),
    z: paths.map((_, i) => votes[i]?.z ?? null),
    w: paths.map((_, i) => votes[i]?.weight ?? null),
  };
}
