import { ModelFileError } from '../errors';

/** "\0asm" and version 1, little-endian. */
const MAGIC = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/**
 * Checks that bytes are a complete WebAssembly module: its sections fill it to the end. A library has no MD5,
 * so this is how a truncated one is found. ModelFileError 'corrupt' otherwise.
 */
export function checkLibrary(bytes: Uint8Array, fileName: string): void {
  let at = MAGIC.length;
  let ok = MAGIC.every((byte, i) => bytes[i] === byte);
  while (ok && at < bytes.length) {
    // A section: its id in one byte, its size in LEB128, its contents.
    let size = 0;
    let shift = 0;
    let byte = 0x80;
    at++;
    while (byte & 0x80 && shift < 35) {
      byte = bytes[at++] ?? 0;
      size += (byte & 0x7f) * 2 ** shift;
      shift += 7;
    }
    at += size;
  }
  ok &&= at === bytes.length;
  if (!ok) throw new ModelFileError('corrupt', fileName, `${fileName} is not a whole WebAssembly module.`);
}
