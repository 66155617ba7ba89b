import type { GpuDevice } from '../../gpu/device';
import type { DecoderKernels } from '../decode/kernels';
import { siluMulBackward } from '../ops/activation';
import { headBlocks, headFigures, headGradient } from '../ops/head';
import { matmulQ4T, sumSections } from '../ops/linear';
import { loraGradient, loraProduct } from '../ops/lora';
import { rmsnormBackward } from '../ops/norm';
import { compileOps, type Compiled } from '../ops/op';
import { adamw, gradientNorm, sumSquares } from '../ops/optimiser';
import { gatherRows, scatterRows } from '../ops/rows';
import {
  ropeRows,
  spanDelta,
  spanKeysBackward,
  spanMix,
  spanScores,
  spanScoresBackward,
  spanSoftmax,
} from '../ops/span-attention';

/** What only training needs; the ops of the forward pass are the decoder's. */
export const TRAINER_OPS = {
  ropeRows,
  spanScores,
  spanSoftmax,
  spanMix,
  spanDelta,
  spanScoresBackward,
  spanKeysBackward,
  matmulQ4T,
  sumSections,
  rmsnormBackward,
  siluMulBackward,
  loraProduct,
  loraGradient,
  gatherRows,
  scatterRows,
  headBlocks,
  headFigures,
  headGradient,
  sumSquares,
  gradientNorm,
  adamw,
};

export type TrainerKernels = DecoderKernels & Compiled<typeof TRAINER_OPS>;

/** Compiles the trainer's kernels for the decoder's target. Rejects with GpuError 'shader-failed'. */
export async function compileTrainerKernels(gpu: GpuDevice, decoder: DecoderKernels): Promise<TrainerKernels> {
  return { ...decoder, ...(await compileOps(gpu, TRAINER_OPS, decoder.target)) };
}
