import { describe, expect, it } from 'vitest';
import { initialLora } from '../../../src/model/initial-lora';
import { loraLayout } from '../../../src/engine/lora/layout';
import { packLora, unpackLora } from '../../../src/engine/lora/lora-buffers';
import { LORA_TARGETS, loraWeights, type LoraConfig } from '../../../src/model/lora';
import type { ModelConfig } from '../../../src/model/types';

const MODEL: ModelConfig = {
  quantization: 'q4f16_1',
  hiddenSize: 64,
  intermediateSize: 96,
  layerCount: 2,
  headCount: 4,
  kvHeadCount: 1,
  headDim: 8,
  rmsNormEps: 1e-6,
  ropeTheta: 10_000,
  vocabSize: 40,
  activeVocabSize: 40,
  contextTokens: 64,
  stopTokenIds: [],
  conversation: null,
};
const ALL: LoraConfig = { rank: 6, alpha: 3, targets: LORA_TARGETS };

/** An adapter whose numbers are all different. */
function counted(config: LoraConfig) {
  let next = 1;
  return loraWeights(MODEL, config, ({ shape: [rows, columns] }) =>
    Float32Array.from({ length: rows * columns }, () => next++),
  );
}

describe('layout of a layer', () => {
  it('lays out every target of every fused matrix, ranks padded to 8', () => {
    const { linears, floatsPerLayer, rankStride, widestU, scale } = loraLayout(MODEL, ALL);
    expect({ rankStride, widestU, scale }).toEqual({ rankStride: 8, widestU: 24, scale: 0.5 });
    expect(linears.qkv).toEqual({
      inputs: 64,
      outputs: 48,
      aOffset: 0,
      uColumns: 24,
      segments: [
        { target: 'q', rowStart: 0, rowCount: 32, uColumn: 0, bOffset: 24 * 64 },
        { target: 'k', rowStart: 32, rowCount: 8, uColumn: 8, bOffset: 24 * 64 + 32 * 8 },
        { target: 'v', rowStart: 40, rowCount: 8, uColumn: 16, bOffset: 24 * 64 + 40 * 8 },
      ],
    });
    expect(linears.output).toMatchObject({ inputs: 32, outputs: 64, aOffset: 24 * 64 + 48 * 8 });
    expect(linears.gateUp).toMatchObject({ inputs: 64, outputs: 192, uColumns: 16 });
    expect(linears.down).toMatchObject({ inputs: 96, outputs: 64, uColumns: 8 });
    const parameters = 8 * (3 * 64 + 48 + 32 + 64 + 2 * 64 + 192 + 96 + 64);
    expect(floatsPerLayer).toBe(parameters);
  });

  it('leaves out unselected targets, but keeps the rows of the selected ones', () => {
    const { linears, floatsPerLayer } = loraLayout(MODEL, { ...ALL, rank: 4, targets: ['v', 'up'] });
    expect([linears.output, linears.down]).toEqual([null, null]);
    expect(linears.qkv?.segments).toEqual([{ target: 'v', rowStart: 40, rowCount: 8, uColumn: 0, bOffset: 4 * 64 }]);
    expect(linears.gateUp).toMatchObject({ aOffset: 4 * 64 + 4 * 8, segments: [{ rowStart: 96, rowCount: 96 }] });
    expect(floatsPerLayer).toBe(4 * (64 + 8 + 64 + 96));
  });

  it.each([
    [{ ...ALL, rank: 0 }, 'rank'],
    [{ ...ALL, rank: 65 }, 'rank'],
    [{ ...ALL, rank: 2.5 }, 'rank'],
    [{ ...ALL, alpha: 0 }, 'alpha'],
    [{ ...ALL, targets: [] }, 'targets'],
    [{ ...ALL, targets: ['k', 'q'] as const }, 'targets'],
    [{ ...ALL, targets: ['q', 'q'] as const }, 'targets'],
  ])('refuses %o', (config, fault) => {
    expect(() => loraLayout(MODEL, config)).toThrow(new RegExp(`${fault} should be`));
  });
});

it('needs head sizes that are multiples of 4', () => {
  expect(() => loraLayout({ ...MODEL, headDim: 6 }, ALL)).toThrow("this model's have 6");
});

describe('packing', () => {
  it.each([1, 3, 4, 7, 64])('unpacks every tensor as it was at rank %d, and leaves the padding 0', (rank) => {
    const weights = counted({ ...ALL, rank });
    const layout = loraLayout(MODEL, weights.config);
    const packed = packLora(layout, weights);
    expect(packed.map((layer) => layer.length)).toEqual([layout.floatsPerLayer, layout.floatsPerLayer]);
    expect(unpackLora(layout, packed)).toEqual(weights);
    const total = weights.tensors.reduce((sum, { values }) => sum + values.length, 0);
    expect(packed.reduce((sum, layer) => sum + layer.filter((value) => value !== 0).length, 0)).toBe(total);
  });

  it('puts a number where the layout says', () => {
    const weights = counted(ALL);
    const layout = loraLayout(MODEL, ALL);
    const segment = layout.linears.gateUp?.segments[1];
    const b = weights.tensors.find(({ layer, target, part }) => layer === 1 && target === 'up' && part === 'B');
    expect(packLora(layout, weights)[1]?.[(segment?.bOffset ?? NaN) + 5 * 8 + 2]).toBe(b?.values[5 * 6 + 2]);
  });

  it('refuses tensors of another adapter, missing, out of order or of another size', () => {
    const layout = loraLayout(MODEL, ALL);
    const { config, tensors } = counted(ALL);
    const [first, second, ...rest] = tensors;
    if (first === undefined || second === undefined) throw new Error('No tensors.');
    expect(() => packLora(layout, counted({ ...ALL, alpha: 4 }))).toThrow('another rank, alpha or targets');
    expect(() => packLora(layout, { config, tensors: rest })).toThrow('has 28 tensors here, not 26');
    expect(() => packLora(layout, { config, tensors: [second, first, ...rest] })).toThrow('A of q in layer 0');
    const short = { ...first, values: first.values.slice(1) };
    expect(() => packLora(layout, { config, tensors: [short, second, ...rest] })).toThrow('A of q in layer 0');
  });
});

describe('a fresh adapter', () => {
  const fresh = initialLora(MODEL, ALL, 7);

  it('has B zero, and A uniform within 1/√inputs', () => {
    for (const { part, values, shape } of fresh.tensors) {
      if (part === 'B') {
        expect(values.every((value) => value === 0)).toBe(true);
        continue;
      }
      const bound = 1 / Math.sqrt(shape[1]);
      const rms = Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
      expect(values.every((value) => Math.abs(value) <= bound)).toBe(true);
      expect(rms / bound).toBeGreaterThan(0.5);
      expect(rms / bound).toBeLessThan(0.65);
    }
  });

  it('is the same for the same seed, and different for another', () => {
    expect(initialLora(MODEL, ALL, 7)).toEqual(fresh);
    expect(initialLora(MODEL, ALL, 8)).not.toEqual(fresh);
  });
});
