import * as v from 'valibot';
import { ModelFileError } from './errors';
import { parseJsonFile } from './parse';
import { checkIsFile } from './placeholder';

/**
 * The safetensors container (https://huggingface.co/docs/safetensors): the header's length as u64, the header as JSON,
 * then all tensors without gaps, little-endian and row-major.
 */

const BYTES_PER_ELEMENT = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
} as const;
type SafetensorsDtype = keyof typeof BYTES_PER_ELEMENT;

export interface SafetensorsEntry {
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  /** Its bytes are begin .. end − 1 of the file. */
  readonly begin: number;
  readonly end: number;
}

/** Bytes before the header's JSON. */
const LENGTH_BYTES = 8;
/** The reference implementation's limit. */
const MAX_HEADER_BYTES = 100_000_000;
/** The reference implementation starts the tensors at a multiple of this. */
const DATA_ALIGNMENT = 8;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const EntrySchema = v.object({
  dtype: v.picklist(Object.keys(BYTES_PER_ELEMENT) as SafetensorsDtype[]),
  shape: v.array(count),
  data_offsets: v.tuple([count, count]),
});
const HeaderSchema = v.objectWithRest({ __metadata__: v.nullish(v.record(v.string(), v.string())) }, EntrySchema);

/**
 * Where the tensors start, as its first 8 bytes say: the header must be read up to there.
 * ModelFileError 'invalid' for a length that no safetensors file has.
 */
export function safetensorsDataStart(firstBytes: Uint8Array, file: string): number {
  checkIsFile(firstBytes, file);
  if (firstBytes.length < LENGTH_BYTES) invalid(file, `it has only ${firstBytes.length} bytes`);
  const view = new DataView(firstBytes.buffer, firstBytes.byteOffset, LENGTH_BYTES);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES)) invalid(file, `its header would have ${length} bytes`);
  return LENGTH_BYTES + Number(length);
}

/**
 * The tensors listed in a header, by name, in the order of their bytes.
 * @param start the file's bytes up to safetensorsDataStart, or more
 * @param fileBytes size of the whole file; null where a server does not say
 * ModelFileError 'invalid' names the first fault: form, sizes, and bytes that no tensor or two tensors claim. (A name that
 * is listed twice leaves the bytes of the first one unclaimed, so it is found too.)
 */
export function safetensorsEntries(
  start: Uint8Array,
  fileBytes: number | null,
  file: string,
): ReadonlyMap<string, SafetensorsEntry> {
  const dataStart = safetensorsDataStart(start, file);
  if (dataStart > start.length) invalid(file, `its header would end at ${dataStart}, beyond its ${start.length} bytes`);
  const header = parseJsonFile(HeaderSchema, file, start.subarray(LENGTH_BYTES, dataStart));
  const entries = Object.entries(header).flatMap(([name, value]): [string, SafetensorsEntry][] => {
    if (name === '__metadata__' || value === undefined || value === null) return [];
    const { dtype, shape, data_offsets } = value as v.InferOutput<typeof EntrySchema>;
    return [[name, { dtype, shape, begin: dataStart + data_offsets[0], end: dataStart + data_offsets[1] }]];
  });
  entries.sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let end = dataStart;
  for (const [name, entry] of entries) {
    const bytes = entry.shape.reduce((product, dim) => product * dim, BYTES_PER_ELEMENT[entry.dtype]);
    if (entry.end - entry.begin !== bytes) {
      invalid(file, `${name} should have ${bytes} bytes, but has ${entry.end - entry.begin}`);
    }
    if (entry.begin !== end) invalid(file, `${name} should begin at byte ${end}, but begins at ${entry.begin}`);
    end = entry.end;
  }
  if (fileBytes !== null && end !== fileBytes) invalid(file, `its tensors end at byte ${end}, but it has ${fileBytes}`);
  return new Map(entries);
}

/** A tensor to be written; f32. */
interface WrittenTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** A whole file with these tensors in their order. */
export function writeSafetensors(
  tensors: readonly WrittenTensor[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const { name, shape, values } of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [end, end + 4 * values.length] };
    end += 4 * values.length;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = DATA_ALIGNMENT * Math.ceil(json.length / DATA_ALIGNMENT);
  const file = new Uint8Array(LENGTH_BYTES + headerBytes + end).fill(0x20, LENGTH_BYTES, LENGTH_BYTES + headerBytes);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(headerBytes), true);
  file.set(json, LENGTH_BYTES);
  let at = LENGTH_BYTES + headerBytes;
  for (const { values } of tensors) {
    for (const value of values) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  }
  return file;
}

function invalid(file: string, fault: string): never {
  throw new ModelFileError('invalid', file, `${file} is no safetensors file: ${fault}.`);
}
