import type { GpuDevice } from '../../gpu/device';
import { siluMul } from '../ops/activation';
import { attentionMix, attentionScores, ropeKv } from '../ops/attention';
import { matmulQ4 } from '../ops/linear';
import { loraDown, loraUp } from '../ops/lora';
import { rmsnorm } from '../ops/norm';
import { compileOps, type Compiled, type OpTarget } from '../ops/op';
import { embed } from '../ops/rows';
import { logitBlocks, logitGroups, sample } from '../ops/sampling';

/** What turns logits into sampler rows. */
const SAMPLER_OPS = { logitBlocks, logitGroups, sample };

/** What decoding needs. */
export const DECODER_OPS = {
  embed,
  rmsnorm,
  matmulQ4,
  loraDown,
  loraUp,
  ropeKv,
  attentionScores,
  attentionMix,
  siluMul,
  ...SAMPLER_OPS,
};

export type SamplerKernels = Compiled<typeof SAMPLER_OPS>;

export interface DecoderKernels extends Compiled<typeof DECODER_OPS> {
  /** What they were compiled for. */
  readonly target: OpTarget;
}

/** Compiles every kernel of decoding; `onCompiled` is called after each. Rejects with GpuError 'shader-failed'. */
export async function compileDecoderKernels(
  gpu: GpuDevice,
  target: OpTarget,
  onCompiled: () => void = () => undefined,
): Promise<DecoderKernels> {
  return { ...(await compileOps(gpu, DECODER_OPS, target, onCompiled)), target };
}

/** Compiles the sampler's kernels alone, for logits that come from elsewhere. Rejects with GpuError 'shader-failed'. */
export async function compileSamplerKernels(gpu: GpuDevice): Promise<SamplerKernels> {
  return compileOps(gpu, SAMPLER_OPS);
}
