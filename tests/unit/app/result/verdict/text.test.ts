import { describe, expect, it } from 'vitest';
import { DEFAULT_VOTE_OPTIONS, type VoteOptions } from '../../../../../src/method/vote-types';
import { decidePaths } from '../../../../../src/run/decide-run';
import { type Finish, RunTrace } from '../../../../../src/run/trace';
import { verdictReason } from '../../../../../src/app/result/verdict/text';

interface Path {
  readonly answer: string | null;
  readonly s: number;
  readonly finish?: Finish;
}

function reason(paths: readonly Path[], options: Partial<VoteOptions> = {}, wasStopped = false): string {
  const trace = new RunTrace(paths.length, 50);
  trace.paths.forEach((path, i) => {
    path.length = 10;
    path.stability = paths[i]?.s ?? 0;
    path.finish = paths[i]?.finish ?? 'stop';
  });
  const inputs = paths.map(({ answer, s }) => ({ answer, stability: s }));
  return verdictReason(decidePaths(inputs, { ...DEFAULT_VOTE_OPTIONS, ...options }), trace, wasStopped);
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
      /^12 leads both ways: 3 of 4 heads and 0\.\d\d/,
    );
  });

  it('gives the mean stabilities where the majority wavers more', () => {
    const paths = [...say('18', 0.5, 0.52, 0.54), ...say('12', 0.1, 0.14)];
    expect(reason(paths)).toMatch(/18 outnumber.*12, but waver more: mean s 0\.52 against 0\.12/);
  });

  it('counts those that the gate took where the majority does not waver more on the whole', () => {
    const paths = [...say('18', 0.3, 0.3, 0.6), ...say('12', 0.05, 0.95)];
    expect(reason(paths, { threshold: 0.5 })).toMatch(/More paths say 18 than 12, but the gate filtered 1/);
  });

  it('names the heaviest path where nothing else explains it', () => {
    const paths = [...say('18', 0.3, 0.3, 0.3), ...say('12', 0.05, 0.95)];
    expect(reason(paths, { threshold: 0.5 })).toMatch(/steadiest that say 12 weigh more: the heaviest alone has 0\.77/);
  });

  it('says why there is no vote', () => {
    const none: Path[] = [
      { answer: null, s: 0.1 },
      { answer: null, s: 0.2 },
    ];
    expect(reason(none)).toMatch(/No path reached an answer/);
    expect(reason(none.map((path) => ({ ...path, finish: 'length' })))).toMatch(/limit of 50 tokens/);
    expect(reason(none, {}, true)).toMatch(/Stopped before/);
    expect(reason(say('12', 0.2, 0.3), { threshold: 0.1 })).toMatch(/nobody votes/);
  });
});
