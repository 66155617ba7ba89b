import type { LearnCheckpoint, LearnSettings } from '../engine/ttrl/types';
import type { LoraWeights } from '../model/lora';

/** A start from an adapter that was learned elsewhere: no step of ours, and AdamW knows nothing yet. */
export function importedCheckpoint(modelId: string, settings: LearnSettings, adapter: LoraWeights): LearnCheckpoint {
  return {
    version: 1,
    modelId,
    settings: { ...settings, lora: adapter.config },
    stepsDone: 0,
    adapter,
    firstMoments: zerosLike(adapter),
    secondMoments: zerosLike(adapter),
    updates: 0,
    tokensSeen: 0,
    baseline: null,
  };
}

function zerosLike({ config, tensors }: LoraWeights): LoraWeights {
  return { config, tensors: tensors.map((tensor) => ({ ...tensor, values: new Float32Array(tensor.values.length) })) };
}
