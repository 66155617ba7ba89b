import { describe, expect, it } from 'vitest';
import type { Alternative } from '../../../../src/app/result/path/alternatives';
import { choiceCaption, pathCaption, type PathFacts } from '../../../../src/app/result/path/text';
import { stripCaption } from '../../../../src/app/result/strip/text';
import { votesCaption } from '../../../../src/app/result/votes/text';
import { runOf, type PathSpec, type RunFacts } from './run-of';

const strip = (run: RunFacts, extra: { running?: boolean; electedByDefault?: number | null } = {}) =>
  stripCaption({ ...run, running: false, electedByDefault: null, digits: 2, ...extra });
const votes = (run: RunFacts, running = false) => votesCaption(run.decision, run.table, running);

/** 18 has the steadiest path of all, 12 more steady ones; the gate (80th percentile) drops the most wavering. */
const SPLIT: PathSpec[] = [
  ['18', 0.3],
  ['12', 0.4],
  ['12', 0.42],
  ['12', 0.44],
  ['18', 0.7],
  ['18', 0.8],
  ['18', 0.9],
  [null, 0.2],
];
const SAME: PathSpec[] = [0.3, 0.4, 0.5, 0.6, 0.7].map((s) => ['5', s]);

describe('the strip says', () => {
  it('how many the gate keeps, and below which gate the vote would flip', () => {
    const run = runOf(SPLIT);
    expect(strip(run)).toBe('The gate keeps the steadiest ⟦5 of 7⟧; below ⟦0.70⟧ the vote would flip to 18.');
    const [before, after] = [0.6999, 0.7].map((threshold) => runOf(SPLIT, { threshold }).decision.vote.sasc?.group);
    expect([before, after]).toEqual([0, 1]);
  });

  it('from which gate on it would flip, when only a wider one changes it', () => {
    const run = runOf(SPLIT, { threshold: 0.35 });
    expect(strip(run)).toBe('The gate keeps the steadiest ⟦1 of 7⟧; from ⟦0.70⟧ on the vote would flip to 12.');
  });

  it('that a gate moved by hand has flipped the vote', () => {
    const run = runOf(SPLIT, { threshold: 0.35 });
    expect(strip(run, { electedByDefault: 1 })).toContain('flipped the vote to 18');
  });

  it('that nothing hangs on the gate when all agree, or when one answer wins everywhere', () => {
    expect(strip(runOf(SAME))).toContain('every answer is 5');
    expect(strip(runOf([...SAME, ['6', 0.9]]))).toContain('wherever you move it, 5 wins');
  });

  it('why there is no gate', () => {
    expect(strip(runOf(SAME.slice(0, 3)))).toBe(
      'Only ⟦3 paths⟧ have an answer; a gate needs five, so all of them vote.',
    );
    expect(strip(runOf(SAME.slice(0, 1)))).toBe('Only ⟦one path⟧ has an answer; a gate needs five, so it votes alone.');
    expect(strip(runOf([...SAME.slice(0, 3), [null, 0.1, null]]), { running: true })).toContain('so far');
    expect(strip(runOf(SAME, { gatePercentile: null }))).toContain('The gate is off');
  });

  it('that nobody is left, or that nobody answered', () => {
    expect(strip(runOf(SAME, { threshold: 0.1 }))).toContain('filters all 5');
    expect(strip(runOf([[null, 0.1]]))).toContain('nothing to filter');
    expect(strip(runOf([[null, 0.1, null]]), { running: true })).toContain('appear here');
  });
});

describe('the votes say', () => {
  it('that weight beats heads, with both sums', () => {
    const run = runOf(SPLIT);
    const [eighteen, twelve] = run.decision.vote.groups;
    expect(votes(run)).toBe(
      `4 paths say 18, but the 3 that say 12 ⟦weigh more⟧: ${twelve?.weight.toFixed(1)} against ${eighteen?.weight.toFixed(1)}.`,
    );
  });

  it('that both counts agree', () => {
    expect(votes(runOf([...SAME, ['6', 0.9]]))).toMatch(
      /^Both counts say ⟦5⟧: 5 of 6 paths, 100 % of the vote weight\.$/,
    );
  });

  it('that all answers are the same, also when there is one', () => {
    expect(votes(runOf(SAME))).toBe('All ⟦5⟧ answers are ⟦5⟧.');
    expect(votes(runOf(SAME.slice(0, 1)))).toBe('The only answer is ⟦5⟧.');
  });

  it('that heads are level', () => {
    const tie = votes(
      runOf([
        ['7', 0.5],
        ['8', 0.3],
      ]),
    );
    expect(tie).toBe('7 and 8 tie at ⟦1⟧ paths each; the first one seen counts as the majority. By weight 8 leads.');
  });

  it('that there is no label', () => {
    expect(votes(runOf([[null, 0.1]]))).toContain('no label');
    expect(votes(runOf([[null, 0.1, null]]), true)).toBe('No path has answered yet.');
    expect(votes(runOf(SAME, { threshold: 0.1 }))).toContain('no weights');
  });
});

describe('the path says', () => {
  const facts = (run: RunFacts, index: number, loops = false, broke: PathFacts['broke'] = null) => {
    const row = run.rows[index];
    if (row === undefined) throw new Error(`There is no path ${index}.`);
    return pathCaption({
      row: { ...row, loops },
      decision: run.decision,
      voteOptions: run.voteOptions,
      broke,
      peak: 1,
      limit: 256,
      digits: 2,
    });
  };
  const run = runOf(SPLIT);

  it('what it votes for, with its weight', () => {
    expect(facts(run, 1)).toMatch(/^s = ⟦0\.40⟧, within the gate 0\.78; it votes for 12 with weight ⟦\d\.\d\d⟧\.$/);
    expect(facts(runOf(SAME.slice(0, 2)), 0)).toContain('there is no gate');
  });

  it('why it was filtered', () => {
    expect(facts(run, 6)).toBe(
      'Filtered: its s = ⟦0.90⟧ is above the gate ⟦0.78⟧, which keeps the steadiest 80 % of 7 answers.',
    );
    expect(facts(run, 6, false, { step: 26, entropy: 2.514 })).toMatch(
      /answers\. From ⟦step 27⟧ on \(H = 2\.51\) its running s stays above the gate\.$/,
    );
    expect(facts(runOf(SPLIT, { threshold: 0.35 }), 6)).toBe(
      'Filtered: its s = ⟦0.90⟧ is above the gate ⟦0.35⟧, which was set by hand.',
    );
    expect(facts(runOf(SPLIT, { threshold: 0.8999 }), 6)).toBe('Filtered: its s = ⟦0.90⟧ is just above the gate.');
  });

  it('why it has no vote', () => {
    expect(facts(run, 7)).toContain('without a final answer');
    expect(facts(runOf([[null, 0.2, 'length']]), 0)).toContain('limit of 256 tokens');
    expect(facts(runOf([[null, 0.2, 'aborted']]), 0)).toContain('Stopped after ⟦3⟧ tokens');
  });

  it('how far it has come, and that it goes in circles', () => {
    expect(facts(runOf([[null, 0.2, null]]), 0)).toBe('⟦3⟧ tokens so far; s = 0.20 for now.');
    expect(facts(run, 7, true)).toMatch(/Its text repeats itself, so its s says little\.$/);
  });
});

describe('the alternatives say', () => {
  const list = (chosen: number, probabilities: readonly number[]): Alternative[] =>
    probabilities.map((probability, i) => {
      return { token: i, text: `t${i}`, probability, logprob: Math.log(probability), chosen: i === chosen };
    });

  it('whether the first choice was taken, and with how much doubt', () => {
    expect(choiceCaption(list(0, [0.9, 0.1]), 0.3)).toBe('It took its first choice.');
    expect(choiceCaption(list(0, [0.4, 0.3]), 1.8)).toContain('was not sure');
  });

  it('how much likelier the first choice was', () => {
    expect(choiceCaption(list(1, [0.5, 0.25]), 1)).toBe('It wrote “t1” though “t0” was ⟦2.0×⟧ as likely.');
    expect(choiceCaption(list(1, [0.41, 0.4]), 1)).toBe('It wrote “t1”; “t0” was just as likely.');
    expect(choiceCaption(list(1, [0.9, 0.0004]), 1)).toContain('⟦2,250×⟧');
  });
});
