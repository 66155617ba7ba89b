import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import * as v from 'valibot';

/** Recorded paths of tiny-math, one file a set of problems, temperature and seed. tools/tiny-math/pack.ts writes them. */
const FOLDER = fileURLToPath(new URL('../../tools/tiny-math/paths', import.meta.url));

const ENDING = '.json.gz';

/** What `vote --paths` calls them. */
export const RECORDED_NAME = 'tiny-math';

const figures = v.array(v.nullable(v.number()));

/** A column a figure; row t is the t-th distinct text of the problem. In nats, as docs/METHOD.md#signals has them. */
const TextsSchema = v.object({
  answer: v.array(v.nullable(v.string())),
  /** The same number for equivalent answers; null: no answer. */
  group: figures,
  right: v.array(v.picklist([0, 1])),
  /** Generated tokens, the end token included. */
  tokens: v.array(v.number()),
  stability: figures,
  pathLogprob: figures,
  tokenLogprob: figures,
  slip: figures,
  /** Step of the largest slip. */
  slipStep: figures,
  /** −Σ ln p at tokens that hold a digit. */
  digitSurprisal: figures,
  meanConfidence: figures,
  tailConfidence: figures,
  bottomConfidence: figures,
  lowestConfidence: figures,
  selfCertainty: figures,
  /** Mean top-K entropy at the tokens inside the box. */
  answerEntropy: figures,
});
export type RecordedTexts = v.InferOutput<typeof TextsSchema>;

const RecordingSchema = v.object({
  version: v.literal(1),
  model: v.string(),
  /** MD5 of the weights. */
  weights: v.string(),
  /** GPU adapter that sampled. */
  device: v.string(),
  set: v.string(),
  /** 0: greedy, one path a problem. */
  temperature: v.number(),
  seed: v.number(),
  entropyK: v.number(),
  problems: v.array(
    v.object({
      id: v.string(),
      family: v.string(),
      gold: v.string(),
      /** Of each path, in the order sampled: its row in `texts`. Paths of one text have the same figures, to the last bit. */
      paths: v.array(v.number()),
      texts: TextsSchema,
    }),
  ),
});
/** The paths of a problem set as they were sampled, reduced to what rules and signals need. */
export type Recording = v.InferOutput<typeof RecordingSchema>;
export type RecordedProblem = Recording['problems'][number];

/** All recordings, by name: set, temperature, seed. Rejects where a file is damaged. */
export async function readRecordings(folder = FOLDER): Promise<ReadonlyMap<string, Recording>> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(ENDING)).sort();
  const read = files.map(async (file): Promise<[string, Recording]> => {
    const bytes = gunzipSync(await readFile(`${folder}/${file}`));
    return [file.slice(0, -ENDING.length), v.parse(RecordingSchema, JSON.parse(bytes.toString('utf8')))];
  });
  return new Map(await Promise.all(read));
}
