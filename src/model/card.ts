import * as v from 'valibot';
import { RULE_IDS } from '../method/rules';
import { readIfThere } from './read-if-there';
import type { ModelSource } from './types';

/** A model folder's file that says what was measured of the model. */
export const CARD_FILE = 'card.json';

const estimateSchema = v.object({ value: v.number(), low: v.number(), high: v.number() });

/** Of one signal. */
const signalSchema = v.object({
  /** Share of pairs of a right and a wrong path of one problem in which the right one has the better signal; null: no pairs. */
  discrimination: v.nullable(estimateSchema),
  /** P(right) of the path with the best signal, the second best … */
  rightByRank: v.array(estimateSchema),
});

/**
 * What the page and the command line need of `card.json`: shares of held-out problems, 0 … 1, with 95 % intervals. A card
 * that was written before signals were measured has none.
 */
const fileSchema = v.object({
  all: v.object({
    problems: v.number(),
    paths: v.number(),
    passAt1: estimateSchema,
    rules: v.record(v.picklist(RULE_IDS), estimateSchema),
    overMajority: v.record(v.picklist(RULE_IDS), estimateSchema),
  }),
  signals: v.optional(v.record(v.string(), signalSchema), {}),
});

/** A card as it is read: one object of facts. */
export const cardSchema = v.pipe(
  fileSchema,
  v.transform(({ all, signals }) => ({ ...all, signals })),
);

/** What was measured of a model on problems that it was not trained on. */
export type MeasuredFacts = v.InferOutput<typeof cardSchema>;

/** Facts as a card holds them. */
export function cardOf({ signals, ...all }: MeasuredFacts): unknown {
  return { all, signals };
}

/** What a model's card says; null where there is no card, or none of this layout: the model works without. */
export async function readCard(source: ModelSource): Promise<MeasuredFacts | null> {
  const bytes = await readIfThere(source, CARD_FILE);
  if (bytes === null) return null;
  try {
    return v.parse(cardSchema, JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return null;
  }
}
