import { FUSED_LINEARS, FUSED_LINEAR_NAMES, type FusedLinear } from '../../model/fused-linears';
import { checkLoraConfig, loraSize, type LoraConfig, type LoraTarget } from '../../model/lora';
import type { ModelConfig } from '../../model/types';

/** Where one target is in its fused matrix and in the layer's buffer. */
interface LoraSegment {
  readonly target: LoraTarget;
  /** Its outputs are the fused matrix's rows rowStart .. rowStart + rowCount − 1. */
  readonly rowStart: number;
  readonly rowCount: number;
  /** Its A x is columns uColumn .. uColumn + rankStride − 1 of u. */
  readonly uColumn: number;
  /** Its B, f32 [rowCount, rankStride] from this element on. */
  readonly bOffset: number;
}

/** The update of one fused matrix: u = x Aᵀ for all its segments at once, then y[segment] += scale · u[segment] Bᵀ. */
export interface LoraLinear {
  readonly inputs: number;
  /** Of the fused matrix, unselected segments included. */
  readonly outputs: number;
  /** The stacked A's, f32 [uColumns, inputs] from this element on. */
  readonly aOffset: number;
  /** Columns of u: segments · rankStride. */
  readonly uColumns: number;
  readonly segments: readonly LoraSegment[];
}

/**
 * How an adapter's parameters are laid out: one f32 buffer for each layer, all alike. For each fused matrix the stacked
 * A's of its selected targets, then their B's one after the other. Ranks are padded to whole vec4 (rankStride); the
 * padding is 0 in both factors, so its gradients are 0 too and it stays 0.
 */
export interface LoraLayout {
  readonly config: LoraConfig;
  readonly layerCount: number;
  /** alpha / rank */
  readonly scale: number;
  readonly rankStride: number;
  readonly floatsPerLayer: number;
  /** Columns of the widest u of the fused matrices. */
  readonly widestU: number;
  /** null: none of its targets is selected. */
  readonly linears: Readonly<Record<FusedLinear, LoraLinear | null>>;
}

/** Throws RangeError for a configuration that no adapter can have, and for heads that are not whole vec4s. */
export function loraLayout(model: ModelConfig, config: LoraConfig): LoraLayout {
  checkLoraConfig(config);
  if (model.headDim % 4 !== 0) {
    throw new RangeError(`An adapter needs heads of a multiple of 4 numbers; this model's have ${model.headDim}.`);
  }
  const rankStride = 4 * Math.ceil(config.rank / 4);
  let floatsPerLayer = 0;
  const linears: Record<FusedLinear, LoraLinear | null> = { qkv: null, output: null, gateUp: null, down: null };
  for (const name of FUSED_LINEAR_NAMES) {
    const linear = placeLinear(model, config, FUSED_LINEARS[name].targets, rankStride, floatsPerLayer);
    if (linear.segments.length === 0) continue;
    linears[name] = linear;
    floatsPerLayer = endOf(linear, rankStride);
  }
  const widestU = Math.max(...Object.values(linears).map((linear) => linear?.uColumns ?? 0));
  const scale = config.alpha / config.rank;
  return { config, layerCount: model.layerCount, scale, rankStride, floatsPerLayer, widestU, linears };
}

function placeLinear(
  model: ModelConfig,
  config: LoraConfig,
  fused: readonly LoraTarget[],
  rankStride: number,
  aOffset: number,
): LoraLinear {
  const sizes = fused.map((target) => ({ target, ...loraSize(model, target) }));
  const selected = sizes.filter(({ target }) => config.targets.includes(target));
  const inputs = sizes[0]?.inputs ?? 0;
  const uColumns = selected.length * rankStride;
  const segments: LoraSegment[] = [];
  let bOffset = aOffset + uColumns * inputs;
  let rowStart = 0;
  for (const { target, outputs } of sizes) {
    if (config.targets.includes(target)) {
      segments.push({ target, rowStart, rowCount: outputs, uColumn: segments.length * rankStride, bOffset });
      bOffset += outputs * rankStride;
    }
    rowStart += outputs;
  }
  return { inputs, outputs: rowStart, aOffset, uColumns, segments };
}

/** The element after a matrix's last B. */
function endOf({ aOffset, uColumns, inputs, segments }: LoraLinear, rankStride: number): number {
  return segments.reduce((end, { rowCount }) => end + rowCount * rankStride, aOffset + uColumns * inputs);
}

/** One factor of one target in a layer's buffer: `rows` rows of `columns` numbers, `stride` elements apart. */
export interface LoraBlock {
  readonly target: LoraTarget;
  readonly part: 'A' | 'B';
  readonly offset: number;
  readonly rows: number;
  readonly columns: number;
  readonly stride: number;
}

/** All factors of a layer in LoraWeights' order (which is the fused matrices' order too): by target, A before B. */
export function loraBlocks({ config, rankStride, linears }: LoraLayout): LoraBlock[] {
  return FUSED_LINEAR_NAMES.flatMap((name): LoraBlock[] => {
    const linear = linears[name];
    if (linear === null) return [];
    const { inputs, aOffset } = linear;
    return linear.segments.flatMap(({ target, rowCount, uColumn, bOffset }): LoraBlock[] => [
      { target, part: 'A', offset: aOffset + uColumn * inputs, rows: config.rank, columns: inputs, stride: inputs },
      { target, part: 'B', offset: bOffset, rows: rowCount, columns: config.rank, stride: rankStride },
    ]);
  });
}
