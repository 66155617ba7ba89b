import * as v from 'valibot';
import { LOSS_TYPES } from '../method/grpo/loss';

export const EXPECTED_FILE = 'expected.json';

const ids = v.array(v.pipe(v.number(), v.integer(), v.minValue(0)));
const numbers = v.array(v.number());

const LossSchema = v.object({
  loss: v.number(),
  mean_kl: v.optional(v.number()),
  grad_norm: v.optional(v.number()),
  max_length: v.optional(v.number(), 0),
});

/** expected.json; all parts are optional. tests/fixtures/golden/README.md tells what each means. */
export const ExpectedSchema = v.object({
  prompt: v.optional(ids),
  paths: v.optional(v.array(ids)),
  lora: v.optional(
    v.object({
      rank: v.number(),
      alpha: v.number(),
      tensors: v.record(v.string(), v.object({ shape: numbers, data: numbers })),
    }),
  ),
  path0: v.optional(
    v.object({
      base_logits: v.optional(numbers),
      entropy_top20_base: v.optional(numbers),
      adapted_logits: v.optional(numbers),
      entropy_top20_adapted: v.optional(numbers),
    }),
  ),
  ref_logprobs: v.optional(v.array(numbers)),
  logprobs: v.optional(v.array(numbers)),
  old_logprobs: v.optional(v.array(numbers)),
  advantages: v.optional(numbers),
  beta: v.optional(v.number()),
  epsilon: v.optional(v.number()),
  losses: v.optional(v.object(v.entriesFromList(LOSS_TYPES, v.optional(LossSchema)))),
  grads: v.optional(v.record(v.string(), numbers)),
  after_adamw: v.optional(
    v.object({
      lr: v.number(),
      betas: v.tuple([v.number(), v.number()]),
      eps: v.number(),
      weight_decay: v.number(),
      clip_norm: v.number(),
      tensors: v.record(v.string(), numbers),
    }),
  ),
  cases: v.optional(v.array(v.object({ ids, rows: ids, file: v.string(), offset: v.optional(v.number(), 0) }))),
});

export type Expected = v.InferOutput<typeof ExpectedSchema>;
