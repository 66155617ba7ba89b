import * as v from 'valibot';
import { LORA_TARGETS } from '../model/lora';
import { storedEntries, storedNames, type StoredNames, storedObject } from '../run/setting-schemas';
import type { Evaluation } from './plan';
import { LEARN_SETTINGS, type LearnSettings } from './settings';
import type { LearnCheckpoint, StepReport } from './types';

/** The schema of a saved run of learning, in a folder or in the browser's storage. */

/** JSON has no NaN, the norm of a step that was skipped: it is stored as null. */
const maybeNaN = v.pipe(
  v.union([v.number(), v.nan(), v.null()]),
  v.transform((value) => value ?? NaN),
);

export const LearnSettingsSchema: v.GenericSchema<unknown, LearnSettings> = storedObject(LEARN_SETTINGS, {
  lora: v.object({ rank: v.number(), alpha: v.number(), targets: v.array(v.picklist(LORA_TARGETS)) }),
  ...storedEntries(LEARN_SETTINGS),
});

/** Settings as folders, the browser and `learn --json` hold them. */
export type StoredLearnSettings = StoredNames<typeof LEARN_SETTINGS, LearnSettings>;

export function writeLearnSettings(settings: LearnSettings): StoredLearnSettings {
  return storedNames(LEARN_SETTINGS, settings);
}

export const BaselineSchema: v.GenericSchema<unknown, LearnCheckpoint['baseline']> = v.nullable(
  v.object({ entropy: v.number(), diversity: v.number() }),
);

/** Learning that was saved before labels were counted begins to count anew. */
export const LabelHistorySchema: v.GenericSchema<unknown, LearnCheckpoint['labelHistory']> = v.optional(
  v.record(v.string(), v.object({ visits: v.number(), flips: v.number(), label: v.string() })),
  {},
);

/** A step's figures, whatever else is kept of it. */
export const stepFigures = {
  step: v.number(),
  metrics: v.record(v.string(), v.number()),
  warnings: v.array(
    v.object({
      code: v.picklist(['entropy-collapse', 'diversity-collapse', 'kl-high', 'rate-high', 'step-skipped']),
      value: maybeNaN,
      bound: v.number(),
    }),
  ),
  updated: v.boolean(),
};

/** A group's vote, whatever else is kept of it. */
export const groupFigures = {
  label: v.nullable(v.string()),
  majority: v.nullable(v.string()),
  majorityRatio: v.number(),
  labelIsRight: v.nullable(v.boolean()),
  skipped: v.nullable(v.picklist(['unanimous', 'no-label', 'narrow-margin'])),
  labelFlips: v.optional(v.number(), 0),
  weight: v.optional(v.number(), 1),
};

const LearnProblemSchema = v.object({ id: v.string(), problem: v.string(), gold: v.nullable(v.string()) });

const learnedPath = v.object({
  text: v.string(),
  tokens: v.number(),
  answer: v.nullable(v.string()),
  finish: v.picklist(['stop', 'length']),
  status: v.picklist(['kept', 'gated', 'no-answer']),
  stability: v.nullable(v.number()),
  weight: v.nullable(v.number()),
  reward: v.nullable(v.number()),
  advantage: v.nullable(v.number()),
  kl: v.nullable(v.number()),
});

export const StepReportSchema: v.GenericSchema<unknown, StepReport> = v.object({
  ...stepFigures,
  groups: v.array(v.object({ ...groupFigures, problem: LearnProblemSchema, paths: v.array(learnedPath) })),
});

export const EvaluationSchema: v.GenericSchema<unknown, Evaluation> = v.object({
  set: v.picklist(['train', 'held-out']),
  report: v.object({
    step: v.number(),
    problems: v.array(
      v.object({
        id: v.string(),
        answers: v.array(v.nullable(v.string())),
        right: v.nullable(v.array(v.boolean())),
        majorityIsRight: v.optional(v.nullable(v.boolean())),
      }),
    ),
    pass1: v.nullable(v.number()),
    majority: v.nullable(v.number()),
  }),
});
