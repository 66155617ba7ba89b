import * as v from 'valibot';
import { RULE_IDS } from '../method/rules';
import { readIfThere } from './read-if-there';
import type { ModelSource } from './types';

/** A model folder's file that says what was measured of the model. */
export const CARD_FILE = 'card.json';

const estimateSchema = v.object({ value: v.number(), low: v.number(), high: v.number() });

/** What the page and the command line need of `card.json`: shares of held-out problems, 0 … 1, with 95 % intervals. */
export const cardSchema = v.object({
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

/** What a model's card says; null where there is no card, or none of this layout: the model works without. */
export async function readCard(source: ModelSource): Promise<MeasuredFacts | null> {
  const bytes = await readIfThere(source, CARD_FILE);
  if (bytes === null) return null;
  try {
    return v.parse(cardSchema, JSON.parse(new TextDecoder().decode(bytes))).all;
  } catch {
    return null;
  }
}
