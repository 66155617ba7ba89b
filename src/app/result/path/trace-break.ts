import { RunningStability } from '../../../method/stability';

/**
 * Where a path's steadiness broke: the first step t from which its running stability stays above the gate θ to the end,
 * t* = min { t : s_u > θ for all u ≥ t }, with s_u the population standard deviation of H_1 … H_u. What passes the gate and
 * comes back, as the first few tokens may, is no break.
 *
 * @param entropy nats a token
 * @param threshold θ, nats
 * @returns 0-based step; null: the path ends within the gate
 */
export function breakStep(entropy: ArrayLike<number>, length: number, threshold: number): number | null {
  const running = new RunningStability();
  let broke: number | null = null;
  for (let step = 0; step < length; step++) {
    running.add(entropy[step] ?? 0);
    if ((running.stability ?? 0) <= threshold) broke = null;
    else broke ??= step;
  }
  return broke;
}
