/**
 * MD5 (RFC 1321), because MLC's manifests name shards by it and WebCrypto does not offer it. It finds damage, nothing
 * else: it is no protection against tampering.
 */

const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21] as const;
const SINES = Int32Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32));
const ROTATIONS = Int32Array.from({ length: 64 }, (_, i) => SHIFTS[(i >> 4) * 4 + (i & 3)] ?? 0);
const WORD_OF_STEP = Int32Array.from({ length: 64 }, (_, i) => [i, 5 * i + 1, 3 * i + 5, 7 * i][i >> 4] ?? 0).map(
  (word) => word & 15,
);

/** MD5 of `bytes` in lower-case hexadecimal. Some hundred MB/s. */
export function md5(bytes: Uint8Array): string {
  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  const words = new Int32Array(16);
  const whole = bytes.length - (bytes.length % 64);
  addBlocks(state, words, bytes, whole);
  const tail = paddedTail(bytes.subarray(whole), bytes.length);
  addBlocks(state, words, tail, tail.length);
  return Array.from(new Uint8Array(state.buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The last, incomplete block with its end mark and the message's length in bits. */
function paddedTail(rest: Uint8Array, length: number): Uint8Array {
  const tail = new Uint8Array(rest.length < 56 ? 64 : 128);
  tail.set(rest);
  tail[rest.length] = 0x80;
  new DataView(tail.buffer).setBigUint64(tail.length - 8, BigInt(length) * 8n, true);
  return tail;
}

function addBlocks(state: Int32Array, words: Int32Array, bytes: Uint8Array, end: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < end; at += 64) {
    for (let i = 0; i < 16; i++) words[i] = view.getInt32(at + 4 * i, true);
    addBlock(state, words);
  }
}

/** One round of 64 steps over a block; the fixed-size arrays always hold the element, so `| 0` only says so to the compiler. */
function addBlock(state: Int32Array, words: Int32Array): void {
  let a = (state[0] ?? 0) | 0;
  let b = (state[1] ?? 0) | 0;
  let c = (state[2] ?? 0) | 0;
  let d = (state[3] ?? 0) | 0;
  for (let i = 0; i < 64; i++) {
    const mixed = i < 16 ? (b & c) | (~b & d) : i < 32 ? (d & b) | (~d & c) : i < 48 ? b ^ c ^ d : c ^ (b | ~d);
    const word = words[WORD_OF_STEP[i] ?? 0] ?? 0;
    const sum = (a + mixed + (SINES[i] ?? 0) + word) | 0;
    const turn = ROTATIONS[i] ?? 0;
    a = d;
    d = c;
    c = b;
    b = (b + ((sum << turn) | (sum >>> (32 - turn)))) | 0;
  }
  state[0] = (state[0] ?? 0) + a;
  state[1] = (state[1] ?? 0) + b;
  state[2] = (state[2] ?? 0) + c;
  state[3] = (state[3] ?? 0) + d;
}
