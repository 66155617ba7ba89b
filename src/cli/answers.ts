import * as v from 'valibot';
import { areEquivalent, POLICIES, type Policy } from '../answers/equivalence';
import { extractAnswer } from '../answers/read/extract';
import type { CommandContext } from './command';
import { badLines, streamJsonLines } from './json-lines';
import { readOptions } from './usage';

const AnswersOptions = v.object({
  cases: v.string(),
  policy: v.optional(v.picklist(POLICIES), 'lenient'),
  extract: v.optional(v.boolean(), false),
  'skip-bad': v.optional(v.boolean(), false),
  json: v.optional(v.boolean(), false),
});

const PairSchema = v.object({ gold: v.string(), pred: v.string(), equal: v.boolean() });
type Pair = v.InferOutput<typeof PairSchema>;
const ExtractionSchema = v.object({ text: v.string(), extracted: v.nullable(v.string()) });
type Extraction = v.InferOutput<typeof ExtractionSchema>;

/** `answers`: how often the answer checker, or with --extract the extraction, agrees with labelled cases. */
export async function answers(argv: readonly string[], context: CommandContext): Promise<number> {
  const options = readOptions(argv, AnswersOptions);
  const { skipped, onBadLine } = badLines(context, options['skip-bad']);
  const stream = { onBadLine, context };
  const document = options.extract
    ? await extractionDocument(streamJsonLines(options.cases, ExtractionSchema, stream))
    : await pairsDocument(streamJsonLines(options.cases, PairSchema, stream), options.policy);
  const complete = skipped.count === 0 ? document : { ...document, skipped: skipped.count };
  context.print(JSON.stringify(complete, null, options.json ? undefined : 1));
  return 0;
}

async function pairsDocument(pairs: AsyncIterable<Pair>, policy: Policy) {
  const equal = { n: 0, right: 0 };
  const unequal = { n: 0, right: 0 };
  const misses: Pair[] = [];
  const failures: (Pair & { error: string })[] = [];
  const elapsedMs: number[] = [];
  for await (const pair of pairs) {
    const startMs = performance.now();
    const found = areEquivalent(pair.gold, pair.pred, { policy }, (error) => {
      failures.push({ ...pair, error: error instanceof Error ? error.message : String(error) });
    });
    elapsedMs.push(performance.now() - startMs);
    const tally = pair.equal ? equal : unequal;
    tally.n++;
    if (found === pair.equal) tally.right++;
    else misses.push(pair);
  }
  elapsedMs.sort((a, b) => a - b);
  const at = (quantile: number) => elapsedMs[Math.ceil(quantile * elapsedMs.length) - 1] ?? null;
  return {
    cases: equal.n + unequal.n,
    equal,
    unequal,
    misses,
    ...(failures.length > 0 ? { failures } : {}),
    msPerPair: { median: at(0.5), p99: at(0.99), max: at(1) },
  };
}

async function extractionDocument(cases: AsyncIterable<Extraction>) {
  const misses: (Extraction & { found: string | null })[] = [];
  let count = 0;
  for await (const case_ of cases) {
    count++;
    const found = extractAnswer(case_.text, { fallback: 'last-number', finished: true });
    if (!sameAnswer(case_.extracted, found)) misses.push({ ...case_, found });
  }
  return { cases: count, right: count - misses.length, misses };
}

function sameAnswer(a: string | null, b: string | null): boolean {
  return a === null || b === null ? a === b : areEquivalent(a, b, { policy: 'strict' });
}
