import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathInfluences, shareOf } from '../../../src/method/influence';
import { voteReplay } from '../../../src/method/vote-replay';
import { vote } from '../../../src/method/vote';
import { changedOptions } from '../../../src/method/vote-options';
import { DEFAULT_VOTE_OPTIONS, type VoteInput } from '../../../src/method/vote-types';

const paths = (...pairs: [number | null, number | null][]): VoteInput[] =>
  pairs.map(([group, stability]) => ({ group, stability }));

const pathList = fc.array(
  fc.record({
    group: fc.option(fc.nat(3), { freq: 6 }),
    stability: fc.nat(200).map((hundredths) => hundredths / 100),
  }),
  { maxLength: 24 },
);
const order = (list: readonly unknown[]) => fc.shuffledSubarray([...list.keys()], { minLength: list.length });

describe('what one path does to the vote', () => {
  it('names the path without which another answer wins', () => {
    const list = paths([0, 0.1], [1, 0.5], [1, 0.5], [1, 0.52]);
    const influences = pathInfluences(list, { gatePercentile: null });
    expect(vote(list, { gatePercentile: null }).sasc?.group).toBe(0);
    expect(influences.map(({ pivotal }) => pivotal)).toEqual([true, false, false, false]);
    expect(influences[0]).toMatchObject({ electedWithout: 1, pivotal: true });
    expect(influences[0]?.shareChange).toBeLessThan(0);
    expect(influences[1]?.shareChange).toBeGreaterThan(0);
  });

  it('lets a filtered path matter through the percentile alone', () => {
    const list = paths([0, 0.1], [0, 0.2], [1, 0.3], [1, 0.31], [1, 0.32], [1, 5]);
    const filtered = pathInfluences(list)[5];
    expect(vote(list).paths[5]?.status).toBe('gated');
    expect(filtered?.weightShare).toBe(0);
    expect(filtered?.shareChange).not.toBe(0);
  });

  it('says that nobody is left without the only voter', () => {
    expect(pathInfluences(paths([2, 0.1], [null, 0.1]))).toEqual([
      { weightShare: 1, electedWithout: null, pivotal: true, shareChange: -1 },
      { weightShare: 0, electedWithout: 2, pivotal: false, shareChange: 0 },
    ]);
  });

  it('is the vote of the others, for every path', () => {
    fc.assert(
      fc.property(pathList, (list) => {
        const elected = vote(list).sasc?.group ?? null;
        const influences = pathInfluences(list);
        influences.forEach((influence, i) => {
          const others = vote(list.toSpliced(i, 1));
          // Taking a path out may change who was seen first: where two weigh the same, either may win.
          if (others.groups.filter(({ weight }) => weight > 0).length > 1 && isTie(others.groups)) return;
          expect(influence.electedWithout).toBe(others.sasc?.group ?? null);
          const change = shareOf(others.groups, elected) - shareOf(vote(list).groups, elected);
          expect(influence.shareChange).toBeCloseTo(change, 12);
        });
        const shares = influences.reduce((sum, { weightShare }) => sum + weightShare, 0);
        expect(shares).toBeCloseTo(elected === null ? 0 : 1, 12);
      }),
      { seed: 5 },
    );
  });
});

function isTie(groups: readonly { readonly weight: number }[]): boolean {
  const [first = 0, second = 0] = groups.map(({ weight }) => weight).sort((a, b) => b - a);
  return first - second < 1e-9;
}

describe('the vote as paths finish', () => {
  it('counts those who have finished, and ends with the whole vote', () => {
    const list = paths([0, 0.1], [1, 0.2], [null, 0.3], [1, 0.4]);
    const steps = voteReplay(list, [1, 2, 0, 3]);
    expect(steps.map(({ poolSize }) => poolSize)).toEqual([1, 1, 2, 3]);
    expect(steps[0]?.sasc).toEqual({ group: 1, share: 1 });
    expect(steps[3]).toEqual(vote(list));
  });

  it('ends with the whole vote in whatever order they finish', () => {
    fc.assert(
      fc.property(
        pathList.chain((list) => order(list).map((finished) => ({ list, finished }))),
        ({ list, finished }) => {
          const steps = voteReplay(list, finished);
          expect(steps).toHaveLength(list.length);
          if (list.length > 0) expect(steps.at(-1)).toEqual(vote(list));
        },
      ),
      { seed: 6 },
    );
  });

  it('refuses a path that does not exist', () => {
    expect(() => voteReplay(paths([0, 0.1]), [1])).toThrow('There is no path 1.');
  });
});

describe('rules that were changed', () => {
  it('are those that differ from the run’s own', () => {
    expect(changedOptions(DEFAULT_VOTE_OPTIONS, { ...DEFAULT_VOTE_OPTIONS, entropyK: 5, softness: 1 })).toEqual({
      entropyK: 5,
    });
  });
});

describe('a vote adjusted for length', () => {
  const long = { group: 0, stability: 0.6, tokens: 300 };
  const list = [{ group: 1, stability: 0.2, tokens: 100 }, { group: 1, stability: 0.4, tokens: 200 }, long];

  it('uses stability without its regression on length', () => {
    // A straight line: nothing is left but equal steadiness.
    const outcome = vote(list, { lengthAdjusted: true });
    expect(outcome.paths.map(({ weight }) => weight)).toEqual([1, 1, 1]);
    expect(outcome.paths.map(({ stability }) => stability)).toEqual([0, 0, 0]);
    expect(vote(list).paths[0]?.weight).toBeGreaterThan(1);
  });

  it('keeps no scale for a path outside the pool, and refuses an unknown length', () => {
    expect(vote([...list, { group: null, stability: 0.1, tokens: 9 }], { lengthAdjusted: true }).paths[3]).toEqual({
      status: 'no-answer',
      stability: null,
      z: null,
      weight: null,
    });
    expect(() => vote(paths([0, 0.1]), { lengthAdjusted: true })).toThrow('The length of path 0 is not known.');
  });
});
