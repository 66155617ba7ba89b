import { readFileSync } from 'node:fs';
import { dirSource } from '../../src/cli/dir-source';
import { loadModelFiles } from '../../src/model/load';
import type { ModelFiles } from '../../src/model/types';

export const GOLDEN_MODELS = ['qwen2-q4f16', 'qwen2-q4f32'] as const;
export type GoldenModel = (typeof GOLDEN_MODELS)[number];

/** The parts of expected.json that a forward pass is held against; an independent implementation made them in f64. */
export interface Expected {
  readonly prompt: number[];
  readonly paths: number[][];
  readonly ref_logprobs: number[][];
  readonly path0: {
    readonly shape: [number, number];
    readonly base_logits: number[];
    readonly entropy_top20_base: number[];
  };
}

const folderOf = (name: GoldenModel): string => new URL(`../fixtures/golden/${name}`, import.meta.url).pathname;

export function goldenFiles(name: GoldenModel): Promise<ModelFiles> {
  return loadModelFiles(dirSource(folderOf(name)));
}

export function goldenExpected(name: GoldenModel): Expected {
  return JSON.parse(readFileSync(`${folderOf(name)}/expected.json`, 'utf8')) as Expected;
}
