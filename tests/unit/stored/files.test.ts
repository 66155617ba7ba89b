import { describe, expect, it } from 'vitest';
import { readHistoryFile } from '../../../src/app/history/history-file';
import { decideRun } from '../../../src/run/decide-run';
import { pathsCsv, tokensCsv } from '../../../src/run/formats/run-csv';
import { readRunFile } from '../../../src/run/formats/run-file';
import { Artifacts, VERSIONS } from '../../fixtures/stored/artifacts';
import { expectShown } from './same-run';

describe.each(VERSIONS)('files of %s', (version) => {
  const stored = new Artifacts(version);
  const { known, stopped, small } = stored.shown.runs;

  it.each(['small.json', 'small.png'])('open with every token: %s', async (name) => {
    const read = await readRunFile(new Blob([stored.bytes(name)]));
    if (!read.ok) throw new Error(`${read.code} ${read.detail}`);
    const record = read.value;
    expect(record).toMatchObject({
      problem: small.problem,
      gold: null,
      settings: { paths: 4, seed: 7, temperature: 1.4, topP: 0.95, maxTokens: 32, entropyK: 10 },
      voteOptions: { zVariant: 'pool', softness: 4, lengthAdjusted: true, gatePercentile: 80, entropyK: null },
      detail: 'full',
    });
    expect(record.voteOptions.threshold).not.toBeNull();
    expectShown(record, small.tried);
    for (const path of record.trace.paths) {
      expect(path.length).toBeGreaterThan(20);
      expect(record.trace.text(path)).toContain('\\boxed{');
      // Entropies at K = 5, 10, 20 and 40 of each token rise with K.
      const [at5 = NaN, at10 = NaN, at20 = NaN, at40 = NaN] = path.entropyAtReportedK;
      expect([at10 - at5, at20 - at10, at40 - at20].every((rise) => rise >= 0)).toBe(true);
      expect(path.entropy[0]).toBeCloseTo(at10, 5);
    }
  });

  it('bring a history in, with names and pins', () => {
    const { runs, damaged } = readHistoryFile(stored.text('history.json'));
    expect(damaged).toEqual([]);
    expect(runs.map(({ name, pinned, state, record }) => ({ name, pinned, state, problem: record.problem }))).toEqual([
      { name: 'For class 7b', pinned: true, state: 'done', problem: known.problem },
      { name: null, pinned: false, state: 'stopped', problem: stopped.problem },
    ]);
    [known, stopped].forEach((shown, i) => {
      const record = runs[i]?.record;
      if (record !== undefined) expectShown(record, shown);
    });
  });

  it('of tables are what the same run is written as now: names, units and digits', () => {
    const record = readHistoryFile(stored.text('history.json')).runs[0]?.record;
    if (record === undefined) throw new Error('The history is empty.');
    expect(pathsCsv(record, decideRun(record.trace, record.voteOptions))).toBe(stored.text('known.paths.csv'));
    // The first path's rows alone are kept.
    expect(tokensCsv(record).startsWith(stored.text('known.tokens.csv'))).toBe(true);
  });
});
