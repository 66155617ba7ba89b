import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeWeights } from '../../../../src/model/convert/decode';
import { quantizeRows } from '../../../../src/model/convert/quantize';
import { floatToBfloat, floatToHalf, halfToFloat } from '../../../../src/model/floats';

interface Stored {
  readonly words: string;
  readonly scales: string;
}
interface Vectors {
  readonly groups: {
    readonly name: string;
    readonly values: string;
    readonly q4f16_1: Stored;
    readonly q4f32_1: Stored;
  }[];
  readonly rounding: { readonly values: string; readonly float16: string; readonly bfloat16: string };
}

const file = new URL('../../../fixtures/convert/vectors.json', import.meta.url);
const { groups, rounding } = JSON.parse(readFileSync(file, 'utf8')) as Vectors;
const QUANTIZATIONS = ['q4f16_1', 'q4f32_1'] as const;
const PLACE = { tensor: 'w', file: 'model.safetensors' };

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(base64, 'base64'));
const halves = (base64: string): number[] => [...new Uint16Array(bytesOf(base64).buffer)];

describe('group quantisation, bit by bit like numpy', () => {
  const cases = groups.flatMap(({ name, ...group }) => QUANTIZATIONS.map((type) => ({ name, type, group })));
  it.each(cases)('$name in $type', ({ type, group }) => {
    const values = decodeWeights(bytesOf(group.values), 'F32', type, PLACE);
    const { words, scales } = quantizeRows(values, type);
    expect([...words]).toEqual([...new Uint32Array(bytesOf(group[type].words).buffer)]);
    expect([...scales]).toEqual(halves(group[type].scales));
  });

  it.each(QUANTIZATIONS)('gives a group of zeros scale 0 and q = 7 in %s', (type) => {
    const { words, scales } = quantizeRows(new Float32Array(32), type);
    expect([...words]).toEqual([0x77777777, 0x77777777, 0x77777777, 0x77777777]);
    expect([...scales]).toEqual([0]);
  });
});

describe('rounding numbers', () => {
  const values = new Float32Array(bytesOf(rounding.values).buffer);

  it('to f16', () => {
    expect(Array.from(values, (value) => floatToHalf(value))).toEqual(halves(rounding.float16));
  });

  it('to bf16', () => {
    // The largest values would become infinite: MLC keeps them finite.
    const limit = 2 ** 127 * (2 - 2 ** -8);
    const expected = halves(rounding.bfloat16);
    values.forEach((value, i) => {
      if (Math.abs(value) < limit) expect(floatToBfloat(value)).toBe(expected[i]);
    });
    expect(floatToBfloat(Math.fround(3.4028234663852886e38))).toBe(0x7f7f);
    expect(floatToBfloat(-Infinity)).toBe(0xff80);
  });

  it('gives back every f16', () => {
    const finite = Array.from({ length: 65_536 }, (_, bits) => bits).filter((bits) => (bits & 0x7c00) !== 0x7c00);
    expect(finite.filter((bits) => floatToHalf(halfToFloat(bits)) !== bits)).toEqual([]);
    expect([floatToHalf(NaN), floatToHalf(Infinity)]).toEqual([0x7e00, 0x7c00]);
  });
});

describe('weights of a checkpoint', () => {
  it('are read from any place in a file', () => {
    const bytes = Uint8Array.of(9, 0x80, 0x3f, 0, 0xc0, 9).subarray(1, 5);
    expect([...decodeWeights(bytes, 'BF16', 'q4f32_1', PLACE)]).toEqual([1, -2]);
  });

  it('that are not finite in the model’s type are refused by name', () => {
    const tooLarge = new Uint8Array(Float32Array.of(1, 70_000).buffer);
    expect([...decodeWeights(tooLarge, 'F32', 'q4f32_1', PLACE)]).toEqual([1, 70_000]);
    const message = 'model.safetensors: w has a weight that is not a finite number in f16.';
    expect(() => decodeWeights(tooLarge, 'F32', 'q4f16_1', PLACE)).toThrow(message);
    const nan = new Uint8Array(Float32Array.of(NaN).buffer);
    expect(() => decodeWeights(nan, 'F32', 'q4f32_1', PLACE)).toThrow('not a finite number in f32');
  });
});
