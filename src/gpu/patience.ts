import { GpuError } from './error';

/** Length of a tick in ms. */
const TICK_MS = 1000;

/** Seconds that the page waits for anything that it asks of the GPU. */
export const PATIENCE_S = 20;

/**
 * Awaits `work` for at most so many seconds in which this thread was running: a laptop that slept costs one of them.
 * Drivers that hang neither resolve nor reject. @throws GpuError 'timed-out'
 */
export async function withPatience<T>(work: Promise<T>, seconds: number, what: string): Promise<T> {
  if (!Number.isFinite(seconds)) return work;
  let timer: ReturnType<typeof setInterval> | undefined;
  const timedOut = new Promise<never>((_, reject) => {
    let ticks = 0;
    timer = setInterval(() => {
      if (++ticks < seconds) return;
      reject(new GpuError('timed-out', `The GPU did not answer for ${seconds} s: ${what}.`, { seconds }));
    }, TICK_MS);
  });
  try {
    return await Promise.race([work, timedOut]);
  } finally {
    clearInterval(timer);
  }
}
