import { gateThreshold } from './gate';
import { lengthAdjusted } from './length-adjusted';
import {
  DEFAULT_VOTE_OPTIONS,
  type GroupTally,
  type PathStatus,
  type PathVote,
  type VoteInput,
  type VoteOptions,
  type VoteOutcome,
} from './vote-types';
import { weightOf, zScores } from './weights';

/** A path with both an answer and a stability. */
interface PoolPath {
  readonly index: number;
  readonly group: number;
  readonly stability: number;
  readonly tokens: number | undefined;
}

type WeighedGroup = Pick<GroupTally, 'group' | 'weight'>;

interface Tally extends GroupTally {
  heads: number;
  keptHeads: number;
  weight: number;
}

/**
 * Pool → gate → weight → vote over one problem's paths (docs/METHOD.md#vote). `sasc` is null when no path survives: an empty pool,
 * or a threshold that the user set below every path.
 * @throws RangeError on a stability that is not a number ≥ 0, on options out of range, or for an adjustment for length
 * without lengths
 */
export function vote(paths: readonly VoteInput[], options: Partial<VoteOptions> = {}): VoteOutcome {
  const settings = { ...DEFAULT_VOTE_OPTIONS, ...options };
  const given = poolOf(paths);
  const pool = settings.lengthAdjusted ? withoutLength(given) : given;
  const threshold = thresholdOf(pool, settings);
  const survivors = pool.filter(({ stability }) => threshold === null || stability <= threshold);
  const stabilities = survivors.map(({ stability }) => stability);
  const population = settings.zVariant === 'survivors' ? stabilities : pool.map(({ stability }) => stability);
  const zs = zScores(stabilities, population);

  const votes: PathVote[] = paths.map(({ stability }) =>
    outside('no-answer', settings.lengthAdjusted ? null : stability),
  );
  for (const { index, stability } of pool) votes[index] = outside('gated', stability);
  const groups = headCounts(pool);
  survivors.forEach(({ index, group, stability }, i) => {
    const z = zs[i] ?? 0;
    const weight = weightOf(z, settings.softness);
    votes[index] = { status: 'kept', stability, z, weight };
    const tally = groups.get(group);
    if (tally === undefined) return;
    tally.keptHeads++;
    tally.weight += weight;
  });
  const tallies = [...groups.values()];
  return {
    paths: votes,
    groups: tallies,
    threshold,
    poolSize: pool.length,
    keptCount: survivors.length,
    majority: majorityOf(tallies),
    sasc: electedOf(tallies),
  };
}

function outside(status: Exclude<PathStatus, 'kept'>, stability: number | null): PathVote {
  return { status, stability, z: null, weight: null };
}

function poolOf(paths: readonly VoteInput[]): PoolPath[] {
  return paths.flatMap(({ group, stability, tokens }, index) => {
    if (group === null || stability === null) return [];
    if (!(stability >= 0 && stability < Infinity)) {
      throw new RangeError(`The stability of path ${index} is ${stability}.`);
    }
    return [{ index, group, stability, tokens }];
  });
}

function withoutLength(pool: readonly PoolPath[]): PoolPath[] {
  const measured = pool.map(({ index, stability, tokens }) => {
    if (tokens === undefined) throw new RangeError(`The length of path ${index} is not known.`);
    return { stability, tokens };
  });
  const adjusted = lengthAdjusted(measured);
  return pool.map((path, i) => ({ ...path, stability: adjusted[i] ?? path.stability }));
}

function thresholdOf(pool: readonly PoolPath[], options: VoteOptions): number | null {
  if (options.threshold !== null) return options.threshold;
  if (options.gatePercentile === null) return null;
  return gateThreshold(
    pool.map(({ stability }) => stability),
    options.gatePercentile,
  );
}

/** Groups of the pool in order of first sight. */
function headCounts(pool: readonly PoolPath[]): Map<number, Tally> {
  const groups = new Map<number, Tally>();
  for (const { group } of pool) {
    const tally = groups.get(group) ?? { group, heads: 0, keptHeads: 0, weight: 0 };
    tally.heads++;
    groups.set(group, tally);
  }
  return groups;
}

function majorityOf(tallies: readonly GroupTally[]): VoteOutcome['majority'] {
  const winner = firstLargest(tallies, ({ heads }) => heads);
  return winner === null ? null : { group: winner.group, count: winner.heads };
}

/** The group with the largest weight, and its share of all weight; null when there is no weight. Ties go to the first. */
export function electedOf(tallies: readonly WeighedGroup[]): VoteOutcome['sasc'] {
  const winner = firstLargest(tallies, ({ weight }) => weight);
  const total = totalWeight(tallies);
  return winner === null || total === 0 ? null : { group: winner.group, share: winner.weight / total };
}

/** Sum of all weights. */
export function totalWeight(tallies: readonly WeighedGroup[]): number {
  return tallies.reduce((sum, { weight }) => sum + weight, 0);
}

/** The largest; among equals the first. */
function firstLargest<Tally>(tallies: readonly Tally[], size: (tally: Tally) => number): Tally | null {
  return tallies.reduce<Tally | null>((best, one) => (best === null || size(one) > size(best) ? one : best), null);
}
