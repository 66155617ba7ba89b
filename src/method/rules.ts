import {
  bottomConfidence,
  confidenceWindow,
  lowestConfidence,
  meanOf,
  selfCertainty,
  tailConfidence,
} from './confidence';
import { electedOf, vote } from './vote';
import type { VoteInput, VoteOptions } from './vote-types';

/**
 * What a rule may know about a path; undefined: not known. A path without an answer needs no data. Arrays have one value for
 * each token, in nats, as `StepBatch` defines them.
 */
export interface RulePath extends Pick<VoteInput, 'group'> {
  readonly stability?: number | null | undefined;
  /** Generated tokens, the end token included. */
  readonly tokens?: number | undefined;
  /** [T] −mean of the top-20 log-probabilities, not renormalised. */
  readonly confidence?: ArrayLike<number> | undefined;
  /** [T] ln p of the sampled token. */
  readonly logprob?: ArrayLike<number> | undefined;
  /** [T] mean over the vocabulary of ln p(v). */
  readonly meanLogprob?: ArrayLike<number> | undefined;
  /** Whether the answer is the known one. */
  readonly correct?: boolean | undefined;
}

export interface RuleSettings {
  /** τ of `sasc-soft`. Weights softened to 4 were level with or above plain majority where SASC was below it. docs/METHOD.md#vote */
  readonly softness: number;
  /** T of `cisc`, above 0. */
  readonly ciscTemperature: number;
}

export const DEFAULT_RULE_SETTINGS: RuleSettings = { softness: 4, ciscTemperature: 1 };

/** The group a rule elects, and its share of all weight, 0 … 1. */
export interface Election {
  readonly group: number;
  readonly share: number;
}

/** What a rule uses: heads alone, stability (ours), the probabilities of tokens (rivals), or the known answer. */
export type RuleKind = 'heads' | 'stability' | 'confidence' | 'oracle';

type Datum = Exclude<keyof RulePath, 'group'>;
/** A path with an answer, with the data that its rule needs. */
type Voter<Needs extends Datum> = { readonly group: number } & {
  readonly [Key in Needs]-?: NonNullable<RulePath[Key]>;
};

interface Rule {
  readonly kind: RuleKind;
  readonly allows: (paths: readonly RulePath[]) => boolean;
  /** @param paths allowed */
  readonly elect: (paths: readonly RulePath[], settings: RuleSettings) => Election | null;
}

/** Exponent p of self-certainty's rank weights. Kang et al. 2025. */
const BORDA_POWER = 0.5;

/** Voting rules to compare on the same paths (docs/METHOD.md#rules). In every one ties go to the group seen first. */
export const RULES = {
  /** Self-consistency: every answer counts once. Wang et al. 2022. */
  majority: rule('heads', [], (voters) => weighted(voters, () => 1)),
  /** SASC as published: gate at the 80th percentile, w = e^(−z), z over the survivors. */
  sasc: byStability(() => ({})),
  /** The earlier, inference-only SASC: z over the whole pool. */
  'sasc-pool': byStability(() => ({ zVariant: 'pool' })),
  /** SASC with w = e^(−z/τ). */
  'sasc-soft': byStability(({ softness }) => ({ softness })),
  /** SASC on length-adjusted stability. */
  'sasc-length': rule('stability', ['stability', 'tokens'], (voters) => vote(voters, { lengthAdjusted: true }).sasc),
  /** SASC's gate, then a plain count. */
  'gate-only': byStability(() => ({ softness: Infinity })),
  /** SASC's weights without its gate. */
  'weight-only': byStability(() => ({ gatePercentile: null })),
  /** Confidence-weighted majority without filter, as all of DeepConf's (Fu et al. 2025): by mean confidence. */
  'deepconf-mean': byConfidence(meanOf),
  /** By the mean confidence of the last tokens. */
  'deepconf-tail': byConfidence(tailConfidence),
  /** By the least confident tenth of the windows. */
  'deepconf-bottom': byConfidence(bottomConfidence),
  /** By the least confident window. */
  'deepconf-lowest': byConfidence(lowestConfidence),
  /** CISC (Taubenfeld et al. 2025): w = softmax(length-normalised log-probability / T). */
  cisc: rule('confidence', ['logprob'], (voters, { ciscTemperature }) => {
    const scores = voters.map(({ logprob }) => meanOf(logprob) / ciscTemperature);
    const most = scores.reduce((a, b) => Math.max(a, b), -Infinity);
    return weighted(voters, (_, i) => Math.exp((scores[i] ?? NaN) - most));
  }),
  /** Self-certainty with Borda voting (Kang et al. 2025): w = (N − rank)^p, rank 0 the most certain; equals share a rank. */
  'self-certainty': rule('confidence', ['meanLogprob'], (voters) => {
    const certainties = voters.map(({ meanLogprob }) => selfCertainty(meanLogprob));
    return weighted(voters, (_, i) => {
      const own = certainties[i] ?? NaN;
      return (voters.length - certainties.filter((other) => other > own).length) ** BORDA_POWER;
    });
  }),
  /** pass@N: elects the right answer whenever a path has it. The most that a rule could reach. */
  oracle: rule('oracle', ['correct'], (voters) => {
    const right = voters.filter(({ correct }) => correct);
    return right[0] === undefined ? null : { group: right[0].group, share: right.length / voters.length };
  }),
} as const satisfies Record<string, Rule>;

export type RuleId = keyof typeof RULES;
export const RULE_IDS = Object.keys(RULES) as readonly RuleId[];

/** The rules that the data of these paths allow. */
export function allowedRules(paths: readonly RulePath[]): RuleId[] {
  return RULE_IDS.filter((id) => RULES[id].allows(paths));
}

/**
 * The group a rule elects; null: data that it needs are missing or not finite, or no path has an answer.
 * @throws RangeError on a stability below 0 or not finite, and on settings out of range
 */
export function elect(id: RuleId, paths: readonly RulePath[], settings: Partial<RuleSettings> = {}): Election | null {
  const complete = { ...DEFAULT_RULE_SETTINGS, ...settings };
  if (!(complete.ciscTemperature > 0)) {
    throw new RangeError(`CISC's temperature should be above 0, but is ${complete.ciscTemperature}.`);
  }
  return RULES[id].allows(paths) ? RULES[id].elect(paths, complete) : null;
}

/** Whether the elected answer is the right one; false when none is elected. @param paths with `correct` known */
export function electsRight(id: RuleId, paths: readonly RulePath[], settings: Partial<RuleSettings> = {}): boolean {
  const elected = elect(id, paths, settings);
  return elected !== null && paths.some(({ group, correct }) => group === elected.group && correct === true);
}

function rule<Needs extends Datum = never>(
  kind: RuleKind,
  needs: readonly Needs[],
  electFrom: (voters: readonly Voter<Needs>[], settings: RuleSettings) => Election | null,
): Rule {
  const isVoter = (path: RulePath): path is RulePath & Voter<Needs> =>
    path.group !== null && needs.every((key) => isPresent(path[key]));
  return {
    kind,
    allows: (paths) =>
      paths.every((path) => (path.group === null ? needs.every((key) => path[key] !== undefined) : isVoter(path))),
    elect: (paths, settings) => {
      const voters = paths.filter(isVoter);
      return voters.length === 0 ? null : electFrom(voters, settings);
    },
  };
}

function isPresent(datum: RulePath[Datum]): boolean {
  return datum !== undefined && datum !== null && (typeof datum !== 'object' || datum.length > 0);
}

function byStability(optionsOf: (settings: RuleSettings) => Partial<VoteOptions>): Rule {
  return rule('stability', ['stability'], (voters, settings) => vote(voters, optionsOf(settings)).sasc);
}

/** @param figureOf a path's weight from its token confidences and the window, in tokens */
function byConfidence(figureOf: (confidence: ArrayLike<number>, window: number) => number): Rule {
  return rule('confidence', ['confidence'], (voters) => {
    const window = confidenceWindow(voters.map(({ confidence }) => confidence.length));
    return weighted(voters, ({ confidence }) => figureOf(confidence, window));
  });
}

/** Elects the group with the largest sum of weights; null when a weight is not finite. */
function weighted<One extends { readonly group: number }>(
  voters: readonly One[],
  weightOf: (voter: One, index: number) => number,
): Election | null {
  const sums = new Map<number, number>();
  voters.forEach((voter, i) => sums.set(voter.group, (sums.get(voter.group) ?? 0) + weightOf(voter, i)));
  const tallies = Array.from(sums, ([group, weight]) => ({ group, weight }));
  return tallies.every(({ weight }) => Number.isFinite(weight)) ? electedOf(tallies) : null;
}
