import { describe, expect, it } from 'vitest';
import { answers } from '../../../src/cli/answers';
import { jsonLines, runOnFile } from './run-on-file';

async function run(lines: readonly object[], ...options: string[]): Promise<unknown> {
  return JSON.parse(await runOnFile(answers, '--cases', jsonLines(lines), '--json', ...options));
}

describe('answers', () => {
  it('counts pairs by their label, and lists the misses', async () => {
    const miss = { gold: '3', pred: '4', equal: true };
    const found = await run([
      { gold: '1/2', pred: '0.5', equal: true },
      miss,
      { gold: '12', pred: '\\frac12', equal: false },
    ]);
    expect(found).toMatchObject({ cases: 3, equal: { n: 2, right: 1 }, unequal: { n: 1, right: 1 }, misses: [miss] });
    expect(found).toHaveProperty('msPerPair.median');
  });

  it('--extract counts texts whose answer is found', async () => {
    const found = await run(
      [
        { text: 'so \\boxed{7}.', extracted: '7' },
        { text: 'nothing', extracted: null },
        { text: 'the answer is 5.', extracted: '6' },
      ],
      '--extract',
    );
    expect(found).toEqual({
      cases: 3,
      right: 2,
      misses: [{ text: 'the answer is 5.', extracted: '6', found: '5' }],
    });
  });

  it('passes over bad lines on request, and counts them', async () => {
    const content = [{ gold: '1', pred: '1', equal: true }, { gold: '1' }, { gold: '2', pred: '3', equal: false }];
    expect(await run(content, '--skip-bad')).toMatchObject({ cases: 2, skipped: 1, misses: [] });
  });

  it('names the line of a bad case', async () => {
    await expect(run([{ gold: '1' }])).rejects.toThrow(/line 1, pred/);
  });
});
