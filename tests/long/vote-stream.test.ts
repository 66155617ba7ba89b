import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { vote } from '../../src/cli/vote';
import type { VoteDocument } from '../../src/cli/vote-document';
import { contextOf } from '../unit/cli/run-on-file';

const PROBLEMS = 5000;
const PATHS = 64;
/** Characters of a response: the file holds 5,000 · 64 of them, 670 MB in all. */
const LENGTH = 2000;
const MAX_HEAP_MB = 400;

describe('vote on a large file', () => {
  it(`takes ${PROBLEMS} problems of ${PATHS} paths in bounded memory`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sasc-vote-'));
    try {
      const file = join(folder, 'paths.jsonl');
      await writePaths(file);
      let out = '';
      let peakMb = 0;
      const timer = setInterval(() => (peakMb = Math.max(peakMb, process.memoryUsage().rss / 1e6)), 50);
      const beforeMb = process.memoryUsage().rss / 1e6;
      const code = await vote(
        ['--paths', file, '--json'],
        contextOf((line) => void (out += line)),
      );
      clearInterval(timer);
      const { problems } = JSON.parse(out) as VoteDocument;
      console.info(`peak RSS ${peakMb.toFixed(0)} MB, ${beforeMb.toFixed(0)} MB before`);
      expect(code).toBe(0);
      expect(problems).toHaveLength(PROBLEMS);
      expect(problems.every(({ rules }) => rules.majority?.answer === '7')).toBe(true);
      expect(peakMb - beforeMb).toBeLessThan(MAX_HEAP_MB);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

async function writePaths(file: string): Promise<void> {
  const stream = createWriteStream(file);
  const text = 'We count the cases one after the other. '.repeat(LENGTH / 40);
  for (let id = 0; id < PROBLEMS; id++) {
    const responses = Array.from({ length: PATHS }, (_, i) => `${text} \\boxed{${i % 3 === 0 ? id + 8 : 7}}`);
    if (!stream.write(`${JSON.stringify({ id, responses })}\n`)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'finish');
}
