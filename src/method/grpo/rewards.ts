/** How a path is paid for its answer. docs/METHOD.md#grpo */
export const REWARD_KINDS = ['agreement', 'signed'] as const;

/** TTRL's reward: 1 for a path with the label's answer, else 0. @param groups of the paths' answers; null: no answer */
export function agreementRewards(groups: readonly (number | null)[], label: number | null): number[] {
  return groups.map((group) => (label !== null && group === label ? 1 : 0));
}

/**
 * +1 for paths with the label's answer and −1 for as many paths with the rarest answers; what lies between is dropped, as
 * nobody knows whether it is wrong. After DDRL's balanced sampling by frequency (Yu et al. 2026, arXiv 2604.21327); our
 * reading of it: a path without an answer is the rarest of all, and of equally rare ones the first count.
 * @param groups of the paths' answers; null: no answer
 * @param heads paths with each group's answer, those outside the group of paths included
 * @returns one for each path; null: dropped
 */
export function signedRewards(
  groups: readonly (number | null)[],
  label: number | null,
  heads: (group: number) => number,
): (number | null)[] {
  const agreeing = label === null ? [] : groups.flatMap((group, i) => (group === label ? [i] : []));
  const others = groups
    .flatMap((group, i) =>
      group === label && label !== null ? [] : [{ i, rarity: group === null ? 0 : heads(group) }],
    )
    .sort((a, b) => a.rarity - b.rarity || a.i - b.i);
  const each = Math.min(agreeing.length, others.length);
  const rewards = groups.map((): number | null => null);
  for (const i of agreeing.slice(0, each)) rewards[i] = 1;
  for (const { i } of others.slice(0, each)) rewards[i] = -1;
  return rewards;
}
