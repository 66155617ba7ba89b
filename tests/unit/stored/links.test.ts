import { describe, expect, it } from 'vitest';
import { readClassLink } from '../../../src/run/formats/class-link';
import { readRunLink } from '../../../src/run/formats/share-codec';
import { Artifacts, VERSIONS } from '../../fixtures/stored/artifacts';
import { expectElected, expectShown } from './same-run';

/** A compact link holds s in six digits. */
const COMPACT_DIGITS = 4;

/** A parameter of `#/page?name=…`. */
function parameter(link: string, name: string): string {
  return new URLSearchParams(link.slice(link.indexOf('?'))).get(name) ?? '';
}

async function opened(link: string) {
  const read = await readRunLink(parameter(link, 'r'));
  if (!read.ok) throw new Error(read.code);
  return read.value.record;
}

describe.each(VERSIONS)('links of %s', (version) => {
  const stored = new Artifacts(version);
  const { known, rules } = stored.shown.runs;

  it('open to the run that was shared, figure by figure', async () => {
    const record = await opened(stored.link('known', 'full'));
    expect(record).toMatchObject({
      problem: known.problem,
      gold: '6',
      settings: { paths: 8, seed: 1, temperature: 1.4, topP: 1, maxTokens: 256, entropyK: 20 },
      model: { id: 'tiny-math', engine: 'batch', adapter: null },
      voteOptions: { zVariant: 'survivors', gatePercentile: 80, threshold: null, softness: 1, lengthAdjusted: false },
      detail: 'outline',
    });
    expectShown(record, known);
    const [first] = record.trace.paths;
    if (first === undefined) throw new Error('The run has no path.');
    expect(record.trace.text(first)).toContain('\\boxed{5}');
  });

  it('open to a vote by changed rules and a gate by hand', async () => {
    const record = await opened(stored.link('rules', 'full'));
    expect(record).toMatchObject({
      problem: rules.problem,
      gold: null,
      settings: { paths: 16, seed: 7, temperature: 1.4, topP: 0.95, maxTokens: 32, entropyK: 10 },
      voteOptions: { zVariant: 'pool', softness: 4, lengthAdjusted: true },
    });
    expect(record.voteOptions.threshold).toBeGreaterThan(0);
    expectShown(record, rules);
  });

  it('that are compact open to the same votes, in fewer digits', async () => {
    expectShown(await opened(stored.link('known', 'compact')), known, COMPACT_DIGITS);
    // Length is taken out of rounded figures here: who is kept by a gate by hand may change with them.
    const record = await opened(stored.link('rules', 'compact'));
    expectElected(record, rules);
    expect(record).toMatchObject({ problem: rules.problem, voteOptions: { zVariant: 'pool', softness: 4 } });
  });

  it('hand a task to a class', async () => {
    expect(await readClassLink(parameter(stored.classLink(), 'c'))).toEqual({
      ok: true,
      value: expect.objectContaining({
        problem: known.problem,
        gold: '6',
        settings: { paths: 8, seed: 1, temperature: 1.4, topP: 1, maxTokens: 256, entropyK: 20 },
        zVariant: 'survivors',
        softness: 1,
        locked: true,
        hidesVerdict: true,
      }),
    });
  });
});
