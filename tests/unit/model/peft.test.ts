import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ModelFileError } from '../../../src/model/errors';
import { LORA_TARGETS, loraWeights, type LoraConfig } from '../../../src/model/lora';
import { peftTensorName, readPeft, writePeft, type NamedFile } from '../../../src/model/peft';
import { safetensorsEntries, writeSafetensors } from '../../../src/model/safetensors';
import type { ModelConfig } from '../../../src/model/types';

const CONFIG_FILE = 'adapter_config.json';
const TENSOR_FILE = 'adapter_model.safetensors';

/** The model of tests/fixtures/peft/make.py. */
const MODEL: ModelConfig = {
  quantization: 'q4f16_1',
  hiddenSize: 32,
  intermediateSize: 64,
  layerCount: 2,
  headCount: 2,
  kvHeadCount: 1,
  headDim: 16,
  rmsNormEps: 1e-6,
  ropeTheta: 10_000,
  vocabSize: 40,
  activeVocabSize: 40,
  contextTokens: 64,
  stopTokenIds: [],
  conversation: null,
};
const BASE = { id: 'Qwen2.5-Tiny-q4f16_1-MLC', config: MODEL };
const LORA: LoraConfig = { rank: 3, alpha: 4.5, targets: ['k', 'o', 'gate'] };

function sourceOf(files: readonly { readonly name: string; readonly bytes: Uint8Array }[]) {
  return {
    read(name: string): Promise<Uint8Array> {
      const file = files.find((other) => other.name === name);
      return file
        ? Promise.resolve(file.bytes)
        : Promise.reject(new ModelFileError('missing', name, `${name} is not there.`));
    },
  };
}

function counted(config: LoraConfig) {
  let next = 0;
  return loraWeights(MODEL, config, ({ shape: [rows, columns] }) =>
    Float32Array.from({ length: rows * columns }, () => Math.fround(Math.sin(next++))),
  );
}

/** The files of `counted(LORA)` after a change to the configuration, to the tensors, or to their header's text. */
function changed({
  config = {},
  tensors = (all) => all,
  header = (text) => text,
}: {
  config?: Record<string, unknown>;
  tensors?: (all: Tensor[]) => Tensor[];
  header?: (text: string) => string;
}) {
  const weights = counted(LORA);
  const [json] = writePeft(weights, BASE.id);
  const document = JSON.parse(new TextDecoder().decode(json?.bytes)) as Record<string, unknown>;
  const named = weights.tensors.map((tensor) => ({ ...tensor, name: peftTensorName(tensor) }));
  const bytes = writeSafetensors(tensors(named), {});
  const start = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
  // Of the same length: the offsets stay right.
  const text = header(new TextDecoder().decode(bytes.subarray(8, start)));
  bytes.set(new TextEncoder().encode(text), 8);
  return sourceOf([
    { name: CONFIG_FILE, bytes: new TextEncoder().encode(JSON.stringify({ ...document, ...config })) },
    { name: TENSOR_FILE, bytes },
  ]);
}

interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

describe('an adapter saved by PEFT', () => {
  it('is read, in bf16 and in PEFT’s order of tensors', async () => {
    const folder = new URL('../../fixtures/peft/', import.meta.url);
    const files = [CONFIG_FILE, TENSOR_FILE].map((name) => ({ name, bytes: readFileSync(new URL(name, folder)) }));
    const { weights, otherBase } = await readPeft(sourceOf(files), BASE);
    expect(otherBase).toBeNull();
    expect(weights.config).toEqual({ rank: 2, alpha: 6, targets: ['q', 'v', 'up', 'down'] });
    const sizes = weights.tensors.map(({ layer, target, part, shape }) => [layer, target, part, ...shape].join(' '));
    expect(sizes.slice(0, 8)).toEqual([
      '0 q A 2 32',
      '0 q B 32 2',
      '0 v A 2 32',
      '0 v B 16 2',
      '0 up A 2 32',
      '0 up B 64 2',
      '0 down A 2 64',
      '0 down B 32 2',
    ]);
    expect(weights.tensors).toHaveLength(16);
    for (const { layer, part, values } of weights.tensors) {
      const number = (i: number): number => (part === 'A' ? ((i % 20) - 10) / 64 : (10 - (i % 20)) / 32) + layer;
      expect(values).toEqual(Float32Array.from(values, (_, i) => number(i)));
    }
  });
});

describe('round trip', () => {
  it.each<[string, LoraConfig]>([
    ['some targets', LORA],
    ['all targets', { rank: 64, alpha: 128, targets: LORA_TARGETS }],
    ['one target', { rank: 1, alpha: 1, targets: ['down'] }],
  ])('keeps every number: %s', async (_, config) => {
    const weights = counted(config);
    expect(await readPeft(sourceOf(writePeft(weights, BASE.id)), BASE)).toEqual({ weights, otherBase: null });
  });

  it('writes names, shapes and settings as PEFT does', () => {
    const [json, tensors] = writePeft(counted({ ...LORA, targets: LORA_TARGETS }), BASE.id) as [NamedFile, NamedFile];
    expect([json.name, tensors.name]).toEqual([CONFIG_FILE, TENSOR_FILE]);
    expect(JSON.parse(new TextDecoder().decode(json.bytes))).toMatchObject({
      peft_type: 'LORA',
      task_type: 'CAUSAL_LM',
      bias: 'none',
      r: 3,
      lora_alpha: 4.5,
      target_modules: ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'],
      base_model_name_or_path: 'Qwen/Qwen2.5-Tiny',
    });
    const entries = safetensorsEntries(tensors.bytes, tensors.bytes.length, TENSOR_FILE);
    const fixture = readFileSync(new URL(`../../fixtures/peft/${TENSOR_FILE}`, import.meta.url));
    const saved = [...safetensorsEntries(fixture, fixture.length, TENSOR_FILE).keys()];
    expect(saved).toHaveLength(16);
    expect([...entries.keys()]).toEqual(expect.arrayContaining(saved));
    expect(entries.get('base_model.model.model.layers.1.mlp.down_proj.lora_A.weight')?.shape).toEqual([3, 64]);
    expect(entries.get('base_model.model.model.layers.0.self_attn.k_proj.lora_B.weight')?.shape).toEqual([16, 3]);
  });

  it.each([
    ['tiny-math', 'tiny-math'],
    ['Qwen2.5-Math-1.5B-Instruct-q4f32_1-MLC', 'Qwen/Qwen2.5-Math-1.5B-Instruct'],
    ['me/Qwen2.5-Math-1.5B', 'Qwen/Qwen2.5-Math-1.5B'],
  ])('names the base of %s as %s', (id, name) => {
    const [json] = writePeft(counted(LORA), id);
    expect(JSON.parse(new TextDecoder().decode(json?.bytes))).toMatchObject({ base_model_name_or_path: name });
  });
});

describe('another base model', () => {
  it.each([
    ['Qwen/Qwen2.5-Tiny', null],
    ['/home/me/models/qwen2.5-tiny', null],
    [null, null],
    ['Qwen/Qwen2.5-Math-7B', 'Qwen/Qwen2.5-Math-7B'],
  ])('named %s: %s', async (base_model_name_or_path, otherBase) => {
    expect(await readPeft(changed({ config: { base_model_name_or_path } }), BASE)).toMatchObject({ otherBase });
  });
});

describe('an adapter that is not the same everywhere', () => {
  /** B A of each projection, times its scale: what PEFT adds to the weights. */
  const updates = ({ config, tensors }: ReturnType<typeof counted>): Map<string, number[]> => {
    const found = new Map<string, number[]>();
    for (const [i, a] of tensors.entries()) {
      const b = tensors[i + 1];
      if (a.part !== 'A' || b === undefined) continue;
      const [rank, inputs] = a.shape;
      const sums = Array.from({ length: b.shape[0] * inputs }, (_, at) => {
        const [row, column] = [Math.floor(at / inputs), at % inputs];
        let sum = 0;
        for (let k = 0; k < rank; k++) {
          sum += (b.values[row * rank + k] ?? NaN) * (a.values[k * inputs + column] ?? NaN);
        }
        return (sum * config.alpha) / config.rank;
      });
      found.set(`${a.layer} ${a.target}`, sums);
    }
    return found;
  };
  const only = (names: RegExp) => (all: Tensor[]) => all.filter(({ name }) => names.test(name));

  it('with ranks, alphas and layers of its own computes what PEFT computes', async () => {
    // k has rank 3 and alpha 4.5 in layer 1, o has rank 2 and alpha 5 in both; gate is left out.
    const config = {
      target_modules: String.raw`model\.layers\.(1\.self_attn\.k|\d\.self_attn\.o)_proj`,
      rank_pattern: { o_proj: 2 },
      alpha_pattern: { '0.self_attn.o_proj': 5, 'layers.1.self_attn.o_proj': 7 },
    };
    const narrow = (tensor: Tensor): Tensor => {
      if (!tensor.name.includes('o_proj')) return tensor;
      const [rows = 0, columns = 0] = tensor.shape;
      if (tensor.name.includes('lora_A'))
        return { ...tensor, shape: [2, columns], values: tensor.values.slice(0, 2 * columns) };
      return { ...tensor, shape: [rows, 2], values: tensor.values.filter((_, i) => i % 3 < 2) };
    };
    const tensors = (all: Tensor[]) => only(/1\.self_attn\.k_proj|o_proj/)(all).map(narrow);
    const { weights } = await readPeft(changed({ config, tensors }), BASE);
    const found = updates(weights);
    // Against the same factors by hand: 4.5 / 3 of k, 5 / 2 and 7 / 2 of o, from its first two ranks.
    const whole = counted(LORA);
    for (const [key, values] of found) {
      const [layer, target] = key.split(' ');
      const pair = whole.tensors.filter((tensor) => `${tensor.layer} ${tensor.target}` === key);
      const [a, b] = [pair[0], pair[1]];
      const isMeant = target === 'o' || (target === 'k' && layer === '1');
      const scale = target === 'k' ? 4.5 / 3 : layer === '0' ? 5 / 2 : 7 / 2;
      const inputs = a?.shape[1] ?? NaN;
      values.forEach((value, at) => {
        let sum = 0;
        for (let k = 0; k < (target === 'o' ? 2 : 3); k++) {
          sum += (b?.values[Math.floor(at / inputs) * 3 + k] ?? NaN) * (a?.values[k * inputs + (at % inputs)] ?? NaN);
        }
        expect(value).toBeCloseTo(isMeant ? scale * sum : 0, 5);
      });
    }
    expect([...found.keys()]).toEqual(['0 k', '0 o', '1 k', '1 o']);
  });

  it('of rank-stabilised scaling has alpha / √rank', async () => {
    const { weights } = await readPeft(changed({ config: { use_rslora: true } }), BASE);
    expect(weights.config.alpha / weights.config.rank).toBeCloseTo(4.5 / Math.sqrt(3), 12);
    expect(weights.tensors).toEqual(counted(LORA).tensors);
  });

  it('has no tensor beyond what its configuration means', async () => {
    const reading = readPeft(changed({ config: { layers_to_transform: [1] } }), BASE);
    await expect(reading).rejects.toThrow('layers.0.self_attn.k_proj.lora_A.weight is beyond what target_modules');
  });
});

describe('a folder with something else', () => {
  const [json] = writePeft(counted(LORA), BASE.id) as [NamedFile, NamedFile];
  const pointer = new TextEncoder().encode('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n');
  it.each<[string, string, Uint8Array, string]>([
    ['a pickle', 'adapter_model.bin', new Uint8Array(9), 'adapter_model.bin: a pickle may run any program'],
    [
      'an MLX file',
      'adapters.safetensors',
      new Uint8Array(9),
      'adapters.safetensors: these are the tensors of an MLX adapter',
    ],
    ['a pointer', TENSOR_FILE, pointer, `${TENSOR_FILE} is a Git LFS pointer`],
  ])('%s is named', async (_, name, bytes, message) => {
    await expect(readPeft(sourceOf([json, { name, bytes }]), BASE)).rejects.toThrow(message);
  });
});

describe('what is refused', () => {
  it.each<[Record<string, unknown>, string]>([
    [{ peft_type: 'LOHA' }, 'peft_type should be "LORA", but is "LOHA"'],
    [{ r: 128 }, 'r should be <=64, but is 128'],
    [{ r: 0 }, 'r should be >=1, but is 0'],
    [{ lora_alpha: -1 }, 'lora_alpha should be >0, but is -1'],
    [{ task_type: 'SEQ_CLS' }, 'task_type should be "CAUSAL_LM", but is "SEQ_CLS"'],
    [{ bias: 'all' }, 'bias should be "none", but is "all"'],
    [{ init_lora_weights: 'pissa' }, 'init_lora_weights should be'],
    [{ use_dora: true }, 'DoRA (use_dora)'],
    [{ modules_to_save: ['lm_head'] }, 'fully trained modules (modules_to_save)'],
    [{ trainable_token_indices: [3] }, 'trained token embeddings'],
    [
      { target_modules: ['k_proj', 'o_proj', 'gate_proj', 'q_proj'] },
      'layers.0.self_attn.q_proj.lora_A.weight is missing',
    ],
    [{ target_modules: ['lm_head'] }, 'target_modules means lm_head'],
  ])('the configuration %o', async (config, message) => {
    await expect(readPeft(changed({ config }), BASE)).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining(message) as string,
    });
  });

  it.each([
    [
      'PEFT’s own list of modules in full names',
      {
        target_modules: [0, 1].flatMap((i) => [
          `model.layers.${i}.self_attn.k_proj`,
          `model.layers.${i}.self_attn.o_proj`,
          `model.layers.${i}.mlp.gate_proj`,
        ]),
      },
    ],
    ['a pattern', { target_modules: '.*\\.(?P<part>k|o|gate)_proj' }],
    ['settings that are off', { modules_to_save: [], use_dora: false, rank_pattern: null, layers_pattern: null }],
    ['unknown settings', { something_new: 3 }],
  ])('but not %s', async (_, config) => {
    await expect(readPeft(changed({ config }), BASE)).resolves.toMatchObject({ otherBase: null });
  });

  const first = 'base_model.model.model.layers.0.self_attn.k_proj.lora_A.weight';
  const renamed = (name: string) => (all: Tensor[]) =>
    all.map((tensor) => (tensor.name === first ? { ...tensor, name } : tensor));
  it.each<[string, Parameters<typeof changed>[0], string]>([
    ['no tensors', { tensors: () => [] }, `${first} is missing`],
    ['a missing tensor', { tensors: (all) => all.slice(1) }, `${first} is missing`],
    [
      'a layer too many',
      { tensors: (all) => [...all, layerTwo(all)] },
      'layers.2.self_attn.k_proj.lora_A.weight is beyond what',
    ],
    ['the wrong block', { tensors: renamed(first.replace('self_attn', 'mlp')) }, `${first} is missing`],
    ['a tensor of another kind', { tensors: renamed('lm_head.weight') }, `${first} is missing`],
    ['another rank', { config: { r: 4 } }, `${first} should have shape [4, 32] on this model, but has [3, 32]`],
    [
      'a matrix that lies the other way round',
      { tensors: (all) => all.map((tensor) => ({ ...tensor, shape: [...tensor.shape].reverse() })) },
      'should have shape [3, 32] on this model, but has [32, 3]',
    ],
    [
      'a number that is not finite',
      {
        tensors: (all) =>
          all.map((tensor) => ({ ...tensor, values: tensor.values.map((x, i) => (i === 5 ? NaN : x)) })),
      },
      `${first} has a number that is not finite`,
    ],
    [
      'whole numbers',
      { header: (text) => text.replaceAll('"F32"', '"I32"') },
      'should be F32, F16 or BF16, but is I32',
    ],
    ['a damaged header', { header: (text) => text.replace('{', '!') }, 'is not JSON'],
  ])('%s', async (_, change, message) => {
    await expect(readPeft(changed(change), BASE)).rejects.toMatchObject({
      code: 'invalid',
      file: TENSOR_FILE,
      message: expect.stringContaining(message) as string,
    });
  });

  it('a folder without one of the files', async () => {
    const files = writePeft(counted(LORA), BASE.id);
    for (const name of [CONFIG_FILE, TENSOR_FILE]) {
      const rest = sourceOf(files.filter((file) => file.name !== name));
      await expect(readPeft(rest, BASE)).rejects.toMatchObject({ code: 'missing', file: name });
    }
  });

  it('an adapter of another model, by its shapes', async () => {
    const wider = { ...BASE, config: { ...MODEL, hiddenSize: 64 } };
    const reading = readPeft(sourceOf(writePeft(counted(LORA), BASE.id)), wider);
    await expect(reading).rejects.toThrow('should have shape [3, 64] on this model, but has [3, 32]');
    const deeper = { ...BASE, config: { ...MODEL, layerCount: 3 } };
    const missing = readPeft(sourceOf(writePeft(counted(LORA), BASE.id)), deeper);
    await expect(missing).rejects.toThrow('layers.2.self_attn.k_proj.lora_A.weight is missing');
  });

  function layerTwo(all: readonly Tensor[]): Tensor {
    const [tensor] = all;
    if (tensor === undefined) throw new Error('No tensors.');
    return { ...tensor, name: first.replace('layers.0', 'layers.2') };
  }
});
