import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClassTask, readClassLink, writeClassLink } from '../../../src/run/formats/class-link';
import { packLink } from '../../../src/run/formats/link-text';
import { DEFAULT_RUN_SETTINGS } from '../../../src/run/settings';
import { patience } from '../../patience';

const TASK: ClassTask = {
  problem: '$2 + 3$ 是多少？',
  gold: '5',
  settings: { ...DEFAULT_RUN_SETTINGS, seed: null },
  zVariant: 'pool',
  rule: 'auto',
  softness: 2,
  locked: true,
  hidesVerdict: true,
};

describe('a class link', () => {
  it('opens to the task it was made of', async () => {
    expect(await readClassLink(await writeClassLink(TASK))).toMatchObject({ ok: true, value: TASK });
  });

  it('of version 1 opens in this version', async () => {
    const { entropyK: topK, ...settings } = TASK.settings;
    const written = { ...TASK, settings: { ...settings, topK } };
    const fixture = await packLink({ v: 1, ...written });
    expect(await readClassLink(fixture)).toMatchObject({ ok: true, value: TASK });
    expect(await readClassLink(await packLink({ ...written, v: 2 }))).toEqual({ ok: false, code: 'newer' });
  });

  it('never throws, whatever became of it', { timeout: patience(30_000) }, async () => {
    const text = await writeClassLink(TASK);
    const change = fc.tuple(fc.constantFrom('v', ...Object.keys(TASK)), fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length), fc.string({ maxLength: 4 }), change, async (at, put, [key, value]) => {
        const mutated = text.slice(0, at) + put + text.slice(at + 1);
        const changed = await readClassLink(mutated);
        // The last character has bits that mean nothing; any other change is noticed.
        if (changed.ok) expect(changed.value).toMatchObject(TASK);
        const read = await readClassLink(await packLink({ v: 1, ...TASK, [key]: value }));
        if (!read.ok) expect(['invalid', 'newer']).toContain(read.code);
      }),
      { numRuns: 1000, seed: 6 },
    );
  });
});
