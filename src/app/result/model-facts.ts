import * as v from 'valibot';
import { RULE_IDS } from '../../method/rules';

export const familySchema = v.object({
  id: v.string(),
  title: v.string(),
  example: v.string(),
  answer: v.string(),
  skeletons: v.array(v.string()),
});

/** A kind of problem that a model was trained on. */
export type ProblemFamily = v.InferOutput<typeof familySchema>;

const estimateSchema = v.object({ value: v.number(), low: v.number(), high: v.number() });

/** The part of `card.json` that the page tells: shares of held-out problems, 0 … 1, with 95 % intervals. */
const cardSchema = v.object({
  all: v.object({
    problems: v.number(),
    paths: v.number(),
    passAt1: estimateSchema,
    rules: v.record(v.picklist(RULE_IDS), estimateSchema),
    overMajority: v.record(v.picklist(RULE_IDS), estimateSchema),
  }),
});

/** What was measured of a model on problems that it was not trained on. */
export type MeasuredFacts = v.InferOutput<typeof cardSchema>['all'];

/** What a model's folder says about the model besides its weights; each part may be missing. */
export interface ModelFacts {
  readonly families: readonly ProblemFamily[];
  readonly measured: MeasuredFacts | null;
}

/** Reads a model folder's `families.json` and `card.json`. The page works without them: no file, no facts. */
export async function readModelFacts(modelUrl: string): Promise<ModelFacts> {
  const [families, card] = await Promise.all([
    readJson(modelUrl, 'families.json', v.array(familySchema)),
    readJson(modelUrl, 'card.json', cardSchema),
  ]);
  return { families: families ?? [], measured: card?.all ?? null };
}

async function readJson<T>(modelUrl: string, file: string, schema: v.GenericSchema<unknown, T>): Promise<T | null> {
  try {
    const response = await fetch(new URL(file, modelUrl));
    if (!response.ok) return null;
    const parsed = v.safeParse(schema, await response.json());
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}
