import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { md5 } from '../../../src/model/md5';

describe('md5', () => {
  it('agrees with the vectors of RFC 1321', () => {
    const of = (text: string) => md5(new TextEncoder().encode(text));
    expect(of('')).toBe('d41d8cd98f00b204e9800998ecf8427e');
    expect(of('message digest')).toBe('f96b697d7cb7938d525a2f31aaf161d0');
    expect(of('1234567890'.repeat(8))).toBe('57edf4a22be3c955ac49da2e2107b67a');
  });

  it('agrees with Node at every length, also on a view into a larger buffer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(9), (bytes, skip) => {
        const view = bytes.subarray(Math.min(skip, bytes.length));
        expect(md5(view)).toBe(createHash('md5').update(view).digest('hex'));
      }),
      { seed: 1 },
    );
  });
});
