import { concatBytes } from './bytes';

type Format = 'deflate' | 'deflate-raw';
type Bytes = Uint8Array<ArrayBuffer>;

export async function deflate(bytes: Bytes, format: Format): Promise<Bytes> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream(format));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** More came out than was allowed. */
export class TooBigError extends Error {
  override readonly name = 'TooBigError';
}

/**
 * @param maxBytes reading stops as soon as there are more: a few bytes can unpack to gigabytes
 * @throws TooBigError; TypeError where the bytes are not of that format
 */
export async function inflate(bytes: Bytes, format: Format, maxBytes: number): Promise<Bytes> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream(format)).getReader();
  const parts: Bytes[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > maxBytes) {
      // Whatever else the stream has to say no longer matters.
      void reader.cancel().catch(() => undefined);
      throw new TooBigError(`More than ${maxBytes} bytes.`);
    }
    parts.push(value);
  }
  return concatBytes(parts);
}
