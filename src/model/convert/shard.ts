import { floatToBfloat, floatToHalf } from '../floats';
import type { ModelConfig } from '../types';
import type { SourceTensor } from './checkpoint';
import { areEqual, decodeWeights } from './decode';
import { differentHead, type PlannedParameter, type PlannedShard } from './plan';
import { quantizeRows } from './quantize';
import { readAhead } from './read-ahead';

type Quantization = ModelConfig['quantization'];

/** Bytes of a checkpoint that are read at once; three such reads run at a time. */
const PART_BYTES = 8 * 1024 * 1024;
const PARTS_AHEAD = 3;

/** Some rows of a source tensor. */
interface Part {
  readonly source: SourceTensor;
  readonly begin: number;
  readonly end: number;
  /** The same rows of a tensor that must have the same weights. */
  readonly copy: Omit<Part, 'copy'> | null;
}

/**
 * The bytes of one shard. In memory are the shard and a few parts of the checkpoint.
 * @param onRead called with the bytes of the checkpoint that have been read since the last call
 * Rejects with ModelFileError 'missing', 'corrupt' or 'invalid', or with the signal's reason.
 */
export async function convertShard(
  shard: PlannedShard,
  quantization: Quantization,
  onRead: (bytes: number) => void,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(shard.nbytes);
  const parts = shard.parameters.flatMap((parameter) => partsOf(parameter).map((part) => ({ part, parameter })));
  const places = new Map<PlannedParameter, Writer>();
  let at = 0;
  for (const parameter of shard.parameters) {
    places.set(parameter, new Writer(bytes, at, parameter));
    at += parameter.tensors.reduce((sum, { nbytes }) => sum + nbytes, 0);
  }
  const readPart = ({ source, begin, end }: Omit<Part, 'copy'>) => source.file.read(begin, end, signal);
  const read = ({ part }: { part: Part }) => Promise.all([readPart(part), part.copy && readPart(part.copy)]);
  for await (const [{ part, parameter }, [data, copied]] of readAhead(parts, read, PARTS_AHEAD)) {
    signal?.throwIfAborted();
    const { dtype, name: tensor, fileName: file } = part.source;
    if (part.copy !== null && copied !== null && !areEqual(data, dtype, copied, part.copy.source.dtype)) {
      throw differentHead(part.copy.source);
    }
    places.get(parameter)?.write(decodeWeights(data, dtype, quantization, { tensor, file }), quantization);
    onRead(data.length + (copied?.length ?? 0));
  }
  return bytes;
}

function partsOf({ sources, copy }: PlannedParameter): Part[] {
  return sources.flatMap((source) => {
    const rows = source.shape[0] ?? 0;
    const step = Math.max(1, Math.floor(PART_BYTES / rowBytes(source)));
    const parts: Part[] = [];
    for (let row = 0; row < rows; row += step) {
      const rowsOf = (tensor: SourceTensor): Omit<Part, 'copy'> => ({
        source: tensor,
        begin: tensor.begin + row * rowBytes(tensor),
        end: tensor.begin + Math.min(rows, row + step) * rowBytes(tensor),
      });
      parts.push({ ...rowsOf(source), copy: copy && rowsOf(copy) });
    }
    return parts;
  });
}

function rowBytes({ begin, end, shape }: SourceTensor): number {
  return (end - begin) / Math.max(1, shape[0] ?? 1);
}

/** Writes a parameter row by row where it belongs: a matrix's words first, its scales behind them. */
class Writer {
  readonly #isMatrix: boolean;
  #first: number;
  #second: number;

  constructor(
    private readonly bytes: Uint8Array<ArrayBuffer>,
    start: number,
    { tensors }: PlannedParameter,
  ) {
    this.#isMatrix = tensors.length === 2;
    this.#first = start;
    this.#second = start + (tensors[0]?.nbytes ?? 0);
  }

  write(values: Float32Array, quantization: Quantization): void {
    if (!this.#isMatrix) {
      const round = quantization === 'q4f16_1' ? floatToHalf : floatToBfloat;
      this.#first = this.#put(Uint16Array.from(values, round), this.#first);
      return;
    }
    const { words, scales } = quantizeRows(values, quantization);
    this.#first = this.#put(words, this.#first);
    this.#second = this.#put(scales, this.#second);
  }

  #put({ buffer, byteOffset, byteLength }: Uint32Array | Uint16Array, at: number): number {
    this.bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    return at + byteLength;
  }
}
