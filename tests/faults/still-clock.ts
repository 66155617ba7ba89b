import { afterAll, beforeAll, vi } from 'vitest';

/**
 * Work is cut into submits by the time that the last ones took: on a clock that stands still a run has the same submits
 * every time, so that the k-th is the same one.
 */
export function onStillClock(): void {
  beforeAll(() => void vi.spyOn(performance, 'now').mockReturnValue(0));
  afterAll(() => void vi.restoreAllMocks());
}
