/** A step's figures under TRL's names, and TTRL's where TRL has none. docs/METHOD.md#grpo */

/** The training group of one problem, with its rewards. */
export interface MeasuredGroup {
  /** Of the paths that are trained on. */
  readonly rewards: readonly number[];
  /** Whether each of these paths has the known answer; null: no known answer. */
  readonly right: readonly boolean[] | null;
  /** Share of all sampled paths with the known answer; null: no known answer. */
  readonly rightShare: number | null;
  /** Whether the label is the known answer; null: no known answer, or no label. */
  readonly labelIsRight: boolean | null;
  readonly majorityRatio: number;
  /** Distinct answers / paths with an answer; null: no path has one. */
  readonly diversity: number | null;
  /** Tokens of every sampled path. */
  readonly lengths: readonly number[];
  /** Paths that ended at the limit. */
  readonly truncated: number;
}

/** A figure that does not exist is absent. Shares are 0..1, lengths in tokens. */
export function groupMetrics(groups: readonly MeasuredGroup[]): Record<string, number> {
  const lengths = groups.flatMap((group) => group.lengths);
  const rewards = groups.flatMap((group) => group.rewards);
  const deviations = groups.map((group) => deviationOf(group.rewards));
  const agreements = groups.flatMap(({ right, rewards: own }) =>
    right === null ? [] : right.map((isRight, i) => Number(isRight === (own[i] === 1))),
  );
  const present = (values: readonly (number | boolean | null)[]): number[] =>
    values.flatMap((value) => (value === null ? [] : [Number(value)]));
  return existing({
    reward: mean(rewards),
    reward_std: mean(deviations),
    frac_reward_zero_std: mean(deviations.map((deviation) => Number(deviation === 0))),
    'completions/mean_length': mean(lengths),
    'completions/min_length': lengths.length === 0 ? null : Math.min(...lengths),
    'completions/max_length': lengths.length === 0 ? null : Math.max(...lengths),
    'completions/clipped_ratio': ratio(
      groups.reduce((sum, { truncated }) => sum + truncated, 0),
      lengths.length,
    ),
    majority_ratio: mean(groups.map(({ majorityRatio }) => majorityRatio)),
    answer_diversity: mean(present(groups.map(({ diversity }) => diversity))),
    label_accuracy: mean(present(groups.map(({ labelIsRight }) => labelIsRight))),
    reward_accuracy: mean(agreements),
    ground_truth_ratio: mean(present(groups.map(({ rightShare }) => rightShare))),
  });
}

/** Without the figures that do not exist: null, and what is not finite. */
export function existing(figures: Readonly<Record<string, number | null>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(figures).flatMap(([name, value]) =>
      value === null || !Number.isFinite(value) ? [] : [[name, value] as const],
    ),
  );
}

export function mean(values: ArrayLike<number>): number | null {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? NaN;
  return ratio(sum, values.length);
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

/** With Bessel's correction, as TRL reports it; a single reward deviates by 0. */
function deviationOf(rewards: readonly number[]): number {
  const centre = mean(rewards) ?? 0;
  const squares = rewards.reduce((sum, reward) => sum + (reward - centre) ** 2, 0);
  return Math.sqrt(squares / Math.max(1, rewards.length - 1));
}
