import { GATE_PERCENT, gateThreshold } from './gate';
import { SIGNALS, signalOf, signalState, windowOf, type SignalId, type SignalPath } from './signals';
import { electedOf } from './vote';
import { zScores, weightOf } from './weights';

/** What a rule may know about a path; undefined: not known. A path without an answer needs no data. */
export interface RulePath extends SignalPath {
  /** Group of its answer; null: none. */
  readonly group: number | null;
  /** Population standard deviation of its entropies, in nats. */
  readonly stability?: number | null | undefined;
  /** Generated tokens, the end token included. */
  readonly tokens?: number | undefined;
  /** The same number for paths that wrote the same tokens, another for others. */
  readonly text?: number | undefined;
  /** Whether the answer is the known one. */
  readonly correct?: boolean | undefined;
}

export interface RuleSettings {
  /** τ of `sasc-soft`. Weights softened to 4 were level with or above plain majority where SASC was below it. docs/METHOD.md#vote */
  readonly softness: number;
  /** τ of `log-probability`. It should follow how well the signal separates: `softnessOf`. docs/METHOD.md#softness */
  readonly likelihoodSoftness: number;
  /** `sasc-robust` takes no spread of stability as less than this, in nats. */
  readonly spreadFloor: number;
  /** T of `cisc` and `cisc-z`, above 0. */
  readonly ciscTemperature: number;
}

/** The group a rule elects, and its share of all weight, 0 … 1. */
export interface Election {
  readonly group: number;
  readonly share: number;
}

/**
 * What a rule uses: heads alone, stability, how confident the model was at each step, how likely what it drew was, or the
 * known answer.
 */
export type RuleKind = 'heads' | 'stability' | 'confidence' | 'likelihood' | 'oracle';

interface Data extends Record<SignalId, number> {
  readonly stability: number;
  readonly tokens: number;
  readonly text: number;
  readonly correct: boolean;
}
/** One thing that a rule may need to know of each path. */
export type Datum = keyof Data;
/** A path with an answer, with the data that its rule needs. */
export type Voter<Needs extends Datum> = { readonly group: number } & Readonly<Pick<Data, Needs>>;

export interface Rule {
  readonly kind: RuleKind;
  readonly needs: readonly Datum[];
  /** Data that the rule needs and these paths lack. */
  readonly lacks: (paths: readonly RulePath[]) => readonly Datum[];
  /** @param paths that lack nothing */
  readonly elect: (paths: readonly RulePath[], settings: RuleSettings) => Election | null;
}

/** A rule: what it needs, and whom it elects among one path with an answer or more. */
export function rule<Needs extends Datum = never>(
  kind: RuleKind,
  needs: readonly Needs[],
  electFrom: (voters: readonly Voter<Needs>[], settings: RuleSettings) => Election | null,
): Rule {
  return {
    kind,
    needs,
    lacks: (paths) => needs.filter((datum) => paths.some((path) => lacks(path, datum))),
    elect: (paths, settings) => {
      const answered = paths.filter(({ group }) => group !== null);
      const window = once(() => windowOf(answered));
      const voters = answered.map((path) => voterOf(path, needs, window));
      return voters.length === 0 ? null : electFrom(voters, settings);
    },
  };
}

/** Elects the group with the largest sum of weights; null when a weight is not finite. */
export function weighted<One extends { readonly group: number }>(
  voters: readonly One[],
  weightOfVoter: (voter: One, index: number) => number,
): Election | null {
  const sums = new Map<number, number>();
  voters.forEach((voter, i) => sums.set(voter.group, (sums.get(voter.group) ?? 0) + weightOfVoter(voter, i)));
  const tallies = Array.from(sums, ([group, weight]) => ({ group, weight }));
  return tallies.every(({ weight }) => Number.isFinite(weight)) ? electedOf(tallies) : null;
}

/**
 * SASC's recipe on any figure of which less is better: gate at the 80th percentile, z over the survivors, w = e^(−z/τ). null
 * when a figure is not finite.
 * @param floor the spread counts as no less than this
 */
export function byRecipe<One extends { readonly group: number }>(
  voters: readonly One[],
  figureOf: (voter: One) => number,
  { softness = 1, floor = 0 },
): Election | null {
  const figured = voters.map((voter) => ({ group: voter.group, figure: figureOf(voter) }));
  if (!figured.every(({ figure }) => Number.isFinite(figure))) return null;
  const gate = gateThreshold(
    figured.map(({ figure }) => figure),
    GATE_PERCENT,
  );
  const survivors = figured.filter(({ figure }) => gate === null || figure <= gate);
  const figures = survivors.map(({ figure }) => figure);
  const zs = zScores(figures, figures, floor);
  return weighted(survivors, (_, i) => weightOf(zs[i] ?? NaN, softness));
}

/** Weights e^score, each divided by the largest, so that scores of −1e4 do not all become 0. */
export function byExponential<One extends { readonly group: number }>(
  voters: readonly One[],
  scoreOf: (voter: One, index: number) => number,
): Election | null {
  const scores = voters.map(scoreOf);
  const most = scores.reduce((a, b) => Math.max(a, b), -Infinity);
  return weighted(voters, (_, i) => Math.exp((scores[i] ?? NaN) - most));
}

/** A path without an answer has no say: of it the datum may be known to be none. */
function lacks(path: RulePath, datum: Datum): boolean {
  const state = isSignal(datum) ? signalState(path, datum) : stateOf(path[datum]);
  return state === 'unknown' || (state === 'none' && path.group !== null);
}

function stateOf(value: number | boolean | null | undefined): ReturnType<typeof signalState> {
  if (value === undefined) return 'unknown';
  return value === null ? 'none' : 'known';
}

function voterOf<Needs extends Datum>(path: RulePath, needs: readonly Needs[], window: () => number): Voter<Needs> {
  const data = needs.map((datum: Datum) => [datum, isSignal(datum) ? signalOf(path, datum, window) : path[datum]]);
  return { group: path.group, ...Object.fromEntries(data) } as Voter<Needs>;
}

function isSignal(datum: Datum): datum is SignalId {
  return datum in SIGNALS;
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}
