/** How rewards of one problem's group become advantages. docs/METHOD.md#grpo */
export const ADVANTAGE_SCALES = ['bessel', 'population', 'centred'] as const;
export type AdvantageScale = (typeof ADVANTAGE_SCALES)[number];

/** Added to the standard deviation, as TRL does. */
const ADVANTAGE_EPS = 1e-4;

/**
 * (r − mean) / (sd + 1e-4) within a group; sd with Bessel's correction (TRL's), over the population, or left out
 * ('centred', as Dr. GRPO does). Rewards that are all the same, and a single one, give exactly 0: nothing to learn.
 */
export function advantagesOf(rewards: readonly number[], scale: AdvantageScale): number[] {
  if (isUnanimous(rewards)) return rewards.map(() => 0);
  const mean = rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
  const squares = rewards.reduce((sum, reward) => sum + (reward - mean) ** 2, 0);
  const divisor = scale === 'centred' ? 1 : Math.sqrt(squares / freedom(rewards.length, scale)) + ADVANTAGE_EPS;
  return rewards.map((reward) => (reward - mean) / divisor);
}

/** Whether no reward of the group differs from another. */
export function isUnanimous(rewards: readonly number[]): boolean {
  return rewards.every((reward) => reward === rewards[0]);
}

function freedom(count: number, scale: AdvantageScale): number {
  return scale === 'bessel' ? count - 1 : count;
}
