import { concatBytes } from './bytes';
import { crc32 } from './crc32';

type Bytes = Uint8Array<ArrayBuffer>;

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] as const;

/**
 * Our chunk: ancillary, private, reserved bit as it must be, safe to copy (PNG specification §5.4). Editors that write the
 * picture anew may leave it out, no more.
 */
const CHUNK = 'saSc';
const HEADER_BYTES = 8;
const CRC_BYTES = 4;

/** Where a chunk's data are. */
interface Chunk {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

export function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => bytes[i] === byte);
}

/** The picture with data inside, which every viewer passes over. @param png as an encoder wrote it */
export function withData(png: Bytes, data: Bytes): Bytes {
  // The last chunk says that the picture ends.
  const end = [...chunksOf(png)].find(({ type }) => type === 'IEND');
  const at = end === undefined ? png.length : end.start - HEADER_BYTES;
  const chunk = new Uint8Array(HEADER_BYTES + data.length + CRC_BYTES);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length);
  chunk.set(new TextEncoder().encode(CHUNK), 4);
  chunk.set(data, HEADER_BYTES);
  view.setUint32(HEADER_BYTES + data.length, crc32(chunk.subarray(4, HEADER_BYTES + data.length)));
  return concatBytes([png.subarray(0, at), chunk, png.subarray(at)]);
}

/** What `withData` put into a picture; null: there is nothing of it left, or it has changed. */
export function dataOf(png: Bytes): Bytes | null {
  const chunk = [...chunksOf(png)].find(({ type }) => type === CHUNK);
  if (chunk === undefined || chunk.end + CRC_BYTES > png.length) return null;
  const sum = new DataView(png.buffer, png.byteOffset + chunk.end).getUint32(0);
  return sum === crc32(png.subarray(chunk.start - 4, chunk.end)) ? png.slice(chunk.start, chunk.end) : null;
}

function* chunksOf(png: Bytes): Generator<Chunk> {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  let at: number = SIGNATURE.length;
  while (at + HEADER_BYTES <= png.length) {
    const start = at + HEADER_BYTES;
    const end = start + view.getUint32(at);
    yield { type: String.fromCharCode(...png.subarray(at + 4, start)), start, end };
    at = end + CRC_BYTES;
  }
}
