/**
 * GPT-2's byte alphabet: byte-level BPE writes each of the 256 bytes as one printable character. Bytes that are
 * printable in Latin-1 represent themselves, the others take the characters from U+0100 on, in order.
 */
const BYTE_OF_CHARACTER = byteAlphabet();

/** Bytes of a token as the vocabulary spells it, or null when a character is not of the byte alphabet. */
export function bytesOfSymbols(symbols: string): Uint8Array | null {
  const bytes = new Uint8Array(symbols.length);
  for (let i = 0; i < symbols.length; i++) {
    const byte = BYTE_OF_CHARACTER.get(symbols.charAt(i));
    if (byte === undefined) return null;
    bytes[i] = byte;
  }
  return bytes;
}

function byteAlphabet(): Map<string, number> {
  const alphabet = new Map<string, number>();
  let next = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xff && byte !== 0xad);
    alphabet.set(String.fromCharCode(printable ? byte : next++), byte);
  }
  return alphabet;
}
