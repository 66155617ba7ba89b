import * as v from 'valibot';
import { areEquivalent, POLICIES, type Policy } from '../answers/equivalence';
import { extractAnswer } from '../answers/read/extract';
import type { CommandContext } from './command';
import { readJsonLines } from './json-lines';
import { readOptions } from './usage';

const AnswersOptions = v.object({
  cases: v.string(),
  policy: v.optional(v.picklist(POLICIES), 'lenient'),
  extract: v.optional(v.boolean(), false),
  json: v.optional(v.boolean(), false),
});

const PairSchema = v.object({ gold: v.string(), pred: v.string(), equal: v.boolean() });
type Pair = v.InferOutput<typeof PairSchema>;
const ExtractionSchema = v.object({ text: v.string(), extracted: v.nullable(v.string()) });
type Extraction = v.InferOutput<typeof ExtractionSchema>;

/** `answers`: how often the answer checker, or with --extract the extraction, agrees with labelled cases. */
export async function answers(argv: readonly string[], context: CommandContext): Promise<number> {
  const options = readOptions(argv, AnswersOptions);
  const document = options.extract
    ? extractionDocument(await readJsonLines(options.cases, ExtractionSchema))
    : pairsDocument(await readJsonLines(options.cases, PairSchema), options.policy);
  context.print(JSON.stringify(document, null, options.json ? undefined : 1));
  return 0;
}

function pairsDocument(pairs: readonly Pair[], policy: Policy) {
  const judged = pairs.map((pair) => {
    const startMs = performance.now();
    const found = areEquivalent(pair.gold, pair.pred, { policy });
    return { pair, found, elapsedMs: performance.now() - startMs };
  });
  const tally = (equal: boolean) => {
    const those = judged.filter(({ pair }) => pair.equal === equal);
    return { n: those.length, right: those.filter(({ found }) => found === equal).length };
  };
  const elapsedMs = judged.map((case_) => case_.elapsedMs).sort((a, b) => a - b);
  const at = (quantile: number) => elapsedMs[Math.ceil(quantile * elapsedMs.length) - 1] ?? null;
  return {
    cases: pairs.length,
    equal: tally(true),
    unequal: tally(false),
    misses: judged.filter(({ pair, found }) => pair.equal !== found).map(({ pair }) => pair),
    msPerPair: { median: at(0.5), p99: at(0.99), max: at(1) },
  };
}

function extractionDocument(cases: readonly Extraction[]) {
  const judged = cases.map((case_) => ({
    ...case_,
    found: extractAnswer(case_.text, { fallback: 'last-number', finished: true }),
  }));
  const misses = judged.filter(({ extracted, found }) => !sameAnswer(extracted, found));
  return { cases: cases.length, right: cases.length - misses.length, misses };
}

function sameAnswer(a: string | null, b: string | null): boolean {
  return a === null || b === null ? a === b : areEquivalent(a, b, { policy: 'strict' });
}
