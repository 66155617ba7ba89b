import * as shaders from '../../../shaders/index';
import type { GpuDevice } from '../../gpu/device';
import { compileKernel } from '../../gpu/kernel';

/** How the int4 product is cut: a thread owns 4 · rowQuads outputs of 4 tokens. */
export interface MatmulTile {
  readonly rowQuads: 1 | 2;
  readonly workgroupSize: number;
}

/**
 * Software adapters gain from large tiles and from few lanes a workgroup (more workgroups for the CPU's cores), GPUs from
 * more threads. Measured: docs/DECISIONS.md. A device keeps one tile for good.
 */
export function matmulTileFor(gpu: GpuDevice): MatmulTile {
  return gpu.isSoftwareAdapter ? { rowQuads: 2, workgroupSize: 16 } : { rowQuads: 1, workgroupSize: 64 };
}

const SCALE_FORMATS = { float16: 0, bfloat16: 1, float32: 2 } as const;
export type ScaleDtype = keyof typeof SCALE_FORMATS;

export const KERNEL_COUNT = 10;

/** Compiles every kernel of decoding at once; `onCompiled` is called after each. */
export async function compileDecoderKernels(
  gpu: GpuDevice,
  scaleDtype: ScaleDtype,
  tile: MatmulTile,
  onCompiled: () => void,
) {
  const q4 = { SCALE_FORMAT: SCALE_FORMATS[scaleDtype] };
  const counted = async <T>(work: Promise<T>): Promise<T> => {
    const kernel = await work;
    onCompiled();
    return kernel;
  };
  const [embed, rmsnorm, matmul, ropeKv, attentionScores, attentionMix, siluMul, logitBlocks, logitGroups, sample] =
    await Promise.all([
      counted(compileKernel(gpu, shaders.embed, q4)),
      counted(compileKernel(gpu, shaders.rmsnorm)),
      counted(
        compileKernel(gpu, shaders.matmulQ4, { ...q4, ROW_QUADS: tile.rowQuads, WORKGROUP_SIZE: tile.workgroupSize }),
      ),
      counted(compileKernel(gpu, shaders.ropeKv)),
      counted(compileKernel(gpu, shaders.attentionScores)),
      counted(compileKernel(gpu, shaders.attentionMix)),
      counted(compileKernel(gpu, shaders.siluMul)),
      counted(compileKernel(gpu, shaders.logitBlocks)),
      counted(compileKernel(gpu, shaders.logitGroups)),
      counted(compileKernel(gpu, shaders.sample)),
    ]);
  return {
    embed,
    rmsnorm,
    matmul,
    ropeKv,
    attentionScores,
    attentionMix,
    siluMul,
    logitBlocks,
    logitGroups,
    sample,
    tile,
  };
}

export type DecoderKernels = Awaited<ReturnType<typeof compileDecoderKernels>>;
