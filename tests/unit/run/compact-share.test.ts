import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_VOTE_OPTIONS, type VoteOptions } from '../../../src/method/vote-types';
import { decideRun } from '../../../src/run/decide-run';
import { LINK_LIMITS, readRunLink, writeRunLink } from '../../../src/run/formats/share-codec';
import type { RunRecord } from '../../../src/run/saved-run';
import { RunTrace } from '../../../src/run/trace';
import { patience } from '../../patience';
import { sampleRun } from './sample-run';
import { syntheticRecord } from './share-runs';

interface DrawnPath {
  readonly stability: number;
  readonly tokens: number;
  readonly answer: string | null;
}

function recordOf(paths: readonly DrawnPath[], options: Partial<VoteOptions>): RunRecord {
  const trace = new RunTrace(paths.length, 512);
  trace.paths.forEach((path, i) => {
    const { stability = 0, tokens = 1, answer = null } = paths[i] ?? {};
    Object.assign(path, { length: tokens, finish: 'stop', stability, answer });
  });
  return { ...sampleRun(), trace, voteOptions: { ...DEFAULT_VOTE_OPTIONS, ...options } };
}

const statuses = ({ trace, voteOptions }: RunRecord) =>
  decideRun(trace, voteOptions).vote.paths.map(({ status }) => status);

/** What the vote compares with the gate: s, or s without its regression on length. */
const compared = (record: RunRecord) => {
  const { vote } = decideRun(record.trace, record.voteOptions);
  return vote.paths.flatMap(({ status, stability }) => (status === 'no-answer' || stability === null ? [] : stability));
};

async function throughCompactLink(record: RunRecord): Promise<RunRecord> {
  const decision = decideRun(record.trace, record.voteOptions);
  const link = await writeRunLink(record, decision, { tier: 'compact' });
  if (link === null) throw new Error('The run does not fit.');
  expect(link.url.length).toBeLessThanOrEqual(LINK_LIMITS.compact);
  const read = await readRunLink(link.url);
  if (!read.ok) throw new Error(read.code);
  return read.value.record;
}

/** Stabilities of every kind: free ones, some that differ in the ninth digit only, and ties. */
const stability = fc.oneof(
  fc.double({ min: 0, max: 3, noNaN: true }),
  fc.integer({ min: 0, max: 8 }).map((i) => 0.4321 + i * 1e-9),
  fc.constantFrom(0, 0.25, 0.5, 1),
);
const path = fc.record({
  stability,
  tokens: fc.integer({ min: 1, max: 512 }),
  answer: fc.constantFrom('1', '2', '3', null),
});
/** A gate by hand is on the value of a path, between two of them, or below or above all. */
const run = fc
  .record({
    paths: fc.array(path, { minLength: 1, maxLength: 24 }),
    lengthAdjusted: fc.boolean(),
    gate: fc.constantFrom('percentile', 'on', 'between', 'outside'),
    at: fc.nat(),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ paths, lengthAdjusted, gate, at, share }) => {
    const values = compared(recordOf(paths, { lengthAdjusted })).toSorted((a, b) => a - b);
    const index = at % Math.max(1, values.length);
    const [low = 0, high = low] = values.slice(index);
    const thresholds = { percentile: null, on: low, between: low + share * (high - low), outside: 4 * share - 1 };
    return recordOf(paths, { lengthAdjusted, threshold: thresholds[gate] });
  });

describe('the gate of a compact link', () => {
  it('keeps whom it kept in the run, whatever the run', { timeout: patience(60_000) }, async () => {
    await fc.assert(
      fc.asyncProperty(run, async (record) => {
        expect(statuses(await throughCompactLink(record))).toEqual(statuses(record));
      }),
      { numRuns: 200, seed: 3 },
    );
  });

  it.each([false, true])(
    'keeps whom it kept of sixteen sampled paths (length adjusted: %s)',
    async (lengthAdjusted) => {
      const record = syntheticRecord();
      const values = compared({ ...record, voteOptions: { ...record.voteOptions, lengthAdjusted } });
      for (const threshold of values) {
        const set = { ...record, voteOptions: { ...DEFAULT_VOTE_OPTIONS, lengthAdjusted, threshold } };
        const back = await throughCompactLink(set);
        expect(statuses(back)).toEqual(statuses(set));
        expect(back.voteOptions.threshold).toBeCloseTo(threshold, 3);
      }
    },
  );

  it('has a threshold of few digits between two paths that lie far apart', async () => {
    const far = [0.2, 0.3, 0.7, 0.9].map((s) => ({ stability: s, tokens: 9, answer: '1' }));
    const back = await throughCompactLink(recordOf(far, { threshold: 0.512345678901 }));
    expect(back.voteOptions.threshold).toBe(0.512346);
  });

  it('separates two paths that differ in the last digit of a number', async () => {
    const near = [0.1, 0.5, 0.5 + 2 ** -53, 0.5 + 2 ** -52].map((s) => ({ stability: s, tokens: 9, answer: '1' }));
    for (const threshold of near.map((each) => each.stability)) {
      const record = recordOf(near, { threshold });
      expect(statuses(await throughCompactLink(record))).toEqual(statuses(record));
    }
  });
});
