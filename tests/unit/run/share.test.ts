import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEFAULT_VOTE_OPTIONS } from '../../../src/method/vote-types';
import { decideRun } from '../../../src/run/decide-run';
import { packLink, unpackLink } from '../../../src/run/formats/link-text';
import { stabilityAtK } from '../../../src/run/reported-k';
import type { RunRecord } from '../../../src/run/saved-run';
import {
  LINK_LIMITS,
  type LinkTier,
  readRunLink,
  type SharedRun,
  writeRunLink,
} from '../../../src/run/formats/share-codec';
import { readRun, writeRun } from '../../../src/run/formats/run-document';
import { ruleElections } from '../../../src/run/rule-elections';
import { rulePaths, slipIn } from '../../../src/run/rule-paths';
import { sampleRun } from './sample-run';
import { syntheticRecord } from './share-runs';
import { patience } from '../../patience';

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

const PREFIX = 'https://lab.example.org/sasc-lab/#/view?r=';

async function written(record: RunRecord, tier: LinkTier = 'full', hide = false) {
  const link = await writeRunLink(record, decideRun(record.trace, record.voteOptions), { tier, hide, prefix: PREFIX });
  if (link === null) throw new Error('The run does not fit.');
  return { ...link, text: link.url.slice(PREFIX.length) };
}

async function opened(text: string): Promise<SharedRun> {
  const read = await readRunLink(text);
  if (!read.ok) throw new Error(read.code);
  return read.value;
}

const through = async (record: RunRecord, tier: LinkTier = 'full') => opened((await written(record, tier)).text);

describe('a full link', () => {
  it('holds sixteen paths, and opens to the same facts, figures and vote', async () => {
    const record = syntheticRecord();
    const link = await written(record);
    expect(link.url.length).toBeLessThanOrEqual(LINK_LIMITS.full);
    expect(link).toMatchObject({ problemCut: 0 });
    const { record: back, texts } = await opened(link.text);
    expect({ ...back, trace: record.trace }).toEqual({ ...record, detail: 'outline' });
    expect(texts).toBe(link.texts);
    const before = decideRun(record.trace);
    const after = decideRun(back.trace);
    expect(after.answers).toEqual(before.answers);
    // z and the weights follow from s bit for bit.
    expect(after.vote).toEqual(before.vote);
    back.trace.paths.forEach((path, i) => {
      expect(path).toMatchObject({ length: record.trace.paths[i]?.length, finish: record.trace.paths[i]?.finish });
      expect(path.meanEntropy).toBeCloseTo(record.trace.paths[i]?.meanEntropy ?? NaN, 2);
    });
  });

  it.each([3, 20])(
    'keeps the peak of every bin and the mean of the rest, to within a level (%i sentences)',
    async (n) => {
      const record = syntheticRecord({ sentences: n, capacity: 600 });
      const link = await written(record);
      const { trace } = (await opened(link.text)).record;
      // Levels are spaced as squares: half a step in the root.
      const tolerance = 0.51 * (Math.sqrt(Math.log(20)) / 31);
      expect(link.binTokens > 1).toBe(n === 20);
      record.trace.paths.forEach((path, i) => {
        for (let from = 0; from < path.length; from += link.binTokens) {
          const bins = [path, trace.paths[i]].map((each) =>
            each?.entropy.subarray(from, Math.min(path.length, from + link.binTokens)).toSorted((a, b) => b - a),
          );
          const [[peak = NaN, ...rest] = [], [shownPeak = NaN, ...shownRest] = []] = bins.map((bin) => [
            ...(bin ?? []),
          ]);
          expect(Math.abs(Math.sqrt(shownPeak) - Math.sqrt(peak))).toBeLessThan(tolerance);
          expect(Math.abs(Math.sqrt(mean(shownRest)) - Math.sqrt(mean(rest)))).toBeLessThan(tolerance);
        }
      });
    },
  );

  it('has whole texts, token by token, the elected answer’s and the shortest first', async () => {
    const record = syntheticRecord({ paths: 64, sentences: 12, capacity: 1000 });
    const { trace } = await through(record).then(({ record }) => record);
    const { vote, groupOfPath } = decideRun(record.trace);
    const there = trace.paths.filter((path) => trace.text(path) !== '');
    expect(there.length).toBeGreaterThan(0);
    expect(there.length).toBeLessThan(64);
    for (const path of there) {
      const before = record.trace.paths[path.index];
      if (before === undefined) throw new Error('A path that was not there before.');
      expect(trace.text(path)).toBe(record.trace.text(before));
      expect(trace.text(path, 5)).toBe(record.trace.text(before, 5));
    }
    const elected = record.trace.paths.filter(({ index }) => groupOfPath[index] === vote.sasc?.group);
    const shortest = elected.toSorted((a, b) => a.length - b.length)[0];
    expect(there.map(({ index }) => index)).toContain(shortest?.index);
  });

  it('holds 64 paths of 2,000 tokens too', async () => {
    const record = syntheticRecord({ paths: 64, sentences: 150, capacity: 2000 });
    const link = await written(record);
    expect(link.url.length).toBeLessThanOrEqual(LINK_LIMITS.full);
    expect(link.binTokens).toBeGreaterThan(0);
    const { trace } = (await opened(link.text)).record;
    expect(decideRun(trace).vote).toEqual(decideRun(record.trace).vote);
  });

  it('shows the vote as it was last tried: by hand, by another K, with infinite softness', async () => {
    const gate = sampleRun().trace.paths[0]?.stability ?? 0;
    const rules = { ...DEFAULT_VOTE_OPTIONS, threshold: gate, softness: Infinity };
    expect((await through({ ...sampleRun(), voteOptions: rules })).record.voteOptions).toEqual(rules);
    const atFive = { ...DEFAULT_VOTE_OPTIONS, entropyK: 5 };
    const { record } = await through({ ...sampleRun(), voteOptions: atFive });
    expect(record.settings.entropyK).toBe(5);
    expect(record.voteOptions.entropyK).toBeNull();
    expect(record.trace.paths.map(({ stability }) => stability)).toEqual(
      sampleRun().trace.paths.map((path) => stabilityAtK(path, 5)),
    );
  });

  it('carries the verdict of a rule that it has no figures for, and leaves SASC’s to the vote', async () => {
    const verdict = { rule: 'slip', answer: '5', share: 0.73219 } as const;
    expect((await through({ ...sampleRun(), verdict })).record.verdict).toEqual({ ...verdict, share: 0.7322 });
    const none = { ...verdict, answer: null, share: null };
    expect((await through({ ...sampleRun(), verdict: none })).record.verdict).toEqual(none);
    expect((await through({ ...sampleRun(), verdict: { ...verdict, rule: 'sasc' } })).record.verdict).toBeNull();
    const compact = await written({ ...syntheticRecord(), verdict: { ...verdict, answer: null } }, 'compact');
    expect(compact.url.length).toBeLessThanOrEqual(LINK_LIMITS.compact);
  });

  it('carries the wish that the reader thinks first', async () => {
    expect((await opened((await written(sampleRun(), 'full', true)).text)).hidesVerdict).toBe(true);
    expect((await through(sampleRun())).hidesVerdict).toBe(false);
  });

  it('cuts a problem that is too long, and says so', async () => {
    // Digits of no pattern: they cannot be packed away.
    let state = 1;
    const digit = () => String((state = (state * 48271) % 2147483647) % 10);
    const problem = Array.from({ length: 12_000 }, digit).join('');
    const link = await written({ ...sampleRun(), problem });
    expect(link.url.length).toBeLessThanOrEqual(LINK_LIMITS.full);
    expect(link.problemCut).toBeGreaterThan(0);
    const { record, problemCut } = await opened(link.text);
    expect(problemCut).toBe(true);
    expect(record.problem).toBe(problem.slice(0, problem.length - link.problemCut));
  });

  it('is not made where not even the votes fit', async () => {
    let state = 1;
    const noise = () => String((state = (state * 48271) % 2147483647));
    const record = sampleRun();
    for (const path of record.trace.paths) path.answer = Array.from({ length: 180 }, noise).join('');
    expect(await writeRunLink(record, decideRun(record.trace), { tier: 'full' })).toBeNull();
  });
});

describe('a compact link', () => {
  it.each([4, 16, 64])('of %i paths fits a QR code, and elects the same with the same paths', async (paths) => {
    const record = syntheticRecord({ paths, capacity: 500, sentences: 12 });
    const link = await written(record, 'compact');
    expect(link.url.length).toBeLessThanOrEqual(LINK_LIMITS.compact);
    const { record: back } = await opened(link.text);
    expect(back.problem).toBe(record.problem);
    // Not a random one: that would need a secure context.
    expect(back.id).toMatch(/^link-[\da-f]{8}$/);
    expect((await opened(link.text)).record.id).toBe(back.id);
    const [before, after] = [decideRun(record.trace), decideRun(back.trace)];
    expect(after.answers).toEqual(before.answers);
    expect(after.vote.paths.map(({ status }) => status)).toEqual(before.vote.paths.map(({ status }) => status));
    expect(after.vote.sasc?.group).toBe(before.vote.sasc?.group);
    expect(after.vote.sasc?.share).toBeCloseTo(before.vote.sasc?.share ?? NaN, 2);
  });

  it('keeps whom a gate by hand on a path’s own stability kept', async () => {
    const record = syntheticRecord();
    for (const { stability } of record.trace.paths) {
      const voteOptions = { ...DEFAULT_VOTE_OPTIONS, threshold: stability };
      const { record: back } = await through({ ...record, voteOptions }, 'compact');
      const kept = (run: RunRecord) => decideRun(run.trace, run.voteOptions).vote.paths.map(({ status }) => status);
      expect(kept(back)).toEqual(kept({ ...record, voteOptions }));
    }
  });
});

describe('what a link says of the tokens that were drawn', () => {
  const RULES = ['log-probability', 'slip', 'cisc', 'cisc-z'];
  const elections = ({ trace }: RunRecord) =>
    ruleElections(rulePaths(trace, decideRun(trace)))
      .filter(({ rule }) => RULES.includes(rule))
      .map(({ rule, elected }) => [rule, elected?.group]);

  it.each(['full', 'compact'] as const)(
    'lets their rules elect the same (%s), also when it is shared on',
    async (tier) => {
      const record = syntheticRecord({ paths: 16, capacity: 200, sentences: 3 });
      expect(elections(record)).toHaveLength(RULES.length);
      const link = await written(record, tier);
      expect(link.url.length).toBeLessThanOrEqual(LINK_LIMITS[tier]);
      const { record: back } = await opened(link.text);
      expect(elections(back)).toEqual(elections(record));
      expect(elections((await opened((await written(back, tier)).text)).record)).toEqual(elections(record));
      expect(elections(readRun(JSON.parse(JSON.stringify(writeRun(back)))))).toEqual(elections(record));
      back.trace.paths.forEach((path, i) => {
        const before = record.trace.paths[i];
        const slip = before === undefined ? null : slipIn(before);
        expect(path.drawn?.slipStep).toBe(slip?.step);
        expect(path.drawn?.slip).toBeCloseTo(slip?.size ?? NaN, 1);
      });
    },
  );

  it('gives way to what a link is for', async () => {
    const record = syntheticRecord({ paths: 64, capacity: 500, sentences: 12 });
    const { record: back } = await through(record, 'compact');
    expect(back.problem).toBe(record.problem);
    expect(back.trace.paths.every(({ drawn }) => drawn === undefined)).toBe(true);
    expect(elections(back)).toEqual([]);
  });
});

describe('a link of version 1', () => {
  it('opens in this version', async () => {
    const link = readFileSync(new URL('../../fixtures/share/v1.txt', import.meta.url), 'utf8').trim();
    const { record, texts } = await opened(link);
    expect(record).toMatchObject({ problem: '2 + 3', gold: '5', model: { id: 'tiny-math' }, detail: 'outline' });
    expect(decideRun(record.trace)).toMatchObject({
      answers: ['5', '6', '5', null],
      vote: { majority: { group: 0, count: 2 }, sasc: { group: 0 } },
    });
    expect(texts).toBe(4);
    expect(record.trace.paths.map((path) => record.trace.text(path))[0]).toBe('2 + 3 = \\boxed{5}');
  });
});

describe('what is no link', () => {
  const codeOf = async (text: string) => {
    const read = await readRunLink(text);
    return read.ok ? 'opened' : read.code;
  };

  it('is told apart with one code', async () => {
    const { text } = await written(sampleRun());
    expect(await codeOf('')).toBe('unknown-codec');
    expect(await codeOf(text.replace('z.', 'y.'))).toBe('unknown-codec');
    expect(await codeOf(text.slice(0, -9))).toBe('damaged');
    expect(await codeOf(`${text}<script>`)).toBe('damaged');
    expect(await codeOf('z.AA')).toBe('damaged');
    expect(await codeOf(text.padEnd(20_000, 'A'))).toBe('too-long');
    expect(await codeOf(await packLink('x'.repeat(2 ** 20)))).toBe('too-big');
    expect(await codeOf(await packLink({ v: 2 }))).toBe('newer');
    expect(await codeOf(await packLink({ v: 1 }))).toBe('invalid');
    expect(await codeOf(await packLink(null))).toBe('invalid');
  });

  it('asks for no more memory than a run needs', async () => {
    const { text } = await written(sampleRun());
    const unpacked = await unpackLink(text);
    if (!unpacked.ok) throw new Error(unpacked.code);
    const greedy = { ...(unpacked.value as object), room: 131_072, answer: Array(64).fill(-1) };
    const paths = { tokens: Array(64).fill(1), s: Array(64).fill(0), mean: Array(64).fill(0), ends: 's'.repeat(64) };
    expect(await codeOf(await packLink({ ...greedy, ...paths }))).toBe('invalid');
  });

  it('never throws or hangs: 10,000 mutated links', { timeout: patience(120_000) }, async () => {
    const { text } = await written(syntheticRecord({ paths: 6 }));
    const unpacked = await unpackLink(text);
    const edit = fc.tuple(fc.nat(text.length), fc.nat(20), fc.string({ maxLength: 6 }));
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
        const mutated = edits.reduce((link, [at, cut, put]) => link.slice(0, at) + put + link.slice(at + cut), text);
        const read = await readRunLink(mutated);
        // The sum over the text leaves no other way: what opens is what was written (the last character has spare bits).
        if (read.ok) expect(await unpackLink(mutated)).toEqual(unpacked);
        else expect(read.code).toMatch(/^(damaged|unknown-codec)$/);
      }),
      { numRuns: 10_000, seed: 6 },
    );
  });

  it(
    'never throws on other values in a whole link, and what opens can be voted on',
    { timeout: patience(60_000) },
    async () => {
      const { text } = await written(sampleRun());
      const unpacked = await unpackLink(text);
      if (!unpacked.ok) throw new Error(unpacked.code);
      const document = unpacked.value as Record<string, unknown>;
      const change = fc.tuple(fc.constantFrom(...Object.keys(document)), fc.jsonValue());
      await fc.assert(
        fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 2 }), async (changes) => {
          const read = await readRunLink(await packLink({ ...document, ...Object.fromEntries(changes) }));
          if (read.ok) decideRun(read.value.record.trace, read.value.record.voteOptions);
          else expect(['invalid', 'newer']).toContain(read.code);
        }),
        { numRuns: 2000, seed: 6 },
      );
    },
  );
});
