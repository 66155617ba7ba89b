import { describe, expect, it } from 'vitest';
import { ModelFileError } from '../../../src/model/errors';
import { loadModelFiles } from '../../../src/model/load';
import { fixtureModel } from './fixture-model';

type Fixture = ReturnType<typeof fixtureModel>;

async function failure(damage: (model: Fixture) => void): Promise<ModelFileError> {
  const model = fixtureModel();
  damage(model);
  const error: unknown = await loadModelFiles(model.source()).catch((reason: unknown) => reason);
  if (!(error instanceof ModelFileError)) throw new Error(`expected a ModelFileError, got ${String(error)}`);
  return error;
}

/** The record of a tensor in the fixture's manifest. */
function tensor(model: Fixture, name: string) {
  const record = model.manifest.records.flatMap((shard) => shard.records).find((one) => one.name === name);
  if (record === undefined) throw new Error(name);
  return record;
}

describe('loadModelFiles', () => {
  it('reads every tensor as a view of the right bytes', async () => {
    const model = fixtureModel();
    const files = await loadModelFiles(model.source());
    expect(files.tensors.size).toBe(14);
    expect(files.config).toMatchObject({ headDim: 16, vocabSize: 40, activeVocabSize: 40, contextTokens: 128 });
    expect(files.tokenizer).toBeNull();
    const scale = files.tensors.get('model.embed_tokens.q_scale');
    expect(scale).toMatchObject({ shape: [40, 1], dtype: 'float16' });
    expect(scale?.bytes).toEqual(model.shardBytes[0]?.subarray(640, 720));
  });

  it('says that the float32 tensors of a q4f32_1 model are stored as bf16', async () => {
    const files = await loadModelFiles(fixtureModel('float32').source());
    expect(files.tensors.get('model.norm.weight')?.dtype).toBe('bfloat16');
    expect(files.tensors.get('model.embed_tokens.q_weight')?.dtype).toBe('uint32');
  });

  it('reports progress in bytes, up to the total', async () => {
    const model = fixtureModel();
    const seen: [number, number][] = [];
    await loadModelFiles(model.source(), (done, total) => seen.push([done, total]));
    const [first, second] = model.shardBytes.map((bytes) => bytes.length) as [number, number];
    const total = first + second;
    expect(seen).toEqual([
      [0, total],
      [first, total],
      [total, total],
    ]);
  });

  it('stops when aborted', async () => {
    const abort = new AbortController();
    const progress = (done: number): void => (done > 0 ? abort.abort() : undefined);
    const loading = loadModelFiles(fixtureModel().source(), progress, abort.signal);
    await expect(loading).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('takes stop tokens from template and eos, and the active vocabulary from the configuration', async () => {
    const model = fixtureModel();
    Object.assign(model.config, { eos_token_id: [3, 4], active_vocab_size: 37 });
    const { config } = await loadModelFiles(model.source());
    expect(config.stopTokenIds).toEqual([3, 4]);
    expect(config.activeVocabSize).toBe(37);
  });
});

describe('a damaged model folder', () => {
  const shard = (model: Fixture) => model.manifest.records[1] as Fixture['manifest']['records'][number];
  const cases: [what: string, damage: (model: Fixture) => void, code: string, message: string][] = [
    [
      'a truncated shard',
      (model) => model.shardBytes.splice(1, 1, (model.shardBytes[1] ?? new Uint8Array()).slice(0, 100)),
      'corrupt',
      'params_shard_1.bin should have 4352 bytes, but has 100.',
    ],
    [
      'a shard with one wrong byte',
      (model) => model.shardBytes[0]?.fill(7, 20, 21),
      'corrupt',
      'params_shard_0.bin should have MD5 ',
    ],
    ['a missing shard', (model) => (shard(model).dataPath = 'gone.bin'), 'missing', 'gone.bin is not there.'],
    ['a missing tensor', (model) => shard(model).records.pop(), 'invalid', 'model.norm.weight is missing (1 of 14'],
    [
      'a wrong shape',
      (model) => (tensor(model, 'model.layers.0.mlp.down_proj.q_weight').shape = [32, 4]),
      'invalid',
      'model.layers.0.mlp.down_proj.q_weight should have shape [32, 8], but has [32, 4].',
    ],
    [
      'a number type of another quantisation',
      (model) => (tensor(model, 'model.norm.weight').dtype = 'float32'),
      'invalid',
      'model.norm.weight should be float16 in a q4f16_1 model, but is bfloat16.',
    ],
    [
      'a wrong size',
      (model) => (tensor(model, 'model.norm.weight').nbytes = 65),
      'invalid',
      'model.norm.weight should have 64 bytes, but has 65.',
    ],
    [
      'a tensor beyond its shard',
      (model) => (tensor(model, 'model.norm.weight').byteOffset = 5000),
      'invalid',
      'model.norm.weight should end within the 4352 bytes of params_shard_1.bin, but ends at 5064.',
    ],
    [
      'an unknown tensor',
      (model) => (tensor(model, 'model.norm.weight').name = 'lm_head.q_weight'),
      'invalid',
      'lm_head.q_weight in params_shard_1.bin is not a tensor of this model',
    ],
    [
      'a shard path that leaves the folder',
      (model) => (shard(model).dataPath = '../secret'),
      'invalid',
      'tensor-cache.json: records.1.dataPath should be /^[\\w-]',
    ],
    [
      'another quantisation',
      (model) => (model.config.quantization = 'q3f16_1'),
      'invalid',
      'mlc-chat-config.json: quantization should be ("q4f16_1" | "q4f32_1"), but is "q3f16_1".',
    ],
    [
      'another architecture',
      (model) => (model.config.model_type = 'llama'),
      'invalid',
      'mlc-chat-config.json: model_type should be "qwen2", but is "llama".',
    ],
    [
      'a configuration without RoPE base',
      (model) => delete model.config.model_config.rope_theta,
      'invalid',
      'mlc-chat-config.json: model_config.rope_theta is missing.',
    ],
    [
      'heads that do not share evenly',
      (model) => (model.config.model_config.num_key_value_heads = 3),
      'invalid',
      'num_attention_heads should be a multiple of num_key_value_heads (3), but is 2.',
    ],
    [
      'a width that is not in groups of 32',
      (model) => (model.config.model_config.intermediate_size = 72),
      'invalid',
      'intermediate_size should be a multiple of 32, but is 72.',
    ],
    [
      'a stop token outside the vocabulary',
      (model) => (model.config.eos_token_id = 40),
      'invalid',
      'every stop token id should be below vocab_size (40), but is 40.',
    ],
    [
      'no context length',
      (model) => delete model.config.model_config.context_window_size,
      'invalid',
      'context_window_size should be a whole number above 0, but is 0.',
    ],
    ...lies(),
    [
      'a promised tokenizer that is not there',
      (model) => (model.config.tokenizer_files = ['tokenizer.json']),
      'missing',
      'tokenizer.json is not there.',
    ],
    [
      'a file that is not JSON',
      (model) => model.extraFiles.set('tokenizer.json', new TextEncoder().encode('<!doctype html>')),
      'invalid',
      'tokenizer.json is a web page, not the file',
    ],
  ];

  it.each(cases)('%s', async (_, damage, code, message) => {
    const error = await failure(damage);
    expect(error.message).toContain(message);
    expect(error.code).toBe(code);
  });
});

/** Numbers and lists that would keep a core busy, fill the memory or fail far from here. */
function lies(): [string, (model: Fixture) => void, string, string][] {
  const field = (name: string, value: unknown, message: string): [string, (model: Fixture) => void, string, string] => [
    `a lie about ${name}`,
    (model) => (model.config.model_config[name] = value),
    'invalid',
    message,
  ];
  const template = {
    system_template: '{system_message}',
    system_message: '',
    roles: { user: 'U', assistant: 'A' },
    seps: ['|'],
    role_content_sep: '',
    role_empty_sep: '',
  };
  return [
    field(
      'num_hidden_layers',
      1e8,
      'mlc-chat-config.json: model_config.num_hidden_layers should be <=512, but is 100000000.',
    ),
    field('hidden_size', 2 ** 40, 'hidden_size should be <=65536'),
    field('intermediate_size', 2 ** 40, 'intermediate_size should be <=524288'),
    field('num_attention_heads', 1e9, 'num_attention_heads should be <=1024'),
    field('num_key_value_heads', 1e9, 'num_key_value_heads should be <=1024'),
    field('head_dim', 1e9, 'head_dim should be <=1024'),
    field('vocab_size', 1e12, 'vocab_size should be <=1048576'),
    field('rms_norm_eps', Infinity, 'rms_norm_eps'),
    field('context_window_size', 1e12, 'context_window_size should be <=16777216'),
    field('context_window_size', 1.5, 'context_window_size should be'),
    field('rope_theta', 1e300, 'rope_theta should be <='),
    [
      'an enormous stop list',
      (model) => (model.config.eos_token_id = Array.from({ length: 100_000 }, () => 1)),
      'invalid',
      'eos_token_id',
    ],
    [
      'an enormous template',
      (model) => (model.config.conv_template = { ...template, system_message: 'x'.repeat(1_000_000) }),
      'invalid',
      'conv_template.system_message should be <=100000',
    ],
    [
      'a shard that would not fit into memory',
      (model) => ((model.manifest.records[0] ?? { nbytes: 0 }).nbytes = 1e15),
      'invalid',
      'nbytes should be <=4294967296',
    ],
    [
      'records that overlap',
      (model) => (tensor(model, 'model.embed_tokens.q_scale').byteOffset = 600),
      'invalid',
      'model.embed_tokens.q_weight and model.embed_tokens.q_scale overlap in params_shard_0.bin, at byte 600',
    ],
    [
      'a file that is listed twice',
      (model) => ((model.manifest.records[1] ?? { dataPath: '' }).dataPath = 'params_shard_0.bin'),
      'invalid',
      'params_shard_0.bin is listed twice',
    ],
  ];
}

describe('a long context', () => {
  it('is cut to what the engine prepares for', async () => {
    const model = fixtureModel();
    model.config.model_config.context_window_size = 1_010_000;
    expect((await loadModelFiles(model.source())).config.contextTokens).toBe(131_072);
  });
});
