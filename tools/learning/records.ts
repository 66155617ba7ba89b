import * as v from 'valibot';
import type { LearnDocument } from '../../src/cli/learn-document';

/** What is recorded of a run: every evaluation problem by problem, and a few figures for each step. */
export const RecordSchema = v.object({
  run: v.string(),
  rule: v.string(),
  seed: v.number(),
  /** Arguments after `learn`. */
  argv: v.array(v.string()),
  device: v.string(),
  /** Paths a problem in the evaluations. */
  paths: v.number(),
  evaluations: v.array(
    v.object({
      set: v.picklist(['train', 'held-out']),
      step: v.number(),
      majority: v.nullable(v.number()),
      /** Right paths of each problem, by its id. */
      right: v.record(v.string(), v.number()),
    }),
  ),
  steps: v.array(v.record(v.string(), v.number())),
});
export type RunRecord = v.InferOutput<typeof RecordSchema>;

const STEP_FIGURES = [
  'label_accuracy',
  'reward_accuracy',
  'majority_ratio',
  'ground_truth_ratio',
  'frac_reward_zero_std',
  'entropy',
  'grad_norm',
  'completions/mean_length',
  'step_time',
];

/** RangeError for an evaluation of a problem without gold answer. */
export function recordOf(
  { run, rule, seed, argv }: Pick<RunRecord, 'run' | 'rule' | 'seed'> & { readonly argv: readonly string[] },
  { device, eval: evaluated, steps }: LearnDocument,
): RunRecord {
  const evaluations = evaluated.all.map(({ set, report: { step, majority, problems } }) => {
    const right = problems.map(({ id, right: own }): [string, number] => {
      if (own === null) throw new RangeError(`The problem ${id} has no gold answer.`);
      return [id, own.filter(Boolean).length];
    });
    return { set, step, majority, right: Object.fromEntries(right) };
  });
  const figures = steps.map(({ metrics }) =>
    Object.fromEntries(
      STEP_FIGURES.flatMap((name) => {
        const value = metrics[name];
        return value === undefined ? [] : [[name, Number(value.toPrecision(5))]];
      }),
    ),
  );
  return { run, rule, seed, argv: [...argv], device, paths: evaluated.paths, evaluations, steps: figures };
}
