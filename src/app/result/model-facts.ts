import * as v from 'valibot';
import { asker } from '../../net/ask';
import { CARD_FILE, cardSchema, type MeasuredFacts } from '../../model/card';

const familySchema = v.object({
  id: v.string(),
  title: v.string(),
  example: v.string(),
  answer: v.string(),
  skeletons: v.array(v.string()),
});

/** A kind of problem that a model was trained on. */
export type ProblemFamily = v.InferOutput<typeof familySchema>;

export type { MeasuredFacts } from '../../model/card';

/** What was measured of a model without adapter. */
export interface MeasuredModel {
  readonly id: string;
  readonly facts: MeasuredFacts;
}

/** What a model's folder says about the model besides its weights; each part may be missing. */
export interface ModelFacts {
  readonly families: readonly ProblemFamily[];
  readonly measured: MeasuredFacts | null;
}

/** Reads a model folder's `families.json` and `card.json`. The page works without them: no file, no facts. */
export async function readModelFacts(modelUrl: string): Promise<ModelFacts> {
  const [families, card] = await Promise.all([
    readJson(modelUrl, 'families.json', v.array(familySchema)),
    readJson(modelUrl, CARD_FILE, cardSchema),
  ]);
  return { families: families ?? [], measured: card };
}

async function readJson<T>(modelUrl: string, file: string, schema: v.GenericSchema<unknown, T>): Promise<T | null> {
  try {
    const response = await asker([modelUrl])(new URL(file, modelUrl));
    if (!response.ok) return null;
    const parsed = v.safeParse(schema, await response.json());
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}
