import * as shaders from '../../../shaders/train';
import type { GpuDevice } from '../../gpu/device';
import { compileKernel } from '../../gpu/kernel';
import type { DecoderKernels } from '../decode/kernels';

/** How the backward int4 product is cut: a thread owns 8 columns of 4 · tokenQuads tokens. */
interface BackwardTile {
  readonly tokenQuads: 1 | 2;
  readonly workgroupSize: number;
}

/** As matmulTileFor: large tiles and few lanes a workgroup on software adapters. Measured: docs/DECISIONS.md. */
function backwardTileFor(gpu: GpuDevice): BackwardTile {
  return gpu.isSoftwareAdapter ? { tokenQuads: 2, workgroupSize: 16 } : { tokenQuads: 1, workgroupSize: 64 };
}

/** Compiles the kernels that only training needs; those of the forward pass are the decoder's. */
export async function compileTrainerKernels(gpu: GpuDevice, decoder: DecoderKernels) {
  const backwardTile = backwardTileFor(gpu);
  const { tokenQuads: TOKEN_QUADS, workgroupSize: WORKGROUP_SIZE } = backwardTile;
  const attention = await compileAttention(gpu);
  const head = await compileHead(gpu);
  const [matmulT, sumSections, rmsnormBackward, siluMulBackward, loraProduct, loraGradient] = await Promise.all([
    compileKernel(gpu, shaders.matmulQ4T, { ...decoder.q4, TOKEN_QUADS, WORKGROUP_SIZE }),
    compileKernel(gpu, shaders.sumSections),
    compileKernel(gpu, shaders.rmsnormBackward),
    compileKernel(gpu, shaders.siluMulBackward),
    compileKernel(gpu, shaders.loraProduct),
    compileKernel(gpu, shaders.loraGradient),
  ]);
  const [sumSquares, gradientNorm, adamw] = await Promise.all([
    compileKernel(gpu, shaders.sumSquares),
    compileKernel(gpu, shaders.gradientNorm),
    compileKernel(gpu, shaders.adamw),
  ]);
  return {
    ...decoder,
    ...attention,
    ...head,
    matmulT,
    sumSections,
    rmsnormBackward,
    siluMulBackward,
    loraProduct,
    loraGradient,
    sumSquares,
    gradientNorm,
    adamw,
    backwardTile,
  };
}

async function compileAttention(gpu: GpuDevice) {
  const [ropeRows, spanScores, spanSoftmax, spanMix, spanDelta, spanScoresBackward, spanKeysBackward] =
    await Promise.all([
      compileKernel(gpu, shaders.ropeRows),
      compileKernel(gpu, shaders.spanScores),
      compileKernel(gpu, shaders.spanSoftmax),
      compileKernel(gpu, shaders.spanMix),
      compileKernel(gpu, shaders.spanDelta),
      compileKernel(gpu, shaders.spanScoresBackward),
      compileKernel(gpu, shaders.spanKeysBackward),
    ]);
  return { ropeRows, spanScores, spanSoftmax, spanMix, spanDelta, spanScoresBackward, spanKeysBackward };
}

async function compileHead(gpu: GpuDevice) {
  const [gatherRows, scatterRows, headBlocks, headFigures, headGradient] = await Promise.all([
    compileKernel(gpu, shaders.gatherRows),
    compileKernel(gpu, shaders.scatterRows),
    compileKernel(gpu, shaders.headBlocks),
    compileKernel(gpu, shaders.headFigures),
    compileKernel(gpu, shaders.headGradient),
  ]);
  return { gatherRows, scatterRows, headBlocks, headFigures, headGradient };
}

export type TrainerKernels = Awaited<ReturnType<typeof compileTrainerKernels>>;
