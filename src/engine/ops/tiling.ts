/**
 * How work is cut: tiles of the products per kind of device, and the pieces in which long work takes turns. The one
 * place to change when a kind of device, or a number of tokens, should get other kernels.
 */
import type { GpuDevice } from '../../gpu/device';
import type { ModelConfig } from '../../model/types';

/** The choices that depend on the device. */
export interface Tiling {
  /** matmul_q4: a thread computes 4 · rowQuads outputs of 4 tokens. */
  readonly rowQuads: 1 | 2;
  /** matmul_q4_t: a thread computes 8 columns of 4 · tokenQuads tokens. */
  readonly tokenQuads: 1 | 2;
  /** Threads a workgroup of every tiled product. */
  readonly workgroupSize: number;
  /** lora_down sums the inputs in sections of this many: a small rank alone gives a GPU too few threads. */
  readonly loraSectionInputs: number;
}

/**
 * Software adapters gain from large tiles and from few lanes a workgroup (more workgroups for the CPU's cores), GPUs
 * from more threads. Measured on software adapters: docs/DECISIONS.md; not on a GPU yet.
 */
const SOFTWARE: Tiling = { rowQuads: 2, tokenQuads: 2, workgroupSize: 16, loraSectionInputs: Infinity };
const HARDWARE: Tiling = { rowQuads: 1, tokenQuads: 1, workgroupSize: 64, loraSectionInputs: 256 };

/** The same for a device as long as it lives, so that its results are the same bits. */
export function tilingFor({ isSoftwareAdapter }: Pick<GpuDevice, 'isSoftwareAdapter'>): Tiling {
  return isSoftwareAdapter ? SOFTWARE : HARDWARE;
}

/** Tokens of the register tiles of matmul_q4, lora_down, lora_up and lora_product. */
export const TILE_TOKENS = 4;
/** Tokens of the largest tile, matmul_q4_t's: products over many tokens are cut at multiples of it. */
export const LARGEST_TILE_TOKENS = 2 * TILE_TOKENS;

/** Tokens whose logits exist at the same time in training. */
export const HEAD_CHUNK = 64;

/** Ids of the vocabulary that one section of the head's backward product sums, and most sections. */
const SECTION_IDS = 8192;
const MOST_SECTIONS = 16;

/** Sections of the head's backward product: a chunk's tokens alone cannot keep a GPU busy with a large vocabulary. */
export function headSections({ vocabSize }: Pick<ModelConfig, 'vocabSize'>): number {
  return Math.min(MOST_SECTIONS, Math.ceil(vocabSize / SECTION_IDS));
}

/** How the head's softmax is cut: a thread takes a block of ids, then one joins a row's blocks. */
export function headBlocksOf({ activeVocabSize }: Pick<ModelConfig, 'activeVocabSize'>) {
  const blockSize = Math.ceil(Math.sqrt(activeVocabSize));
  return { blockSize, blocks: Math.ceil(activeVocabSize / blockSize) };
}

/** How the sampler cuts the vocabulary: ids in blocks, blocks in groups, all about its cube root in size. */
export function samplerBlocksOf({ activeVocabSize }: Pick<ModelConfig, 'activeVocabSize'>) {
  const blockSize = Math.max(1, Math.ceil(Math.cbrt(activeVocabSize)));
  const blocks = Math.ceil(activeVocabSize / blockSize);
  return { blockSize, blocks, groupSize: blockSize, groups: Math.ceil(blocks / blockSize) };
}

/** Bytes of attention weights that exist at the same time in training; the rows of longer sequences take turns. */
const ATTENTION_BYTES = 16 * 1024 * 1024;

/** Training's attention weights of one row and head, in quads of positions. */
export function attentionWidth(positions: number): number {
  return Math.ceil(positions / 4);
}

/** Rows of `rows` whose attention weights exist at the same time in training, each over `positions`. */
export function attentionRows(headCount: number, rows: number, positions: number): number {
  const rowBytes = 16 * headCount * attentionWidth(positions);
  return Math.min(rows, Math.max(1, Math.floor(ATTENTION_BYTES / rowBytes)));
}
