import {
  byExponential,
  byRecipe,
  rule,
  weighted,
  type Datum,
  type Election,
  type Rule,
  type RulePath,
  type RuleSettings,
} from './rule';
import { vote } from './vote';
import type { VoteOptions } from './vote-types';
import { zScores } from './weights';

export type { Datum, Election, RuleKind, RulePath, RuleSettings } from './rule';

export const DEFAULT_RULE_SETTINGS: RuleSettings = {
  softness: 4,
  likelihoodSoftness: 4,
  spreadFloor: 0.2,
  ciscTemperature: 1,
};

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
  /** SASC as published, but equal paths cannot be split by noise: their spread counts as no less than a floor. Ours. */
  'sasc-robust': rule('stability', ['stability'], (voters, { spreadFloor }) =>
    byRecipe(voters, ({ stability }) => stability, { floor: spreadFloor }),
  ),
  /** SASC's recipe on the log-probability of the path instead of its stability: gate, z, w = e^(z/τ). Ours. */
  'log-probability': rule('likelihood', ['pathLogprob'], (voters, { likelihoodSoftness }) =>
    byRecipe(voters, ({ pathLogprob }) => -pathLogprob, { softness: likelihoodSoftness }),
  ),
  /** w = p(drawn) / p(likeliest) where that is least. Ours. */
  slip: rule('likelihood', ['slip'], (voters) => byExponential(voters, ({ slip }) => -slip)),
  /**
   * The share of all the probability that was seen: the sum of p(path) over an answer's distinct texts. Each text counts
   * once, since how often it was drawn says only what p says exactly. Ours.
   */
  'likelihood-share': rule('likelihood', ['pathLogprob', 'text'], (voters) => {
    const seen = new Set<number>();
    const distinct = voters.filter(({ text }) => !seen.has(text) && seen.add(text));
    return byExponential(distinct, ({ pathLogprob }) => pathLogprob);
  }),
  /** Confidence-weighted majority without filter, as all of DeepConf's (Fu et al. 2025): by mean confidence. */
  'deepconf-mean': byConfidence('meanConfidence'),
  /** By the mean confidence of the last tokens. */
  'deepconf-tail': byConfidence('tailConfidence'),
  /** By the least confident tenth of the windows. */
  'deepconf-bottom': byConfidence('bottomConfidence'),
  /** By the least confident window. */
  'deepconf-lowest': byConfidence('lowestConfidence'),
  /** CISC (Taubenfeld et al. 2025): w = softmax(length-normalised log-probability / T). */
  cisc: rule('likelihood', ['tokenLogprob'], (voters, { ciscTemperature }) =>
    byExponential(voters, ({ tokenLogprob }) => tokenLogprob / ciscTemperature),
  ),
  /** CISC on z-scores, so that T means the same for every model: w = softmax(z / T), z over the pool. */
  'cisc-z': rule('likelihood', ['tokenLogprob'], (voters, { ciscTemperature }) => {
    const scores = voters.map(({ tokenLogprob }) => tokenLogprob);
    const zs = zScores(scores, scores);
    return byExponential(voters, (_, i) => (zs[i] ?? NaN) / ciscTemperature);
  }),
  /** Self-certainty with Borda voting (Kang et al. 2025): w = (N − rank)^p, rank 0 the most certain; equals share a rank. */
  'self-certainty': rule('confidence', ['selfCertainty'], (voters) =>
    weighted(voters, (voter) => {
      const better = voters.filter((other) => other.selfCertainty > voter.selfCertainty).length;
      return (voters.length - better) ** BORDA_POWER;
    }),
  ),
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
  return RULE_IDS.filter((id) => lackingData(id, paths).length === 0);
}

/** Data without which a rule cannot elect among these paths: the reason why it is not available. */
export function lackingData(id: RuleId, paths: readonly RulePath[]): readonly Datum[] {
  return RULES[id].lacks(paths);
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
  return lackingData(id, paths).length === 0 ? RULES[id].elect(paths, complete) : null;
}

/** Whether the elected answer is the right one; false when none is elected. @param paths with `correct` known */
export function electsRight(id: RuleId, paths: readonly RulePath[], settings: Partial<RuleSettings> = {}): boolean {
  const elected = elect(id, paths, settings);
  return elected !== null && paths.some(({ group, correct }) => group === elected.group && correct === true);
}

function byStability(optionsOf: (settings: RuleSettings) => Partial<VoteOptions>): Rule {
  return rule('stability', ['stability'], (voters, settings) => vote(voters, optionsOf(settings)).sasc);
}

/** A path weighs as much as its confidence. */
function byConfidence(signal: 'meanConfidence' | 'tailConfidence' | 'bottomConfidence' | 'lowestConfidence'): Rule {
  return rule('confidence', [signal], (voters) => weighted(voters, (voter) => voter[signal]));
}
