import { describe, expect, it } from 'vitest';
import { safetensorsDataStart, safetensorsEntries, writeSafetensors } from '../../../src/model/safetensors';

const FILE = 'adapter_model.safetensors';

/** A file put together by hand. */
function fileOf(header: unknown, dataBytes: number, length?: bigint): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + json.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, length ?? BigInt(json.length), true);
  file.set(json, 8);
  return file;
}

const entriesOf = (file: Uint8Array) => safetensorsEntries(file, file.length, FILE);
const entry = (dtype: string, shape: number[], begin: number, end: number) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

describe('reading a header', () => {
  it('lists the tensors by their bytes, wherever the header puts them', () => {
    const header = { __metadata__: { format: 'pt' }, b: entry('BF16', [2, 3], 4, 16), a: entry('F32', [], 0, 4) };
    const file = fileOf(header, 16);
    const start = file.length - 16;
    expect([...entriesOf(file)]).toEqual([
      ['a', { dtype: 'F32', shape: [], begin: start, end: start + 4 }],
      ['b', { dtype: 'BF16', shape: [2, 3], begin: start + 4, end: start + 16 }],
    ]);
  });

  it('needs no more than the header of a large file', () => {
    const whole = fileOf({ a: entry('F32', [1000], 0, 4000) }, 4000);
    const dataStart = safetensorsDataStart(whole.subarray(0, 8), FILE);
    const entries = safetensorsEntries(whole.subarray(0, dataStart), whole.length, FILE);
    expect(entries.get('a')?.begin).toBe(whole.length - 4000);
  });

  it.each([
    ['a short file', new Uint8Array(5), 'only 5 bytes'],
    ['a header beyond the file', fileOf({}, 0, 50n), 'would end at 58'],
    ['a giant header', fileOf({}, 0, 2n ** 63n), `header would have ${2n ** 63n} bytes`],
    ['no JSON', fileOf('{"a"', 0), 'is not JSON'],
    ['an unknown type', fileOf({ a: entry('F31', [1], 0, 4) }, 4), 'dtype should be'],
    ['a negative dimension', fileOf({ a: entry('F32', [-1], 0, 4) }, 4), 'a.shape.0 should be'],
    ['offsets that run backwards', fileOf({ a: entry('F32', [1], 4, 0) }, 4), 'should have 4 bytes, but has -4'],
    ['a size that is not the shape', fileOf({ a: entry('F32', [2], 0, 4) }, 4), 'should have 8 bytes, but has 4'],
    ['two tensors on the same bytes', fileOf({ a: entry('U8', [4], 0, 4), b: entry('U8', [4], 2, 6) }, 6), 'b should'],
    ['a gap', fileOf({ a: entry('U8', [4], 0, 4), b: entry('U8', [4], 5, 9) }, 9), 'b should begin at byte'],
    ['bytes after the last tensor', fileOf({ a: entry('U8', [4], 0, 4) }, 5), 'tensors end at'],
    ['missing bytes', fileOf({ a: entry('U8', [4], 0, 4) }, 3), 'tensors end at'],
    [
      'a name listed twice',
      fileOf(
        '{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"a":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}',
        4,
      ),
      'a should begin at',
    ],
  ])('refuses %s', (_, file, message) => {
    expect(() => entriesOf(file)).toThrow(message);
    expect(() => entriesOf(file)).toThrow(expect.objectContaining({ code: 'invalid', file: FILE }));
  });
});

it('writes what it reads, with aligned tensors', () => {
  const tensors = [
    { name: 'x.weight', shape: [2, 2], values: Float32Array.of(1, -2, 3.5, NaN) },
    { name: 'y.weight', shape: [0], values: new Float32Array(0) },
    { name: 'é', shape: [1], values: Float32Array.of(7) },
  ];
  const file = writeSafetensors(tensors, { format: 'pt' });
  const entries = entriesOf(file);
  expect([...entries.keys()]).toEqual(tensors.map(({ name }) => name));
  for (const { name, shape, values } of tensors) {
    const found = entries.get(name);
    expect(found?.shape).toEqual(shape);
    const bytes = file.slice(found?.begin, found?.end);
    expect(new Float32Array(bytes.buffer)).toEqual(values);
  }
  expect((entries.get('x.weight')?.begin ?? NaN) % 8).toBe(0);
});
