/**
 * `node tools/run-ts.mjs tools/bench/answers.ts [CASES.jsonl]`, from the project's folder: the answer checker's median time
 * a pair (parsing included), the processor time of the worst hostile pair, and what it adds to the page, gzipped.
 */
import { readFileSync } from 'node:fs';
import { areEquivalent } from '../../src/answers/equivalence';
import { HOSTILE_PAIRS } from '../../tests/fixtures/answers-hostile';
import { answersBytes } from '../../tests/fixtures/answers-size';

interface Pair {
  readonly gold: string;
  readonly pred: string;
}

const ROUNDS = 5;

function pairTimes(pairs: readonly Pair[]): number[] {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (const { gold, pred } of pairs) {
      // Another text each round, so that nothing is remembered.
      const [a, b] = [gold + ' '.repeat(round), pred + ' '.repeat(round)];
      const startMs = performance.now();
      areEquivalent(a, b, { policy: 'strict' });
      if (round > 0) times.push(performance.now() - startMs);
    }
  }
  return times.sort((x, y) => x - y);
}

function hostileTimes(): { readonly pair: string; readonly cpuMs: number }[] {
  return HOSTILE_PAIRS.map(([a, b]) => {
    const before = process.cpuUsage();
    areEquivalent(a, b);
    const { user, system } = process.cpuUsage(before);
    return { pair: a.slice(0, 40), cpuMs: (user + system) / 1000 };
  }).sort((x, y) => y.cpuMs - x.cpuMs);
}

export async function main([casesFile = 'tests/fixtures/answers-cases.jsonl']: readonly string[]): Promise<number> {
  const pairs = readFileSync(casesFile, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Pair);
  const times = pairTimes(pairs);
  const [worst] = hostileTimes();
  const figures = {
    pairs: pairs.length,
    medianMs: times[Math.floor(times.length / 2)],
    p99Ms: times[Math.floor(0.99 * times.length)],
    worstHostile: worst,
    gzipBytes: await answersBytes(),
  };
  process.stdout.write(`${JSON.stringify(figures, null, 1)}\n`);
  return 0;
}
