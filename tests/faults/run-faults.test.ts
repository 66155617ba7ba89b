import { beforeAll, describe, expect, it } from 'vitest';
import { type Walked, walkRun } from './run-walk';
import { onStillClock } from './still-clock';

onStillClock();

let whole: Walked;
beforeAll(async () => {
  whole = await walkRun({ kind: 'none' });
});

describe('a run on a device that fails', () => {
  it('is known whole', () => {
    expect(whole).toMatchObject({ status: 'done', code: null, rebuilds: 0, hasFailed: false });
    expect(whole.paths).toHaveLength(4);
    expect(whole.submits).toBeGreaterThan(4);
  });

  it.each([0, 0.5, 1])('ends as it would have ended, lost at %s of its submits', async (share) => {
    const submit = Math.round(share * (whole.submits - 1));
    const walked = await walkRun({ kind: 'lost', submit });
    expect(walked).toMatchObject({ status: 'done', code: null, hasFailed: true });
    expect(walked.rebuilds).toBe(1);
    expect([walked.paths, walked.answers, walked.elected]).toEqual([whole.paths, whole.answers, whole.elected]);
  });

  it('says that there is no memory, and leaves nothing that is wrong', async () => {
    const walked = await walkRun({ kind: 'no-memory', allocation: Math.floor(whole.allocations / 2) });
    expect(walked).toMatchObject({ status: 'error', code: 'out-of-memory', hasFailed: true, elected: null });
  });

  it('votes on no path whose logits were not numbers', async () => {
    const walked = await walkRun({ kind: 'nan', submit: Math.floor(whole.submits / 2) });
    expect(walked).toMatchObject({ status: 'error', code: 'bad-logits', hasFailed: true });
    walked.paths.forEach(({ finish, tokens }, i) => {
      expect(tokens).toEqual(whole.paths[i]?.tokens.slice(0, tokens.length));
      if (finish !== 'aborted') expect(finish).toBe(whole.paths[i]?.finish);
    });
  });
});
