import { readFileSync } from 'node:fs';
import { dirSource } from '../../src/cli/dir-source';
import { loadModelFiles } from '../../src/model/load';
import { LORA_TARGETS, loraWeights, type LoraWeights } from '../../src/model/lora';
import type { ModelConfig, ModelFiles } from '../../src/model/types';

export const GOLDEN_MODELS = ['qwen2-q4f16', 'qwen2-q4f32'] as const;
export type GoldenModel = (typeof GOLDEN_MODELS)[number];

/**
 * The parts of expected.json that a forward pass is compared with; an independent implementation computed them in f64.
 */
export interface Expected {
  readonly prompt: number[];
  readonly paths: number[][];
  readonly ref_logprobs: number[][];
  readonly path0: {
    readonly shape: [number, number];
    readonly base_logits: number[];
    readonly adapted_logits: number[];
    readonly entropy_top20_base: number[];
    readonly entropy_top20_adapted: number[];
  };
  readonly lora: {
    readonly rank: number;
    readonly alpha: number;
    readonly tensors: Record<string, { readonly shape: [number, number]; readonly data: number[] }>;
  };
}

const folderOf = (name: GoldenModel): string => new URL(`../fixtures/golden/${name}`, import.meta.url).pathname;

export function goldenFiles(name: GoldenModel): Promise<ModelFiles> {
  return loadModelFiles(dirSource(folderOf(name)));
}

export function goldenExpected(name: GoldenModel): Expected {
  return JSON.parse(readFileSync(`${folderOf(name)}/expected.json`, 'utf8')) as Expected;
}

/** The adapter that the vectors were made with; it has every projection as a target. */
export function goldenLora(name: GoldenModel, model: ModelConfig): LoraWeights {
  const { rank, alpha, tensors } = goldenExpected(name).lora;
  return loraWeights(model, { rank, alpha, targets: LORA_TARGETS }, ({ layer, target, part }) => {
    const block = ['gate', 'up', 'down'].includes(target) ? 'mlp' : 'self_attn';
    const tensor = tensors[`base_model.model.model.layers.${layer}.${block}.${target}_proj.lora_${part}.weight`];
    return Float32Array.from(tensor?.data ?? []);
  });
}
