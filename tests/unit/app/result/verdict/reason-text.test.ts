import { describe, expect, it } from 'vitest';
import { DEFAULT_VOTE_OPTIONS, type VoteOptions } from '../../../../../src/method/vote-types';
import { decidePaths } from '../../../../../src/run/decide-run';
import { type Finish, RunTrace } from '../../../../../src/run/trace';
import { verdictReason } from '../../../../../src/app/result/verdict/reason-text';

interface Path {
  readonly answer: string | null;
  readonly s: number;
  readonly finish?: Finish;
}

/** @param elected the answer of the rule that decides; undefined: the majority's */
function reason(
  paths: readonly Path[],
  options: Partial<VoteOptions> = {},
  wasStopped = false,
  elected?: string,
): string {
  const trace = new RunTrace(paths.length, 50);
  trace.paths.forEach((path, i) => {
    path.length = 10;
    path.stability = paths[i]?.s ?? 0;
    path.finish = paths[i]?.finish ?? 'stop';
  });
  const inputs = paths.map(({ answer, s }) => ({ answer, stability: s }));
  const decision = decidePaths(inputs, { ...DEFAULT_VOTE_OPTIONS, ...options });
  const group =
    elected === undefined
      ? (decision.vote.majority?.group ?? null)
      : (decision.groups.find(({ answer }) => answer === elected)?.group ?? null);
  const verdict = { rule: 'slip', reason: 'measured', lead: null, group, share: 0.6 } as const;
  return verdictReason({ decision, trace, verdict }, wasStopped);
}

const say = (answer: string, ...stabilities: number[]): Path[] => stabilities.map((s) => ({ answer, s }));

describe('the sentence under the verdict', () => {
  it('says that all agree', () => {
    expect(reason(say('12', 0.1, 0.2, 0.3))).toBe('All 3 paths with an answer say 12.');
  });

  it('says that one decides alone', () => {
    expect(reason([...say('12', 0.1), { answer: null, s: 0.2 }])).toMatch(/Only one path/);
  });

  it('gives heads and weight where both counts agree', () => {
    expect(reason([...say('12', 0.1, 0.11, 0.12), ...say('18', 0.4)])).toMatch(
      /^The majority and SASC both say 12: 3 of 4 paths and \d\d %/,
    );
  });

  it('gives the mean stabilities where several steadier paths outweigh the majority', () => {
    const paths = [...say('18', 0.5, 0.52, 0.54), ...say('12', 0.1, 0.14)];
    expect(reason(paths)).toMatch(
      /More paths say 18, but those that say 12 are steadier \(mean s 0\.12 against 0\.51 nats\).*⟦\d\.\d\d⟧ against ⟦\d\.\d\d⟧/,
    );
  });

  it('names the gate only where a plain count of the survivors elects the same', () => {
    const paths = [...say('18', 0.3, 0.6, 0.7), ...say('12', 0.3, 0.31)];
    expect(reason(paths, { threshold: 0.5 })).toMatch(
      /More paths say 18 than 12, but the stability cutoff filtered 2 of them: 1 left, against 2 for 12/,
    );
  });

  it('names the one path whose weight decides, though the gate filtered one of the majority', () => {
    const paths = [...say('18', 0.3, 0.3, 0.6), ...say('12', 0.05, 0.95)];
    expect(reason(paths, { threshold: 0.5 })).toMatch(
      /SASC says 12 because of one path: path 4 alone weighs ⟦4\.11⟧, against ⟦\d\.\d\d⟧ for the 2 kept paths that say 18/,
    );
  });

  it('names the heaviest path where the means print alike', () => {
    const paths = [...say('18', 0.302, 0.302, 0.3, 0.302), ...say('12', 0.299, 0.299, 0.299)];
    expect(reason(paths, { gatePercentile: null })).toMatch(
      /those that say 12 weigh more: ⟦.*⟧ against ⟦.*⟧, the heaviest alone/,
    );
  });

  it('names the weights of one path against thirteen that are all but as steady, and no gate that filtered nobody of them', () => {
    const paths = [
      ...say('18', ...Array.from({ length: 12 }, () => 0.3)),
      ...say('12', 0.299),
      ...say('7', 0.9, 0.9, 0.9),
    ];
    // e^√12 = 31.95 against 12·e^(−1/√12) = 8.99.
    expect(reason(paths)).toMatch(/path 13 alone weighs ⟦31\.95⟧, against ⟦8\.99⟧ for the 12 kept paths that say 18/);
    expect(reason(paths)).not.toMatch(/gate/);
  });

  it('explains SASC against the verdict, also where that is not the majority’s', () => {
    const paths = [...say('18', 0.3, 0.3, 0.3), ...say('12', 0.1, 0.31, 0.32, 0.33)];
    expect(reason(paths, { gatePercentile: null }, false, '18')).toBe(
      '4 of 7 paths say 12, and so does SASC; Smallest slip gives 18 more weight.',
    );
    expect(reason(paths, { gatePercentile: null }, false, '12')).toMatch(/The majority and SASC both say 12/);
  });

  it('says why there is no vote', () => {
    const none: Path[] = [
      { answer: null, s: 0.1 },
      { answer: null, s: 0.2 },
    ];
    expect(reason(none)).toMatch(/No path reached an answer/);
    expect(reason(none.map((path) => ({ ...path, finish: 'length' })))).toMatch(/limit of 50 tokens/);
    expect(reason(none, {}, true)).toMatch(/Stopped before/);
    expect(reason(say('12', 0.2, 0.3), { threshold: 0.1 })).toMatch(/none votes/);
  });
});
