/**
 * Writes the embedded model's card from its recorded paths (`paths/*.json.gz`, sampled by record.ts through this project's
 * own engine), so that a new rule is measured in a minute and without a GPU:
 *
 *   node tools/run-ts.mjs tools/tiny-math/card.ts [--out DIR]
 *
 * Writes MODEL_CARD.md and card.json (`Card`) into --out.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { DEFAULT_MODEL } from '../../src/cli/command';
import { dirSource } from '../../src/cli/dir-source';
import { readRecordings, type RecordedProblem, type Recording } from '../../src/cli/recorded-paths';
import { readOptions } from '../../src/cli/usage';
import { recordedDocuments, rulePathsOf, signalFigures } from '../../src/cli/vote-recorded';
import { type JudgedProblem, problemSetFigures } from '../../src/method/problem-set';
import { openModel } from '../../src/model/load';
import { MANIFEST_FILE, parameterCountOf, parseManifest } from '../../src/model/tensors';
import { DEFAULT_RUN_SETTINGS } from '../../src/run/settings';
import { type Card, cardText } from './card-text';

/** The recording that the page's figures come from. */
const MAIN = 'held-out-t1-s1';

const Options = v.object({ out: v.optional(v.string(), DEFAULT_MODEL) });

export async function main(argv: readonly string[]): Promise<number> {
  const { out } = readOptions(argv, Options);
  const recordings = await readRecordings();
  const main = recordings.get(MAIN);
  if (main === undefined) throw new Error(`${MAIN} is not recorded.`);
  await checkWeights(main);
  const source = dirSource(DEFAULT_MODEL);
  const card = cardOf(main, parameterCountOf(await openModel(source)));
  await writeFile(join(out, 'card.json'), `${JSON.stringify(card, null, 1)}\n`);
  await writeFile(join(out, 'MODEL_CARD.md'), cardText(card, recordedDocuments(recordings, 1)));
  return 0;
}

/** A card of other weights would be a false one. */
async function checkWeights({ weights }: Recording): Promise<void> {
  const { records } = parseManifest(await dirSource(DEFAULT_MODEL).read(MANIFEST_FILE));
  if (records.map(({ md5sum }) => md5sum).join() === weights) return;
  throw new Error('These paths were sampled with other weights: record them again (record.ts, pack.ts).');
}

function cardOf({ model, device, temperature, entropyK, problems }: Recording, parameters: number): Card {
  const figuresOf = (rows: readonly RecordedProblem[]) => problemSetFigures(rows.map(judged));
  const families = [...new Set(problems.map(({ family }) => family))];
  return {
    model,
    parameters,
    device,
    settings: { temperature, topK: entropyK, maxTokens: DEFAULT_RUN_SETTINGS.maxTokens },
    all: figuresOf(problems),
    signals: signalFigures(problems, 1),
    families: Object.fromEntries(
      families.map((family) => [family, figuresOf(problems.filter((problem) => problem.family === family))]),
    ),
  };
}

function judged(problem: RecordedProblem): JudgedProblem {
  return rulePathsOf(problem).map((path) => ({
    ...path,
    stability: path.stability ?? null,
    tokens: path.tokens ?? 0,
    correct: path.correct === true,
  }));
}
