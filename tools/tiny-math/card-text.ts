import type { RecordedDocument, SignalFigures } from '../../src/cli/vote-recorded';
import type { ProblemSetFigures } from '../../src/method/problem-set';
import { RULE_IDS, type RuleId } from '../../src/method/rules';
import type { Estimate } from '../../src/method/statistics';

/** card.json: what was measured, for the page to say. */
export interface Card {
  readonly model: string;
  readonly parameters: number;
  /** GPU adapter that sampled. */
  readonly device: string;
  readonly settings: { readonly temperature: number; readonly topK: number; readonly maxTokens: number };
  /** Over all problems. */
  readonly all: ProblemSetFigures;
  /** How well each signal tells a right path from a wrong one, over all problems. */
  readonly signals: Readonly<Record<string, SignalFigures>>;
  /** By problem family. */
  readonly families: Readonly<Record<string, ProblemSetFigures>>;
}

const RULE_NAMES: Record<RuleId, string> = {
  majority: 'majority',
  sasc: 'SASC, z over survivors (as published)',
  'sasc-pool': 'SASC, z over the pool',
  'sasc-soft': 'SASC with weights softened to τ = 4',
  'sasc-length': 'SASC, stability adjusted for length',
  'gate-only': 'gate only',
  'weight-only': 'weights only',
  'deepconf-mean': 'DeepConf, mean confidence',
  'deepconf-tail': 'DeepConf, tail confidence',
  'deepconf-bottom': 'DeepConf, bottom 10 %',
  'deepconf-lowest': 'DeepConf, lowest group',
  cisc: 'CISC, T = 1',
  'self-certainty': 'self-certainty, Borda',
  'sasc-robust': 'SASC, spread of stability floored',
  'log-probability': 'log-probability, SASC’s recipe',
  slip: 'largest slip',
  'likelihood-share': 'likelihood share',
  'cisc-z': 'CISC on z-scores, T = 1',
  oracle: 'oracle',
};

/** MODEL_CARD.md. */
export function cardText(card: Card, recorded: readonly RecordedDocument[]): string {
  const { all, settings } = card;
  return `# ${card.model}

A Qwen2-architecture language model of ${(card.parameters / 1e6).toFixed(2)} million parameters, quantised to 4 bits (q4f16_1). It solves short arithmetic problems of the families below, step by step, and ends in \`\\boxed{}\`. It makes the page work at once, offline and on any GPU. It knows nothing else: any other problem gets a confident wrong answer.

It was trained from scratch on problems made by \`tools/tiny-math/generate.py\`. Some of their worked solutions contain deliberate slips, so that the model errs at random and a vote has something to work on: the accuracy below is partly set by that choice. \`tools/tiny-math/README.md\` says how it was made, and how to repeat that.

## Measured

On the ${all.problems} held-out problems of \`public/problems/tiny-math-heldout.jsonl\`, ${all.paths} paths each at temperature ${settings.temperature}, through this project's own engine (\`tools/tiny-math/record.ts\`; on ${card.device}). Brackets are 95 % bootstrap intervals over problems.

${ruleTable(all)}

${sascSentence(all)} ${discriminationSentence(all)}

Paths without an answer: ${percent(all.noAnswer)}. Mean length of a right path: ${tokens(all.meanTokens.right)} tokens, of a wrong one: ${tokens(all.meanTokens.wrong)}.

## Rules with fewer paths, on other problems, and the signals

\`npm run -s cli -- vote --paths tiny-math\` measures every rule again from the recorded paths. Share of right problems, mean over sets of N paths without replacement; in brackets the lead over the majority on the same sets, in points, with its 95 % interval over problems. *calibration*: problems on which parameters were chosen, not reserved, so that the model may have seen some of them; *fresh*: reserved problems on which nothing was chosen.

${recorded.map(recordedText).join('\n\n')}

## By family

${familyTable(card.families)}

"Steadier" is the within-question discrimination: how often a right path is steadier than a wrong one of the same problem (50 % is chance). The last columns are mean lengths in tokens.

## Held out by construction

A problem's identity is its family, its kind and its numbers, never its wording. The identities whose MD5 ends up in one residue class of ten are reserved: the training stream never yields one, and the held-out set is drawn from them alone.
`;
}

function ruleTable({ passAt1, passAtN, paths, rules, overMajority }: ProblemSetFigures): string {
  const rows = RULE_IDS.filter((rule) => rule in rules).map((rule) => [
    `${RULE_NAMES[rule]} @${paths}`,
    interval(rules[rule]),
    rule === 'majority' ? '' : points(overMajority[rule]),
  ]);
  return markdownTable([
    ['', 'right', 'against majority, in points'],
    ['pass@1', interval(passAt1), ''],
    ...rows,
    [`pass@${paths} (a right path among them)`, interval(passAtN), ''],
  ]);
}

/** Rules of a recording that are worth a line here; `vote` has all. */
const LISTED = /^(majority|sasc|sasc-soft|sasc-robust|slip|likelihood-share|log-probability.*|cisc|cisc-z|deepconf-mean)$/;

function recordedText(recorded: RecordedDocument): string {
  const { set, temperature, seed, problems, paths, passAt1, greedy, softness, at, signals } = recorded;
  const sizes = Object.keys(at);
  const names = Object.keys(at[sizes[0] ?? ''] ?? {}).filter((name) => LISTED.test(name));
  const rules = markdownTable([
    ['rule', ...sizes.map((size) => `N = ${size}`)],
    ...names.map((name) => [
      name,
      ...sizes.map((size) => {
        const one = at[size]?.[name];
        return name === 'majority' ? percent(one?.right.value) : `${percent(one?.right.value)} (${points(one?.overMajority)})`;
      }),
    ]),
  ]);
  const ranks = markdownTable([
    ['signal', 'right path before wrong one', 'P(right) by rank, best first, %'],
    ...Object.entries(signals).map(([name, { discrimination, rightByRank }]) => [
      name,
      interval(discrimination ?? undefined),
      rightByRank.map((share) => (100 * share).toFixed(0)).join(' '),
    ]),
  ]);
  const greedyText = greedy === null ? '' : ` Greedy path ${interval(greedy)}.`;
  const soft = softness === null ? '' : ` Softness of log-probability that these paths suggest, without their answers: ${softness.toFixed(2)}.`;
  return `### ${set}, temperature ${temperature}, seed ${seed}

${problems} problems, ${paths} paths each. One path ${interval(passAt1)}.${greedyText}${soft}

${rules}

${ranks}`;
}

function familyTable(families: Card['families']): string {
  const rows = Object.entries(families).map(([family, figures]) => [
    family,
    String(figures.problems),
    percent(figures.passAt1.value),
    percent(figures.rules.majority?.value),
    percent(figures.rules.sasc?.value),
    percent(figures.rules['sasc-pool']?.value),
    percent(figures.rules['gate-only']?.value),
    figures.discrimination === null ? '–' : percent(figures.discrimination.value),
    tokens(figures.meanTokens.right),
    tokens(figures.meanTokens.wrong),
  ]);
  const head = [
    'family',
    'problems',
    'pass@1',
    'majority',
    'SASC',
    'SASC (pool)',
    'gate only',
    'steadier',
    'right',
    'wrong',
  ];
  return markdownTable([head, ...rows]);
}

function sascSentence({ overMajority }: ProblemSetFigures): string {
  const { sasc } = overMajority;
  if (sasc === undefined) return '';
  if (sasc.high < 0)
    return `**On this model SASC as published is worse than plain majority** (${points(sasc)} points).`;
  if (sasc.low > 0)
    return `**On this model SASC as published is better than plain majority** (${points(sasc)} points).`;
  return `**On this model SASC as published and plain majority cannot be told apart** (${points(sasc)} points).`;
}

function discriminationSentence({ discrimination }: ProblemSetFigures): string {
  if (discrimination === null) return '';
  return `A right path is steadier than a wrong one of the same problem in ${interval(discrimination)} of pairs.`;
}

function markdownTable(rows: readonly (readonly string[])[]): string {
  const lines = rows.map((row) => `| ${row.join(' | ')} |`);
  const rule = `| --- |${' ---: |'.repeat((rows[0]?.length ?? 1) - 1)}`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

function percent(share: number | undefined): string {
  return share === undefined ? '–' : `${(100 * share).toFixed(1)} %`;
}

function interval(estimate: Estimate | undefined): string {
  if (estimate === undefined) return '–';
  const { value, low, high } = estimate;
  return `${percent(value)} [${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`;
}

function points(estimate: Estimate | undefined): string {
  if (estimate === undefined) return '–';
  const { value, low, high } = estimate;
  const signed = (share: number): string => `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(1)}`;
  return `${signed(value)} [${signed(low)}, ${signed(high)}]`;
}

function tokens(mean: number | null): string {
  return mean === null ? '–' : mean.toFixed(1);
}
