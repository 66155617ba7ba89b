import { describe, expect, it } from 'vitest';
import { DEFAULT_VOTE_OPTIONS } from '../../../src/method/vote-types';
import { decideRun } from '../../../src/run/decide-run';
import { readRun, type RunDocument, RunDocumentError, writeRun } from '../../../src/run/formats/run-document';
import { sampleRun } from './sample-run';

/** As a file or the history gives it back. */
const through = (document: RunDocument): unknown => JSON.parse(JSON.stringify(document));

describe('a run as a document', () => {
  it('comes back whole: every figure bit for bit, the same texts and the same vote', () => {
    const run = sampleRun();
    const { trace, ...facts } = readRun(through(writeRun(run)));
    const { trace: before, ...factsBefore } = run;
    expect(facts).toEqual(factsBefore);
    expect(trace.pieces).toEqual(before.pieces);
    expect(trace.capacity).toBe(before.capacity);
    trace.paths.forEach((path, i) => expect(path).toEqual(before.paths[i]));
    expect(trace.paths.map((path) => trace.text(path))).toEqual(before.paths.map((path) => before.text(path)));
    expect(decideRun(trace)).toEqual(decideRun(before));
  });

  it('keeps weights of infinite softness and an answer known without its text', () => {
    const run = sampleRun();
    const [first] = run.trace.paths;
    if (first !== undefined) first.answer = '17';
    const back = readRun(through(writeRun({ ...run, voteOptions: { ...run.voteOptions, softness: Infinity } })));
    expect(back.voteOptions.softness).toBe(Infinity);
    expect(decideRun(back.trace).answers[0]).toBe('17');
  });

  it('opens as the first days wrote it, before a vote knew other K and adjusted lengths', () => {
    const { zVariant, gatePercentile, threshold, softness } = writeRun(sampleRun()).voteOptions;
    const early = { ...writeRun(sampleRun()), voteOptions: { zVariant, gatePercentile, threshold, softness } };
    expect(readRun(early).voteOptions).toEqual(DEFAULT_VOTE_OPTIONS);
  });

  it('keeps its verdict; one older than rules that decide has none', () => {
    const verdict = { rule: 'likelihood-share', answer: '5', share: 0.5 } as const;
    const document = writeRun({ ...sampleRun(), verdict });
    expect(readRun(through(document)).verdict).toEqual(verdict);
    const early: Partial<RunDocument> = { ...document };
    delete early.verdict;
    expect(readRun(early).verdict).toBeNull();
    expect(() => readRun({ ...document, verdict: { ...verdict, rule: 'dice' } })).toThrow(RunDocumentError);
  });

  it('keeps the K and the adjustment of its vote, and falls back from a K that no run reports', () => {
    const rules = { ...DEFAULT_VOTE_OPTIONS, entropyK: 40, lengthAdjusted: true };
    const document = writeRun({ ...sampleRun(), voteOptions: rules });
    expect(readRun(through(document)).voteOptions).toEqual(rules);
    const odd = { ...document, voteOptions: { ...document.voteOptions, entropyK: 7 } };
    expect(readRun(odd).voteOptions.entropyK).toBeNull();
  });

  it('has no more room than is sensible, whatever a file asks for', () => {
    const { trace } = readRun({ ...writeRun(sampleRun()), capacity: 131_072 });
    expect(trace.capacity).toBe(131_072);
    const many = writeRun(sampleRun(Array(64).fill('\\boxed{5}')));
    expect(readRun({ ...many, capacity: 131_072 }).trace.capacity).toBe(2 ** 14);
  });

  const damages: [string, (document: RunDocument) => unknown][] = [
    ['another format', (document) => ({ ...document, format: 'other' })],
    ['a later version', (document) => ({ ...document, version: 2 })],
    ['no paths', (document) => ({ ...document, paths: [] })],
    ['paths longer than the run allows', (document) => ({ ...document, capacity: 1 })],
    ['figures that are too short', (document) => withColumn(document, 'AAAA')],
    ['figures that are no base64', (document) => withColumn(document, '<script>')],
    ['nothing at all', () => null],
  ];
  it.each(damages)('is refused with one clear error: %s', (_, damage) => {
    expect(() => readRun(damage(writeRun(sampleRun())))).toThrow(RunDocumentError);
  });
});

function withColumn(document: RunDocument, entropy: string): RunDocument {
  const paths = document.paths.map((path) => ({ ...path, columns: { ...path.columns, entropy } }));
  return { ...document, paths };
}
