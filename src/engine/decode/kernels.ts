import * as shaders from '../../../shaders/decode';
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

export const KERNEL_COUNT = 12;

/** Compiles every kernel of decoding at once; `onCompiled` is called after each. */
export async function compileDecoderKernels(
  gpu: GpuDevice,
  scaleDtype: ScaleDtype,
  tile: MatmulTile,
  onCompiled: () => void,
) {
  const q4 = { SCALE_FORMAT: SCALE_FORMATS[scaleDtype] };
  const counted = countedBy(onCompiled);
  const cut = { WORKGROUP_SIZE: tile.workgroupSize };
  const pending = {
    embed: counted(compileKernel(gpu, shaders.embed, q4)),
    rmsnorm: counted(compileKernel(gpu, shaders.rmsnorm)),
    matmul: counted(compileKernel(gpu, shaders.matmulQ4, { ...q4, ...cut, ROW_QUADS: tile.rowQuads })),
    loraDown: counted(compileKernel(gpu, shaders.loraDown, cut)),
    loraUp: counted(compileKernel(gpu, shaders.loraUp, cut)),
    ropeKv: counted(compileKernel(gpu, shaders.ropeKv)),
    attentionScores: counted(compileKernel(gpu, shaders.attentionScores)),
    attentionMix: counted(compileKernel(gpu, shaders.attentionMix)),
    siluMul: counted(compileKernel(gpu, shaders.siluMul)),
    sampler: compileSamplerKernels(gpu, onCompiled),
  };
  // Settled first: of several failures, the later ones must not go unheard.
  await Promise.allSettled(Object.values(pending));
  return {
    embed: await pending.embed,
    rmsnorm: await pending.rmsnorm,
    matmul: await pending.matmul,
    loraDown: await pending.loraDown,
    loraUp: await pending.loraUp,
    ropeKv: await pending.ropeKv,
    attentionScores: await pending.attentionScores,
    attentionMix: await pending.attentionMix,
    siluMul: await pending.siluMul,
    ...(await pending.sampler),
    tile,
    /** Override values of every kernel that reads int4 weights. */
    q4,
  };
}

function countedBy(onCompiled: () => void) {
  return async <T>(work: Promise<T>): Promise<T> => {
    const kernel = await work;
    onCompiled();
    return kernel;
  };
}

/** Compiles the kernels that turn logits into records. */
export async function compileSamplerKernels(gpu: GpuDevice, onCompiled: () => void = () => undefined) {
  const counted = countedBy(onCompiled);
  const [logitBlocks, logitGroups, sample] = await Promise.all([
    counted(compileKernel(gpu, shaders.logitBlocks)),
    counted(compileKernel(gpu, shaders.logitGroups)),
    counted(compileKernel(gpu, shaders.sample)),
  ]);
  return { logitBlocks, logitGroups, sample };
}

export type SamplerKernels = Awaited<ReturnType<typeof compileSamplerKernels>>;
export type DecoderKernels = Awaited<ReturnType<typeof compileDecoderKernels>>;
