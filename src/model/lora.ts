/** A LoRA adapter as numbers on the CPU. Names and shapes are PEFT's; the GPU's side is engine/lora. */
import type { ModelConfig } from './types';

/** The projections that an adapter may change, in the order of its tensors. */
export const LORA_TARGETS = ['q', 'k', 'v', 'o', 'gate', 'up', 'down'] as const;
export type LoraTarget = (typeof LORA_TARGETS)[number];

export interface LoraConfig {
  /** r, 1..64. */
  readonly rank: number;
  /** The update is scaled by alpha / rank. */
  readonly alpha: number;
  /** In the order of LORA_TARGETS, each once, at least one. */
  readonly targets: readonly LoraTarget[];
}

/** One factor of one projection's update: W x + (alpha / rank) B (A x). */
export interface LoraTensor {
  readonly layer: number;
  readonly target: LoraTarget;
  readonly part: 'A' | 'B';
  /** A: [rank, inputs]; B: [outputs, rank]. */
  readonly shape: readonly [number, number];
  /** Row-major. */
  readonly values: Float32Array;
}

/** All tensors by layer, then target (LORA_TARGETS' order), A before B. */
export interface LoraWeights {
  readonly config: LoraConfig;
  readonly tensors: readonly LoraTensor[];
}

/** Most columns of A that the engine's kernels are tested with. */
export const MAX_LORA_RANK = 64;

/** Throws RangeError that names what no adapter can have. */
export function checkLoraConfig({ rank, alpha, targets }: LoraConfig): void {
  if (!Number.isInteger(rank) || rank < 1 || rank > MAX_LORA_RANK) {
    throw new RangeError(`The rank should be a whole number from 1 to ${MAX_LORA_RANK}, but is ${rank}.`);
  }
  if (!(alpha > 0 && Number.isFinite(alpha))) throw new RangeError(`alpha should be above 0, but is ${alpha}.`);
  if (targets.length === 0 || targets.join() !== LORA_TARGETS.filter((target) => targets.includes(target)).join()) {
    const all = LORA_TARGETS.join(', ');
    throw new RangeError(`The targets should be some of ${all}, in this order, but are ${targets.join(', ')}.`);
  }
}

/** An adapter of the same shapes, all of it 0: what AdamW's moments begin with. */
export function zerosLike({ config, tensors }: LoraWeights): LoraWeights {
  return { config, tensors: tensors.map((tensor) => ({ ...tensor, values: new Float32Array(tensor.values.length) })) };
}

/** Inputs and outputs of the projection that a target sits on. */
export function loraSize(
  model: ModelConfig,
  target: LoraTarget,
): { readonly inputs: number; readonly outputs: number } {
  const { hiddenSize: hidden, intermediateSize: intermediate } = model;
  const queries = model.headCount * model.headDim;
  const keys = model.kvHeadCount * model.headDim;
  switch (target) {
    case 'q':
      return { inputs: hidden, outputs: queries };
    case 'k':
    case 'v':
      return { inputs: hidden, outputs: keys };
    case 'o':
      return { inputs: queries, outputs: hidden };
    case 'gate':
    case 'up':
      return { inputs: hidden, outputs: intermediate };
    case 'down':
      return { inputs: intermediate, outputs: hidden };
  }
}

/**
 * All tensors that an adapter of this configuration has on this model, in LoraWeights' order; `fill` gives each its
 * values. RangeError for a configuration that no adapter can have, or values of another length.
 */
export function loraWeights(
  model: ModelConfig,
  config: LoraConfig,
  fill: (tensor: Omit<LoraTensor, 'values'>) => Float32Array,
): LoraWeights {
  checkLoraConfig(config);
  const tensors: LoraTensor[] = [];
  for (let layer = 0; layer < model.layerCount; layer++) {
    for (const target of config.targets) {
      const { inputs, outputs } = loraSize(model, target);
      for (const part of ['A', 'B'] as const) {
        const shape = part === 'A' ? ([config.rank, inputs] as const) : ([outputs, config.rank] as const);
        const values = fill({ layer, target, part, shape });
        if (values.length !== shape[0] * shape[1]) {
          const name = `${part} of ${target} in layer ${layer}`;
          throw new RangeError(`${name} should have ${shape.join(' × ')} numbers, but has ${values.length}.`);
        }
        tensors.push({ layer, target, part, shape, values });
      }
    }
  }
  return { config, tensors };
}
