export const SCHEDULES = ['cosine', 'constant'] as const;
type ScheduleKind = (typeof SCHEDULES)[number];

export interface Schedule {
  readonly schedule: ScheduleKind;
  readonly learningRate: number;
  /** Share of the steps that warm up, 0..1. */
  readonly warmup: number;
  /** Steps of the whole plan. */
  readonly steps: number;
}

/**
 * Learning rate of a step (1-based): a linear rise over the warm-up, then constant, or half a cosine down to 0 at the
 * plan's end. Unlike transformers' scheduler the first step already moves, since a plan may have no other.
 */
export function learningRateAt({ schedule, learningRate, warmup, steps }: Schedule, step: number): number {
  const rising = Math.ceil(warmup * steps);
  if (step <= rising) return (learningRate * step) / rising;
  if (schedule === 'constant') return learningRate;
  const progress = Math.min(1, (step - 1 - rising) / Math.max(1, steps - rising));
  return (learningRate * (1 + Math.cos(Math.PI * progress))) / 2;
}
