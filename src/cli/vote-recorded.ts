import {
  compareRules,
  discriminationOf,
  rightByRank,
  rightByRankEstimates,
  type Compared,
  type Entrant,
  type Ranked,
} from '../method/rule-comparison';
import { RULE_IDS, type RuleId, type RulePath } from '../method/rules';
import { isLessBetter, SIGNAL_IDS, type SignalId } from '../method/signals';
import { agreement, softnessOf } from '../method/softness';
import { meanEstimate, type Estimate } from '../method/statistics';
import type { RecordedProblem, RecordedTexts, Recording } from './recorded-paths';
import { pointsText, textTable } from './table';

/** Numbers of paths that rules are compared at, where so many were recorded. */
const SIZES = [4, 8, 16];

/** Figures that paths are ranked by. */
const RANKED = [
  'stability',
  'pathLogprob',
  'tokenLogprob',
  'slip',
  'digitSurprisal',
  'meanConfidence',
  'lowestConfidence',
  'selfCertainty',
  'answerEntropy',
] as const satisfies readonly (keyof RecordedTexts)[];
type RankedFigure = (typeof RANKED)[number];

/** Of one recording, what `vote --paths tiny-math --json` prints; docs/CLI.md is its contract. */
export interface RecordedDocument {
  readonly set: string;
  readonly temperature: number;
  readonly seed: number;
  readonly device: string;
  readonly problems: number;
  readonly paths: number;
  readonly passAt1: Estimate;
  /** The path that takes the likeliest token at every step, where it was recorded for all of these problems. */
  readonly greedy: Estimate | null;
  /** Softness of log-probability, estimated from these paths without their answers. */
  readonly softness: number | null;
  /** By N, then by rule. */
  readonly at: Readonly<Record<string, Readonly<Record<string, Compared>>>>;
  readonly signals: Readonly<
    Record<string, { readonly discrimination: Estimate | null; readonly rightByRank: readonly number[] }>
  >;
}

/** Whose label-free softness is tried on all recordings. */
const CALIBRATION = 'calibration-t1-s1';

/**
 * What `vote --paths tiny-math` says, one document a recording that is not greedy.
 * @param only a rule to be compared with the majority alone; undefined: all
 */
export function recordedDocuments(
  recordings: ReadonlyMap<string, Recording>,
  seed: number,
  only?: RuleId,
): RecordedDocument[] {
  const calibration = recordings.get(CALIBRATION);
  const entrants = entrantsFor(calibration === undefined ? null : softnessIn(calibration)).filter(
    ({ rule }) => only === undefined || rule === 'majority' || rule === only,
  );
  const all = [...recordings.values()];
  const greedyOf = (set: string) => all.find((one) => one.set === set && one.temperature === 0);
  return all
    .filter(({ temperature }) => temperature > 0)
    .map((recording) => recordedDocument(recording, greedyOf(recording.set), entrants, seed));
}

/** Every rule as it comes, and log-probability sharper too. */
function entrantsFor(softness: number | null): Entrant[] {
  const sharper = (likelihoodSoftness: number): Entrant => ({
    name: `log-probability τ = ${likelihoodSoftness.toFixed(2)}`,
    rule: 'log-probability',
    settings: { likelihoodSoftness },
  });
  return [
    ...RULE_IDS.map((rule): Entrant => ({ name: rule, rule })),
    sharper(1),
    ...(softness === null ? [] : [sharper(softness)]),
  ];
}

/** The label-free softness of a recording's log-probabilities. docs/METHOD.md#softness */
function softnessIn(recording: Recording): number {
  const all = recording.problems.map((problem) =>
    agreement(rulePathsOf(problem).map(({ group, signals }) => ({ group, signal: signals?.pathLogprob ?? -Infinity }))),
  );
  return softnessOf({
    above: all.reduce((sum, { above }) => sum + above, 0),
    pairs: all.reduce((sum, { pairs }) => sum + pairs, 0),
  });
}

function recordedDocument(
  recording: Recording,
  greedy: Recording | undefined,
  entrants: readonly Entrant[],
  seed: number,
): RecordedDocument {
  const { set, temperature, device, problems } = recording;
  const paths = problems.map(rulePathsOf);
  const most = Math.min(...paths.map(({ length }) => length));
  const softness = softnessIn(recording);
  return {
    set,
    temperature,
    seed: recording.seed,
    device,
    problems: problems.length,
    paths: most,
    passAt1: meanEstimate(
      paths.map((own) => own.filter(({ correct }) => correct).length / own.length),
      seed,
    ),
    greedy: greedyOf(problems, greedy, seed),
    softness: Number.isFinite(softness) ? softness : null,
    at: Object.fromEntries(
      SIZES.filter((size) => size <= most).map((size) => [String(size), compareRules(paths, entrants, size, { seed })]),
    ),
    signals: bySignal(problems, (ranked) => ({
      discrimination: discriminationOf(ranked, seed),
      rightByRank: rightByRank(ranked),
    })),
  };
}

/** How well one signal tells right from wrong, as a model card holds it. */
export interface SignalFigures {
  readonly discrimination: Estimate | null;
  /** P(right) of the path with the best figure, the second best … */
  readonly rightByRank: readonly Estimate[];
}

/** The figures of every signal that paths are ranked by, by its name. */
export function signalFigures(
  problems: readonly RecordedProblem[],
  seed: number,
): Readonly<Record<string, SignalFigures>> {
  return bySignal(problems, (ranked) => ({
    discrimination: discriminationOf(ranked, seed),
    rightByRank: rightByRankEstimates(ranked, seed),
  }));
}

/** @param figuresOf of the problems' paths, ranked by one signal */
function bySignal<Figures>(
  problems: readonly RecordedProblem[],
  figuresOf: (ranked: readonly (readonly Ranked[])[]) => Figures,
): Readonly<Record<string, Figures>> {
  const entries = RANKED.map((figure): [string, Figures] => [
    figure,
    figuresOf(problems.map((problem) => rankedBy(problem, figure))),
  ]);
  return Object.fromEntries(entries);
}

/** The recorded paths as rules see them. */
export function rulePathsOf({ paths, texts }: RecordedProblem): RulePath[] {
  return paths.map((row) => ({
    group: texts.group[row] ?? null,
    stability: texts.stability[row],
    tokens: texts.tokens[row],
    text: row,
    correct: texts.right[row] === 1,
    signals: Object.fromEntries(SIGNAL_IDS.map((id): [SignalId, number | null] => [id, texts[id][row] ?? null])),
  }));
}

function greedyOf(problems: readonly RecordedProblem[], greedy: Recording | undefined, seed: number): Estimate | null {
  const byId = new Map(greedy?.problems.map(({ id, paths, texts }) => [id, texts.right[paths[0] ?? 0]]));
  const hits = problems.flatMap(({ id }) => byId.get(id) ?? []);
  return hits.length < problems.length ? null : meanEstimate(hits, seed);
}

function rankedBy({ paths, texts }: RecordedProblem, figure: RankedFigure): Ranked[] {
  const sign = isLessBetter(figure) ? 1 : -1;
  return paths.flatMap((row) => {
    const value = texts[figure][row] ?? null;
    return value === null || texts.group[row] === null
      ? []
      : [{ figure: sign * value, correct: texts.right[row] === 1 }];
  });
}

/** What `vote --paths tiny-math` prints without --json. */
export function recordedTables(document: RecordedDocument): string {
  const { set, temperature, seed, device, problems, paths, passAt1, greedy, softness, at, signals } = document;
  const head =
    `${set}, temperature ${temperature}, seed ${seed}: ${problems} problems × ${paths} paths on ${device}\n` +
    `one path ${estimate(passAt1)}   greedy path ${greedy === null ? 'not recorded' : estimate(greedy)}` +
    `   softness without labels ${softness === null ? 'none' : softness.toFixed(2)}`;
  const sizes = Object.keys(at);
  const names = Object.keys(at[sizes[0] ?? ''] ?? {});
  const rules = textTable([
    ['right of all problems, %', ...sizes.flatMap((size) => [`N = ${size}`, 'over majority', 'won:lost', 'p'])],
    ...names.map((name) => [
      name,
      ...sizes.flatMap((size) => {
        const one = at[size]?.[name];
        if (one === undefined) return ['', '', '', ''];
        const { right, overMajority, mcnemar } = one;
        const isMajority = name === 'majority';
        return [
          percent(right.value),
          isMajority ? '' : pointsText(overMajority),
          isMajority ? '' : `${mcnemar.onlyRule}:${mcnemar.onlyMajority}`,
          isMajority ? '' : mcnemar.p.toFixed(4),
        ];
      }),
    ]),
  ]);
  const ranks = textTable([
    ['right path before wrong one, %', '', 'P(right) by rank, best first, %'],
    ...Object.entries(signals).map(([name, { discrimination, rightByRank: ranked }]) => [
      name,
      discrimination === null ? '–' : estimate(discrimination),
      ranked.map((share) => (100 * share).toFixed(0)).join(' '),
    ]),
  ]);
  return `${head}\n\n${rules}\n\n${ranks}`;
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}

function estimate({ value, low, high }: Estimate): string {
  return `${percent(value)} [${percent(low)}, ${percent(high)}]`;
}
