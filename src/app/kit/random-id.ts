/** 128 random bits, in hexadecimal. `crypto.randomUUID` exists on secure pages only, and the page works on others too. */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
