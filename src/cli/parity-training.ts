import type { BatchEngine } from '../engine/batch-engine';
import { LoraTrainer } from '../engine/train/lora-trainer';
import { DEFAULT_ADAMW, type AdamWOptions, type PathFigures } from '../policy/training';
import { grpoLoss, type LossOutcome, type LossType } from '../method/grpo/loss';
import type { LoraWeights } from '../model/lora';
import { differenceOf, worstOf, type Difference } from './difference';
import type { Expected } from './parity-expected';
import { LOSS_TYPES } from '../method/grpo/loss';

type TrainingQuantity = `loss_${LossType}` | 'logprobs' | 'ref_logprobs' | 'kl' | 'grad_norm' | 'grads' | 'after_adamw';
type Differences = Partial<Record<TrainingQuantity, Difference>>;

/** The parts that a step on the GRPO loss needs. */
type Learning = Expected & { readonly [Part in LearningPart]: NonNullable<Expected[Part]> };
type LearningPart = (typeof LEARNING_PARTS)[number];
const LEARNING_PARTS = ['prompt', 'paths', 'lora', 'old_logprobs', 'advantages', 'beta', 'epsilon', 'losses'] as const;

const silent = (): void => undefined;

/**
 * What the trainer makes of the paths with the engine's adapter: log-probabilities, losses, gradients and one AdamW step,
 * which the engine's adapter has taken afterwards. Nothing where expected.json lacks a part of the loss.
 */
export async function trainingDifferences(
  engine: BatchEngine,
  expected: Expected,
  signal: AbortSignal,
): Promise<Differences> {
  if (engine.adapter === null || !isLearning(expected)) return {};
  const trainer = await LoraTrainer.create(engine.decoder, engine.adapter);
  try {
    return await new TrainingParity(trainer, expected, signal).measure();
  } finally {
    trainer.dispose();
  }
}

function isLearning(expected: Expected): expected is Learning {
  return LEARNING_PARTS.every((part) => expected[part] !== undefined);
}

class TrainingParity {
  readonly #found: Differences = {};

  constructor(
    readonly trainer: LoraTrainer,
    readonly expected: Learning,
    readonly signal: AbortSignal,
  ) {}

  async measure(): Promise<Differences> {
    const { ref_logprobs, logprobs } = this.expected;
    const reference = await this.#figures(false);
    const current = await this.#figures(true);
    if (ref_logprobs) this.#found.ref_logprobs = logprobDifference(reference, ref_logprobs);
    if (logprobs) this.#found.logprobs = logprobDifference(current, logprobs);
    const start = await this.trainer.state();
    const norms: Difference[] = [];
    // dapo comes last: its gradients are the ones that the step is taken on.
    for (const type of [...LOSS_TYPES].reverse()) {
      const loss = this.expected.losses[type];
      if (loss === undefined) continue;
      const outcome = this.#loss(type, current, reference);
      this.#found[`loss_${type}`] = differenceOf([outcome.loss], [loss.loss]);
      if (type === 'dapo' && loss.mean_kl !== undefined) {
        this.#found.kl = differenceOf([outcome.meanKl ?? NaN], [loss.mean_kl]);
      }
      if (loss.grad_norm === undefined) continue;
      this.trainer.restore(start);
      norms.push(differenceOf([await this.#step(type, outcome)], [loss.grad_norm]));
    }
    if (norms.length > 0) this.#found.grad_norm = worstOf(norms);
    return this.#found;
  }

  async #figures(adapter: boolean): Promise<PathFigures[]> {
    return this.trainer.figures(this.#group, { adapter }, silent, this.signal);
  }

  #loss(lossType: LossType, current: readonly PathFigures[], reference: readonly PathFigures[]): LossOutcome {
    const { old_logprobs, advantages, beta, epsilon, losses } = this.expected;
    const paths = current.map(({ logprobs }, i) => ({
      logp: logprobs,
      logpOld: old_logprobs[i] ?? [],
      logpRef: reference[i]?.logprobs ?? [],
      advantage: advantages[i] ?? NaN,
      active: true,
    }));
    const clip = { epsilonLow: epsilon, epsilonHigh: epsilon };
    const maxLength = losses[lossType]?.max_length ?? NaN;
    return grpoLoss(paths, { lossType, importance: 'token', ...clip, beta, maxLength });
  }

  /** One step on a loss's gradients; the gradients' global norm. */
  async #step(type: LossType, { coefficients }: LossOutcome): Promise<number> {
    const { grads, after_adamw } = this.expected;
    const { trainer } = this;
    await trainer.accumulate(
      this.#group,
      coefficients.map((values) => Float32Array.from(values)),
      silent,
      this.signal,
    );
    if (type === 'dapo' && grads) this.#found.grads = tensorDifference(await trainer.gradients(), grads);
    const { gradNorm } = await trainer.step(adamwOf(after_adamw));
    if (type === 'dapo' && after_adamw) {
      const { weights } = await trainer.state();
      this.#found.after_adamw = tensorDifference(weights, after_adamw.tensors);
    }
    return gradNorm;
  }

  get #group() {
    return { promptIds: this.expected.prompt, paths: this.expected.paths };
  }
}

function adamwOf(settings: Expected['after_adamw']): AdamWOptions {
  if (settings === undefined) return { ...DEFAULT_ADAMW, learningRate: 0 };
  const { lr, betas, eps, weight_decay, clip_norm } = settings;
  const [beta1, beta2] = betas;
  return { learningRate: lr, beta1, beta2, eps, weightDecay: weight_decay, maxGradNorm: clip_norm };
}

function logprobDifference(figures: readonly PathFigures[], expected: readonly (readonly number[])[]): Difference {
  return differenceOf(
    figures.flatMap(({ logprobs }) => [...logprobs]),
    expected.flat(),
  );
}

/** The worst tensor, of all that are expected; their names are "0.q_proj.A". */
function tensorDifference({ tensors }: LoraWeights, expected: Readonly<Record<string, readonly number[]>>): Difference {
  const computed = new Map<string, Float32Array>(
    tensors.map(({ layer, target, part, values }) => [`${layer}.${target}_proj.${part}`, values] as const),
  );
  return worstOf(Object.entries(expected).map(([name, values]) => differenceOf(computed.get(name) ?? [], values)));
}
