import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gateFlips } from '../../../src/method/gate-flips';
import { vote } from '../../../src/method/vote';
import type { VoteInput, VoteOptions } from '../../../src/method/vote-types';

/** Paths from [group, stability] pairs. */
const paths = (...pairs: [number | null, number | null][]): VoteInput[] =>
  pairs.map(([group, stability]) => ({ group, stability }));

const pathList = fc.array(
  fc.record({
    group: fc.option(fc.nat(4), { freq: 6 }),
    // Hundredths: distinct values stay distinct after scaling and shifting, and ties do occur.
    stability: fc.option(
      fc.nat(200).map((hundredths) => hundredths / 100),
      { freq: 12 },
    ),
  }),
  { maxLength: 64 },
);
const optionSet = fc.record({
  zVariant: fc.constantFrom('survivors' as const, 'pool' as const),
  gatePercentile: fc.constantFrom(null, 50, 80, 100),
  threshold: fc.option(fc.integer({ min: 0, max: 200 }).map((hundredths) => hundredths / 100 + 0.005)),
  softness: fc.constantFrom(0.5, 1, 4, Infinity),
  lengthAdjusted: fc.constant(false),
  entropyK: fc.constant(null),
}) satisfies fc.Arbitrary<VoteOptions>;
const check = <T extends [unknown, ...unknown[]]>(property: fc.IPropertyWithHooks<T>) =>
  fc.assert(property, { seed: 11 });

describe('vote', () => {
  it('elects nothing from an empty pool', () => {
    const outcome = vote(paths([null, 0.1], [2, null]));
    expect(outcome).toMatchObject({
      poolSize: 0,
      keptCount: 0,
      threshold: null,
      majority: null,
      sasc: null,
      groups: [],
    });
    expect(outcome.paths.map(({ status }) => status)).toEqual(['no-answer', 'no-answer']);
  });

  it('weighs all survivors 1 when they are equally steady', () => {
    const outcome = vote(paths([0, 0.5], [1, 0.5], [1, 0.5 + 1e-10]));
    expect(outcome.paths.map(({ weight }) => weight)).toEqual([1, 1, 1]);
    expect(outcome.sasc).toEqual({ group: 1, share: 2 / 3 });
  });

  it('gives a lone survivor z = 0 in both variants', () => {
    for (const zVariant of ['survivors', 'pool'] as const) {
      const outcome = vote(paths([0, 0.1], [1, 0.9]), { zVariant, threshold: 0.2 });
      expect(outcome.paths).toEqual([
        { status: 'kept', stability: 0.1, z: 0, weight: 1 },
        { status: 'gated', stability: 0.9, z: null, weight: null },
      ]);
      expect(outcome.sasc).toEqual({ group: 0, share: 1 });
    }
  });

  it('gives ties to the group seen first, heads and weights alike', () => {
    const tied = paths([3, 0.4], [1, 0.4], [1, 0.4], [3, 0.4]);
    expect(vote(tied)).toMatchObject({ majority: { group: 3, count: 2 }, sasc: { group: 3, share: 0.5 } });
  });

  it('keeps what is exactly at the gate, and gates only pools of five and more', () => {
    const five = paths([0, 0.1], [0, 0.2], [0, 0.3], [0, 0.4], [0, 0.4]);
    expect(vote(five)).toMatchObject({ threshold: 0.4, keptCount: 5 });
    expect(vote(five.slice(0, 4))).toMatchObject({ threshold: null, keptCount: 4 });
  });

  it('counts the pool after paths without answer or tokens have left it', () => {
    const four = paths([0, 0.1], [null, 0.2], [0, 0.3], [1, 0.9], [1, 0.2], [1, null]);
    expect(vote(four)).toMatchObject({ poolSize: 4, threshold: null, keptCount: 4 });
  });

  it('applies a threshold that the user set to any pool, down to no survivor', () => {
    const two = paths([0, 0.1], [1, 0.3]);
    expect(vote(two, { threshold: 0.3 })).toMatchObject({ keptCount: 2, threshold: 0.3 });
    expect(vote(two, { threshold: 0.05 })).toMatchObject({
      keptCount: 0,
      sasc: null,
      majority: { group: 0, count: 1 },
    });
  });

  it('softens weights by τ', () => {
    const two = paths([0, 0.1], [1, 0.3]);
    expect(vote(two).paths.map(({ weight }) => weight)).toEqual(
      [Math.exp(1), Math.exp(-1)].map((w) => expect.closeTo(w)),
    );
    expect(vote(two, { softness: 4 }).paths[0]?.weight).toBeCloseTo(Math.exp(1 / 4));
  });

  it('refuses a stability that is no number, and a softness that would overflow', () => {
    expect(() => vote(paths([0, NaN]))).toThrow('The stability of path 0 is NaN.');
    expect(() => vote(paths([0, 1]), { softness: 0 })).toThrow('The softness should be at least 0.05, but is 0.');
    expect(() => vote(paths([0, 1]), { softness: NaN })).toThrow(RangeError);
  });

  it('is not changed by the scale or the zero of stability', () => {
    check(
      fc.property(
        pathList,
        optionSet,
        fc.constantFrom(0.25, 2, 8),
        fc.constantFrom(0, 1, 16),
        (list, options, scale, shift) => {
          const move = (value: number | null): number | null => (value === null ? null : value * scale + shift);
          const moved = list.map(({ group, stability }) => ({ group, stability: move(stability) }));
          const before = vote(list, options);
          const after = vote(moved, { ...options, threshold: move(options.threshold) });
          expect(after.paths.map(({ status }) => status)).toEqual(before.paths.map(({ status }) => status));
          before.paths.forEach(({ z }, i) => {
            if (z === null) expect(after.paths[i]?.z).toBeNull();
            else expect(after.paths[i]?.z).toBeCloseTo(z, 6);
          });
        },
      ),
    );
  });

  it('gives each path the same weight in whatever order the paths come', () => {
    const shuffled = pathList.chain((list) =>
      fc
        .shuffledSubarray(
          list.map((_, i) => i),
          { minLength: list.length, maxLength: list.length },
        )
        .map((order) => ({ list, order })),
    );
    check(
      fc.property(shuffled, optionSet, ({ list, order }, options) => {
        const before = vote(list, options);
        const after = vote(
          order.flatMap((i) => list.slice(i, i + 1)),
          options,
        );
        order.forEach((from, to) => {
          const [a, b] = [before.paths[from], after.paths[to]];
          expect(b?.status).toBe(a?.status);
          expect(b?.weight ?? -1).toBeCloseTo(a?.weight ?? -1, 9);
        });
        expect(after.majority?.count).toBe(before.majority?.count);
        expect(after.sasc?.share ?? -1).toBeCloseTo(before.sasc?.share ?? -1, 9);
      }),
    );
  });

  it('keeps ⌊0.8 (n − 1)⌋ + 1 of n paths of distinct stability, whatever their order', () => {
    const distinct = fc.uniqueArray(fc.nat(10_000), { minLength: 5, maxLength: 64 });
    check(
      fc.property(distinct, (list) => {
        const { keptCount } = vote(list.map((s) => ({ group: 0, stability: s / 1e4 })));
        expect(keptCount).toBe(Math.floor((4 * (list.length - 1)) / 5) + 1);
      }),
    );
  });

  it('accounts for every path and all weight', () => {
    check(
      fc.property(pathList, optionSet, (list, options) => {
        const outcome = vote(list, options);
        const count = (status: string) => outcome.paths.filter((path) => path.status === status).length;
        expect(count('kept')).toBe(outcome.keptCount);
        expect(count('kept') + count('gated')).toBe(outcome.poolSize);
        expect(outcome.groups.reduce((sum, group) => sum + group.heads, 0)).toBe(outcome.poolSize);
        const total = outcome.paths.reduce((sum, { weight }) => sum + (weight ?? 0), 0);
        expect(outcome.groups.reduce((sum, group) => sum + group.weight, 0)).toBeCloseTo(total, 9);
        const winner = outcome.groups.find(({ group }) => group === outcome.sasc?.group);
        if (outcome.keptCount > 0) expect(outcome.sasc?.share).toBeCloseTo((winner?.weight ?? 0) / total, 9);
        for (const { weight } of outcome.groups) expect(weight).toBeLessThanOrEqual((winner?.weight ?? 0) + 1e-12);
      }),
    );
  });
});

describe('gateFlips', () => {
  it('says where the elected answer changes', () => {
    const list = paths([18, 0.2], [18, 0.3], [42, 0.41], [42, 0.42], [42, 0.43], [null, 0.1]);
    expect(gateFlips(list, { softness: Infinity })).toEqual([
      { from: -Infinity, to: 0.2, group: null },
      { from: 0.2, to: 0.43, group: 18 },
      { from: 0.43, to: Infinity, group: 42 },
    ]);
  });

  it('agrees with the vote at every gate', () => {
    check(
      fc.property(pathList, optionSet, fc.double({ min: 0, max: 2.1, noNaN: true }), (list, options, gate) => {
        const intervals = gateFlips(list, options);
        const hit = intervals.filter(({ from, to }) => from <= gate && gate < to);
        expect(hit).toHaveLength(1);
        expect(hit[0]?.group).toBe(vote(list, { ...options, threshold: gate }).sasc?.group ?? null);
        intervals.slice(1).forEach(({ from, group }, i) => {
          expect(from).toBe(intervals[i]?.to);
          expect(group).not.toBe(intervals[i]?.group);
        });
      }),
    );
  });
});
