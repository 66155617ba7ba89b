import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { evaluate } from '../../src/cli/evaluate';
import type { EvaluationDocument } from '../../src/evaluate/document';

const folder = mkdtempSync(join(tmpdir(), 'sasc-evaluate-'));
afterAll(() => rmSync(folder, { recursive: true }));

const PROBLEMS = join(folder, 'problems.jsonl');
const SET = ['What is gcd(36, 96)?', 'Find the value of 53 + 5 * 3 - 10.', 'What is ☃?', 'Decrease 320 by 35%.'];
const GOLD = ['12', '58', '1', '208'];
writeFileSync(PROBLEMS, SET.map((problem, i) => `${JSON.stringify({ problem, answer: GOLD[i] })}\n`).join(''));
const ARGV = ['--problems', PROBLEMS, '--paths', '4', '--max-tokens', '64', '--greedy', '--json'];

/** @param stopAt interrupts as this problem begins */
async function run(log: string, stopAt = Infinity) {
  const abort = new AbortController();
  let out = '';
  const code = await evaluate([...ARGV, '--resume', log], {
    signal: abort.signal,
    progress: {
      show: (text) => {
        if (text.startsWith(`problem ${stopAt} of`)) abort.abort();
      },
      clear: () => undefined,
    },
    print: (line) => void (out += line),
    printError: () => undefined,
  });
  return { code, document: JSON.parse(out) as EvaluationDocument };
}

const undated = (text: string): string => text.replace(/"startedAt":"[^"]*"/g, '');

describe('evaluate', () => {
  it('interrupted twice and resumed, with a line cut, it is the uninterrupted one to the last byte', async () => {
    const [whole, broken] = [join(folder, 'whole.jsonl'), join(folder, 'broken.jsonl')];
    const uninterrupted = await run(whole);
    expect((await run(broken, 2)).document).toMatchObject({ problems: 1, missing: 3 });
    expect((await run(broken, 4)).document).toMatchObject({ problems: 2, missing: 1 });
    // As after a power cut: the end of the last line is not there.
    writeFileSync(broken, readFileSync(broken, 'utf8').slice(0, -5));
    const resumed = await run(broken);
    expect(undated(readFileSync(broken, 'utf8'))).toBe(undated(readFileSync(whole, 'utf8')));
    expect(undated(JSON.stringify(resumed.document))).toBe(undated(JSON.stringify(uninterrupted.document)));
    const { document, code } = uninterrupted;
    // One problem has a character that the model cannot read: it is counted, and the exit code says so.
    expect(code).toBe(1);
    expect(document.errors.map(({ id }) => id)).toEqual(['3']);
    expect(document).toMatchObject({ problems: 3, paths: 4, missing: 0, withGreedy: true, model: 'tiny-math' });
    expect(document.rules.majority?.accuracy).toBeGreaterThan(0);
    expect(document.greedy).not.toBeNull();
  });

  it('refuses a log that was begun with other settings', async () => {
    const log = join(folder, 'whole.jsonl');
    const before = readFileSync(log, 'utf8');
    const context = {
      signal: new AbortController().signal,
      progress: { show: () => undefined, clear: () => undefined },
      print: () => undefined,
      printError: () => undefined,
    };
    await expect(evaluate([...ARGV, '--seed', '9', '--resume', log], context)).rejects.toThrow(
      /begun with another settings/,
    );
    expect(readFileSync(log, 'utf8')).toBe(before);
  });
});
