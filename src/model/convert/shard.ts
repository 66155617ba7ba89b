import { floatToBfloat, floatToHalf } from '../floats';
import type { ModelConfig } from '../types';
import type { SourceTensor } from './checkpoint';
import { decodeWeights } from './decode';
import type { PlannedParameter, PlannedShard } from './plan';
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
  const read = ({ part: { source, begin, end } }: { part: Part }) => source.file.read(begin, end, signal);
  for await (const [{ part, parameter }, data] of readAhead(parts, read, PARTS_AHEAD)) {
    signal?.throwIfAborted();
    const { dtype, name: tensor, fileName: file } = part.source;
    places.get(parameter)?.write(decodeWeights(data, dtype, quantization, { tensor, file }), quantization);
    onRead(data.length);
  }
  return bytes;
}

function partsOf({ sources }: PlannedParameter): Part[] {
  return sources.flatMap((source) => {
    const rowBytes = (source.end - source.begin) / Math.max(1, source.shape[0] ?? 1);
    const step = Math.max(1, Math.floor(PART_BYTES / rowBytes)) * rowBytes;
    const parts: Part[] = [];
    for (let begin = source.begin; begin < source.end; begin += step) {
      parts.push({ source, begin, end: Math.min(source.end, begin + step) });
    }
    return parts;
  });
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
