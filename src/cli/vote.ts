import * as v from 'valibot';
import { DEFAULT_RULE_SETTINGS, RULE_IDS } from '../method/rules';
import { MIN_SOFTNESS } from '../method/weights';
import type { Settings } from '../run/setting';
import { VOTE_SETTINGS } from '../run/settings';
import type { CommandContext } from './command';
import { badLines, streamJsonLines } from './json-lines';
import { readRecordings, RECORDED_NAME } from './recorded-paths';
import { aliasesOf, checkedSettings, settingOptions } from './setting-options';
import { textTable } from './table';
import { numeric, readOptions } from './usage';
import { recordedDocuments, recordedTables } from './vote-recorded';
import { Votes, type VoteDocument, type VoteLine } from './vote-document';

/** What the rules take. */
export const RULE_SETTINGS = {
  softness: {
    ...VOTE_SETTINGS.softness,
    default: DEFAULT_RULE_SETTINGS.softness,
    about: `of \`sasc-soft\`: w = e^(−z/τ), at least ${MIN_SOFTNESS}`,
  },
  likelihoodSoftness: {
    kind: 'real',
    flag: 'likelihood-softness',
    unit: 'τ',
    min: MIN_SOFTNESS,
    isInfinityAllowed: true,
    default: DEFAULT_RULE_SETTINGS.likelihoodSoftness,
    about: `of \`log-probability\`: w = e^(z/τ), at least ${MIN_SOFTNESS}`,
  },
  spreadFloor: {
    kind: 'real',
    flag: 'spread-floor',
    unit: 'NATS',
    min: 0,
    default: DEFAULT_RULE_SETTINGS.spreadFloor,
    about: 'of `sasc-robust`: no spread counts as less, 0 or more',
  },
  ciscTemperature: {
    kind: 'real',
    flag: 'cisc-temperature',
    unit: 'T',
    above: 0,
    default: DEFAULT_RULE_SETTINGS.ciscTemperature,
    about: 'of `cisc` and `cisc-z`, above 0',
  },
} as const satisfies Settings;

const VoteOptionsSchema = v.object({
  paths: v.string(),
  rule: v.optional(v.picklist(RULE_IDS)),
  seed: v.optional(v.pipe(numeric, v.integer()), '1'),
  ...settingOptions(RULE_SETTINGS),
  'skip-bad': v.optional(v.boolean(), false),
  json: v.optional(v.boolean(), false),
});

const numbers = v.array(v.pipe(v.number(), v.finite()));
const text = v.pipe(v.union([v.string(), v.number()], 'Expected a text or a number.'), v.transform(String));

const LineSchema = v.pipe(
  v.object({
    id: text,
    gold: v.optional(v.nullable(text), null),
    responses: v.pipe(v.array(v.string()), v.minLength(1, 'There are no responses.')),
    stability: v.optional(v.array(v.nullable(v.pipe(v.number(), v.finite(), v.minValue(0))))),
    tokens: v.optional(v.array(v.pipe(v.number(), v.integer(), v.minValue(0)))),
    confidence: v.optional(v.array(numbers)),
    logprob: v.optional(v.array(numbers)),
    likeliest: v.optional(v.array(numbers)),
    meanLogprob: v.optional(v.array(numbers)),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { responses, stability, tokens, confidence, logprob, likeliest, meanLogprob } = dataset.value;
    for (const [name, list] of Object.entries({ stability, tokens, confidence, logprob, likeliest, meanLogprob })) {
      if (list === undefined || list.length === responses.length) continue;
      addIssue({ message: `"${name}" has ${list.length} entries for ${responses.length} responses.` });
    }
  }),
) satisfies v.GenericSchema<unknown, VoteLine>;

/** `vote`: extraction, groups and every rule that the data allow, on paths that anything has sampled. */
export async function vote(argv: readonly string[], context: CommandContext): Promise<number> {
  const options = readOptions(argv, VoteOptionsSchema, aliasesOf(RULE_SETTINGS));
  if (options.paths === RECORDED_NAME) return voteRecorded(options, context);
  const settings = checkedSettings(RULE_SETTINGS, options);
  const { skipped, onBadLine } = badLines(context, options['skip-bad']);
  const votes = new Votes(settings);
  for await (const line of streamJsonLines(options.paths, LineSchema, { onBadLine, context })) votes.add(line);
  const document = { ...votes.document(options.seed), ...(skipped.count === 0 ? {} : { skipped: skipped.count }) };
  context.print(options.json ? JSON.stringify(document) : voteTables(document));
  return 0;
}

/** `vote --paths tiny-math`: every rule on the recorded paths of the embedded model. */
async function voteRecorded(
  options: v.InferOutput<typeof VoteOptionsSchema>,
  context: CommandContext,
): Promise<number> {
  const documents = recordedDocuments(await readRecordings(), options.seed, options.rule);
  context.print(options.json ? JSON.stringify(documents) : documents.map(recordedTables).join('\n\n\n'));
  return 0;
}

function voteTables({ problems, accuracy, statistics }: VoteDocument): string {
  const rules = RULE_IDS.filter((rule) => problems.some((problem) => rule in problem.rules));
  const elections = textTable([
    ['problem', 'paths', ...rules],
    ...problems.map((problem) => [
      problem.id,
      String(problem.answers.length),
      ...rules.map((rule) => problem.rules[rule]?.answer ?? '–'),
    ]),
  ]);
  if (accuracy === undefined || statistics === undefined) return elections;
  const rates = textTable([
    [`right of ${statistics.problems}`, '%', '95 % interval', 'p against majority'],
    ...RULE_IDS.filter((rule) => rule in accuracy).map((rule) => {
      const interval = statistics.intervals[rule];
      return [
        rule,
        percent(accuracy[rule]),
        `${percent(interval?.low)} to ${percent(interval?.high)}`,
        statistics.mcnemar[rule]?.p.toFixed(4) ?? '',
      ];
    }),
  ]);
  return `${elections}\n\n${rates}`;
}

function percent(share: number | undefined): string {
  return share === undefined ? '–' : (100 * share).toFixed(1);
}
