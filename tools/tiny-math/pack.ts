/**
 * Reduces what record.ts wrote to the figures that rules and signals need, one row a distinct text:
 *
 *   node tools/run-ts.mjs tools/tiny-math/pack.ts --raw FILE.jsonl --set held-out --seed 1 --out FILE.json.gz
 */
import { writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import * as v from 'valibot';
import { areEquivalent } from '../../src/answers/equivalence';
import { groupAnswers } from '../../src/answers/group';
import { DEFAULT_MODEL } from '../../src/cli/command';
import { dirSource } from '../../src/cli/dir-source';
import type { RecordedProblem, RecordedTexts, Recording } from '../../src/cli/recorded-paths';
import { numeric, readOptions } from '../../src/cli/usage';
import { largestSlip, SIGNAL_IDS, signalOf, surprisalAt, windowOf } from '../../src/method/signals';
import { openModel } from '../../src/model/load';
import { MANIFEST_FILE, parseManifest } from '../../src/model/tensors';
import { fromBase64 } from '../../src/run/formats/base64';
import { type Problem, PROBLEM_SETS, type RawPath, type RawProblem, readProblems, readRaw } from './raw-paths';

const Options = v.object({ raw: v.string(), set: v.picklist(PROBLEM_SETS), seed: v.optional(numeric, '1'), out: v.string() });

/** Recorded at so low a temperature, the likeliest token was drawn at every step. */
const GREEDY_BELOW = 0.01;

export async function main(argv: readonly string[]): Promise<number> {
  const { raw, set, seed, out } = readOptions(argv, Options);
  const source = dirSource(DEFAULT_MODEL);
  const { id, tokenizer } = await openModel(source);
  if (tokenizer === null) throw new Error(`${DEFAULT_MODEL} has no tokenizer.`);
  const pieceOf = (token: number): string => new TextDecoder().decode(tokenizer.piece(token));
  const problems = new Map((await readProblems(set)).map((problem) => [problem.id, problem]));
  const rows = await readRaw(raw);
  const [first] = rows;
  if (first === undefined) throw new Error(`${raw} has no problems.`);
  const { temperature, entropyK } = first.settings;
  const recording: Recording = {
    version: 1,
    model: id,
    weights: parseManifest(await source.read(MANIFEST_FILE))
      .records.map(({ md5sum }) => md5sum)
      .join(),
    device: first.device,
    set,
    temperature: temperature < GREEDY_BELOW ? 0 : temperature,
    seed,
    entropyK,
    problems: rows.flatMap((row) => {
      const problem = problems.get(row.id);
      return problem === undefined ? [] : [packed(row, problem, pieceOf)];
    }),
  };
  // Ids of problems are in rising order, however the recording was interrupted.
  recording.problems.sort((a, b) => a.id.localeCompare(b.id));
  await writeFile(out, gzipSync(JSON.stringify(recording), { level: 9 }));
  return 0;
}

function packed({ paths }: RawProblem, { id, family, answer: gold }: Problem, pieceOf: (token: number) => string): RecordedProblem {
  const texts = [...new Map(paths.map((path) => [path.tokens, path])).values()];
  const groups = groupAnswers(paths.map(({ answer }) => answer)).groupOfPath;
  const figures = texts.map((path) => figuresOf(path));
  const window = windowOf(figures);
  const all = <Value>(value: (path: RawPath) => Value): Value[] => texts.map((path) => value(path));
  const columns = Object.fromEntries(
    SIGNAL_IDS.map((signal) => [signal, figures.map((path) => short(signalOf(path, signal, () => window) ?? null))]),
  ) as Pick<RecordedTexts, (typeof SIGNAL_IDS)[number]>;
  return {
    id,
    family,
    gold,
    paths: paths.map(({ tokens }) => texts.findIndex((text) => text.tokens === tokens)),
    texts: {
      answer: all(({ answer }) => answer),
      group: all((path) => groups[paths.indexOf(path)] ?? null),
      right: all(({ answer }) => (answer !== null && areEquivalent(answer, gold) ? 1 : 0)),
      tokens: figures.map(({ logprob }) => logprob.length),
      // As the engine reported it: the published rule divides by spreads that can be as small as its last digit.
      stability: all(({ stability }) => stability),
      ...columns,
      slipStep: figures.map(({ logprob, likeliest }) => largestSlip(logprob, likeliest).step),
      digitSurprisal: figures.map(({ logprob, ids }) =>
        short(surprisalAt(logprob, (step) => /\d/.test(pieceOf(ids[step] ?? 0)))),
      ),
      answerEntropy: figures.map(({ entropy, ids }) => short(meanInBox(entropy, [...ids].map(pieceOf)))),
    },
  };
}

function figuresOf(path: RawPath) {
  const floats = (text: string): Float32Array => new Float32Array(fromBase64(text).buffer);
  return {
    ids: new Uint32Array(fromBase64(path.tokens).buffer),
    logprob: floats(path.logprob),
    likeliest: floats(path.likeliest),
    entropy: floats(path.entropy),
    confidence: floats(path.confidence),
    meanLogprob: floats(path.meanLogprob),
  };
}

/** Mean entropy over the tokens between the last \boxed{ and its closing brace; null without any. */
function meanInBox(entropy: Float32Array, pieces: readonly string[]): number | null {
  let at = 0;
  const starts = pieces.map((piece) => (at += piece.length) - piece.length);
  const text = pieces.join('');
  const open = text.lastIndexOf('\\boxed{') + '\\boxed{'.length;
  const close = text.indexOf('}', open);
  const inside = [...entropy].filter((_, t) => (starts[t] ?? -1) >= open && (starts[t] ?? -1) < close);
  return inside.length === 0 ? null : inside.reduce((sum, nats) => sum + nats, 0) / inside.length;
}

/** Eight digits: more than the f32 that it was summed from. */
function short(figure: number | null): number | null {
  return figure === null ? null : Number(figure.toPrecision(8));
}
