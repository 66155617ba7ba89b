import { areEquivalent } from '../answers/equivalence';
import { extractAnswer } from '../answers/read/extract';
import { groupAnswers } from '../answers/group';
import {
  allowedRules,
  elect,
  electsRight,
  RULE_IDS,
  type RuleId,
  type RulePath,
  type RuleSettings,
} from '../method/rules';
import { majorityAt } from '../method/majority-at';
import {
  accuracyAt,
  atPowersOfTwo,
  bootstrapInterval,
  discrimination,
  mcnemar,
  meanEstimate,
  passAtK,
  pooledDiscrimination,
  type Estimate,
  type Interval,
} from '../method/statistics';

/** One problem's paths, as a line of the file gives them; lists of figures have one entry a response. */
export interface VoteLine {
  readonly id: string;
  /** The known answer. */
  readonly gold: string | null;
  readonly responses: readonly string[];
  readonly stability?: readonly (number | null)[] | undefined;
  readonly tokens?: readonly number[] | undefined;
  readonly confidence?: readonly (readonly number[])[] | undefined;
  readonly logprob?: readonly (readonly number[])[] | undefined;
  readonly likeliest?: readonly (readonly number[])[] | undefined;
  readonly meanLogprob?: readonly (readonly number[])[] | undefined;
}

type ByRule<Figure> = Partial<Record<RuleId, Figure>>;

/** What `vote --json` prints; docs/CLI.md is its contract. */
export interface VoteDocument {
  readonly problems: readonly VotedProblem[];
  /** Only where a gold answer is known. */
  readonly accuracy?: ByRule<number>;
  readonly statistics?: VoteStatistics;
}

interface VotedProblem {
  readonly id: string;
  readonly answers: readonly (string | null)[];
  readonly groups: readonly { readonly answer: string; readonly forms: readonly string[]; readonly paths: number[] }[];
  readonly rules: ByRule<{ readonly answer: string | null; readonly share: number | null }>;
  readonly correct?: ByRule<boolean>;
}

interface VoteStatistics {
  readonly problems: number;
  readonly intervals: ByRule<Interval>;
  /** Against majority. */
  readonly mcnemar: ByRule<{ readonly onlyRule: number; readonly onlyMajority: number; readonly p: number }>;
  /** By k. */
  readonly passAt: Readonly<Record<string, number>>;
  /** By N. */
  readonly votesAt: ByRule<Readonly<Record<string, Estimate>>>;
  readonly discrimination: { readonly share: number; readonly pairs: number } | null;
}

/** Rules that are followed over N. docs/METHOD.md#statistics */
const CURVES = ['majority', 'sasc'] as const satisfies RuleId[];

interface Voted {
  readonly problem: VotedProblem;
  readonly paths: readonly RulePath[];
}

/** The votes of problems, one after the other: of each is kept what the document and its statistics need, no texts. */
export class Votes {
  private readonly problems: VotedProblem[] = [];
  private readonly judged: Voted[] = [];

  constructor(private readonly settings: RuleSettings) {}

  add(line: VoteLine): void {
    const { problem, paths } = votedOf(line, this.settings);
    this.problems.push(problem);
    if (problem.correct !== undefined) this.judged.push({ problem, paths: paths.map(forCurves) });
  }

  document(seed: number): VoteDocument {
    const { problems, judged } = this;
    if (judged.length === 0) return { problems };
    const rules = RULE_IDS.filter((rule) => judged.every(({ problem }) => rule in problem.rules));
    const hits = rules.map((rule) => judged.map(({ problem }) => Number(problem.correct?.[rule] ?? false)));
    const accuracy = byRule(rules, (_, i) => mean(hits[i] ?? []));
    return { problems, accuracy, statistics: statisticsOf(judged, rules, hits, this.settings, seed) };
  }
}

/** What the curves over N need of a path; lists of tokens' figures would be most of the memory. */
const forCurves = ({ group, stability, tokens, correct }: RulePath): RulePath => ({
  group,
  stability,
  tokens,
  correct,
});

/** A part of a text keeps the whole text in memory; a copy does not. */
const copied = (text: string | null): string | null =>
  text === null ? null : Buffer.from(text, 'utf16le').toString('utf16le');

function votedOf(line: VoteLine, settings: RuleSettings): Voted {
  const answers = line.responses.map((response) => copied(extractAnswer(response, { finished: true })));
  const { groupOfPath, groups } = groupAnswers(answers);
  const { gold } = line;
  const paths = answers.map((answer, i): RulePath => ({
    group: groupOfPath[i] ?? null,
    stability: line.stability?.[i],
    tokens: line.tokens?.[i],
    // The same response is the same text, however it is split into tokens.
    text: line.responses.indexOf(line.responses[i] ?? ''),
    confidence: line.confidence?.[i],
    logprob: line.logprob?.[i],
    likeliest: line.likeliest?.[i],
    meanLogprob: line.meanLogprob?.[i],
    correct: gold === null ? undefined : answer !== null && areEquivalent(answer, gold, { policy: 'lenient' }),
  }));
  const rules = allowedRules(paths);
  const problem: VotedProblem = {
    id: line.id,
    answers,
    groups: groups.map(({ group, answer, forms }) => ({
      answer,
      forms,
      paths: groupOfPath.flatMap((own, i) => (own === group ? [i] : [])),
    })),
    rules: byRule(rules, (rule) => {
      const elected = elect(rule, paths, settings);
      return { answer: groups[elected?.group ?? -1]?.answer ?? null, share: elected?.share ?? null };
    }),
    ...(gold === null ? {} : { correct: byRule(rules, (rule) => electsRight(rule, paths, settings)) }),
  };
  return { problem, paths };
}

/** @param hits [rules][problems] 1 where the rule is right */
function statisticsOf(
  judged: readonly Voted[],
  rules: readonly RuleId[],
  hits: readonly (readonly number[])[],
  settings: RuleSettings,
  seed: number,
): VoteStatistics {
  const problems = judged.map(({ paths }) => paths);
  const most = Math.min(...problems.map((paths) => paths.length));
  const majority = hits[rules.indexOf('majority')] ?? [];
  const curves = CURVES.filter((rule) => rules.includes(rule));
  return {
    problems: judged.length,
    intervals: byRule(rules, (_, i) => bootstrapInterval(hits[i] ?? [], mean, { seed })),
    mcnemar: byRule(
      rules.filter((rule) => rule !== 'majority'),
      (rule) => pairedWithMajority(hits[rules.indexOf(rule)] ?? [], majority),
    ),
    passAt: atPowersOfTwo(most, (k) =>
      mean(problems.map((paths) => passAtK(paths.length, paths.filter(({ correct }) => correct).length, k))),
    ),
    votesAt: byRule(curves, (rule) =>
      atPowersOfTwo(most, (n) =>
        rule === 'majority'
          ? meanEstimate(
              problems.map((paths) => majorityAt(paths, n)),
              seed,
            )
          : accuracyAt(problems, n, (sample) => electsRight(rule, sample, settings), { seed }),
      ),
    ),
    discrimination: pooledDiscrimination(problems.map(discrimination)),
  };
}

function pairedWithMajority(hits: readonly number[], majority: readonly number[]) {
  const onlyRule = hits.filter((hit, i) => hit > (majority[i] ?? 0)).length;
  const onlyMajority = hits.filter((hit, i) => hit < (majority[i] ?? 0)).length;
  return { onlyRule, onlyMajority, p: mcnemar(onlyRule, onlyMajority) };
}

function byRule<Figure>(rules: readonly RuleId[], figure: (rule: RuleId, index: number) => Figure): ByRule<Figure> {
  return Object.fromEntries(rules.map((rule, i) => [rule, figure(rule, i)]));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
