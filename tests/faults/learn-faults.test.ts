import { beforeAll, describe, expect, it } from 'vitest';
import { type LearnWalked, walkLearning } from './learn-walk';
import { onStillClock } from './still-clock';

onStillClock();

let whole: LearnWalked;
beforeAll(async () => {
  whole = await walkLearning({ kind: 'none' });
});

/** The adapter is that of before the step or of after it: what the page was handed, what the engine has, what is freed. */
export function isBeforeOrAfter(walked: LearnWalked): void {
  expect(walked.hasFailed).toBe(true);
  const [after] = walked.checkpoints;
  if (after !== undefined) expect(after.adapter).toEqual(whole.checkpoints[0]?.adapter);
  if (walked.code !== 'device-lost') expect(walked.adapter).toEqual(after === undefined ? null : whole.adapter);
  if (walked.code !== 'device-lost') expect(walked.leftBytes).toBe(0);
}

describe('a learning step on a device that fails', () => {
  it('is known whole', () => {
    expect(whole).toMatchObject({ code: null, wasUpdated: true, leftBytes: 0, hasFailed: false });
    expect(whole.checkpoints).toHaveLength(1);
    expect(whole.adapter).toEqual(whole.checkpoints[0]?.adapter);
  });

  it.each([0.3, 0.97])('lost at %s of its submits: the adapter is that before the step or after it', async (share) => {
    const walked = await walkLearning({ kind: 'lost', submit: Math.floor(share * whole.submits) });
    expect(walked.code).toBe('device-lost');
    isBeforeOrAfter(walked);
  });

  it.each([0.2, 0.9])('no memory at %s of its allocations: nothing has changed, and nothing is left', async (share) => {
    const walked = await walkLearning({ kind: 'no-memory', allocation: Math.floor(share * whole.allocations) });
    expect(walked).toMatchObject({ code: 'out-of-memory', checkpoints: [] });
    isBeforeOrAfter(walked);
  });
});
