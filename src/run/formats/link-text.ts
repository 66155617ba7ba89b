import { fromBase64, toBase64 } from './base64';
import { crc32 } from './crc32';
import { deflate, inflate, TooBigError } from './deflate';

/** The text's coding, and the prefix of every link before its dot: deflate-raw, then the CRC-32 of the JSON, in base64url. */
const CODEC = 'z';
const CRC_BYTES = 4;

/** Most characters that are read: three times what this page writes, so that later versions may write more. */
const MAX_CHARACTERS = 16_384;
const MAX_JSON_BYTES = 2 ** 20;

/**
 * too-long: more characters than any link has. unknown-codec: made by a later version, or no link at all. damaged: some
 * characters are missing or wrong. too-big: it unpacks to more than a run can be. newer: the schema is of a later
 * version. invalid: whole, but not what such a link holds.
 */
export type LinkErrorCode = 'too-long' | 'unknown-codec' | 'damaged' | 'too-big' | 'newer' | 'invalid';
export type LinkResult<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly code: LinkErrorCode };

/** A JSON value as the text of a link. */
export async function packLink(value: unknown): Promise<string> {
  const json = new TextEncoder().encode(JSON.stringify(value));
  const packed = await deflate(json, 'deflate-raw');
  const bytes = new Uint8Array(packed.length + CRC_BYTES);
  bytes.set(packed);
  // Deflate itself would not notice a letter that has changed.
  new DataView(bytes.buffer).setUint32(packed.length, crc32(json));
  return `${CODEC}.${toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}`;
}

/** Reads what `packLink` wrote; what the value is remains to be seen. Never throws. */
export async function unpackLink(text: string): Promise<LinkResult<unknown>> {
  if (text.length > MAX_CHARACTERS) return { ok: false, code: 'too-long' };
  const dot = text.indexOf('.');
  if (dot < 0 || text.slice(0, dot) !== CODEC) return { ok: false, code: 'unknown-codec' };
  const body = text.slice(dot + 1);
  if (!/^[\w-]+$/.test(body)) return { ok: false, code: 'damaged' };
  try {
    const bytes = fromBase64(body.replaceAll('-', '+').replaceAll('_', '/'));
    const json = await inflate(bytes.slice(0, -CRC_BYTES), 'deflate-raw', MAX_JSON_BYTES);
    if (new DataView(bytes.buffer, bytes.length - CRC_BYTES).getUint32(0) !== crc32(json)) throw new TypeError();
    return { ok: true, value: JSON.parse(new TextDecoder().decode(json)) };
  } catch (error) {
    return { ok: false, code: error instanceof TooBigError ? 'too-big' : 'damaged' };
  }
}
