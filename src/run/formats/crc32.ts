/** Of every byte value: what eight steps of the division by the polynomial 0xEDB88320 leave. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** CRC-32 as PNG and zip take it (ISO 3309), of all parts one after another. */
export function crc32(...parts: readonly Uint8Array[]): number {
  let rest = 0xffffffff;
  for (const part of parts) {
    for (const byte of part) rest = (TABLE[(rest ^ byte) & 0xff] ?? 0) ^ (rest >>> 8);
  }
  return (rest ^ 0xffffffff) >>> 0;
}
