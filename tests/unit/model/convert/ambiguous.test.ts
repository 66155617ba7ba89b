import { describe, expect, it } from 'vitest';
import {
  convertToy,
  jsonFile,
  toyCheckpoint,
  toyShards,
  toyTensors,
  type ToyTensor,
} from '../../../fixtures/toy-checkpoint';

describe('a tied model with a head in its file', () => {
  const head = (values: (embedding: Float32Array) => Float32Array, shape = [40, 32]): ToyTensor[] => {
    const tensors = toyTensors();
    return [...tensors, { name: 'lm_head.weight', shape, values: values(tensors[0]?.values ?? new Float32Array()) }];
  };

  it('is taken where the head is the embedding once more, and gives the same model', async () => {
    const { files } = await convertToy(toyCheckpoint({ tensors: head((embedding) => embedding) }));
    const plain = await convertToy(toyCheckpoint());
    expect(files.get('params_shard_0.bin')).toEqual(plain.files.get('params_shard_0.bin'));
  });

  it.each<[string, ToyTensor[]]>([
    ['differs in one number', head((embedding) => embedding.map((x, i) => (i === 1279 ? x + 1e-3 : x)))],
    ['is another one', head((embedding) => embedding.map((x) => -x))],
    ['has another shape', head((embedding) => embedding.slice(32), [39, 32])],
  ])('is refused by name where the head %s', async (_, tensors) => {
    await expect(convertToy(toyCheckpoint({ tensors }))).rejects.toMatchObject({
      code: 'invalid',
      file: 'model.safetensors',
      message: expect.stringContaining('lm_head.weight differs from model.embed_tokens.weight') as string,
    });
  });

  it('is compared by its numbers where the types differ', async () => {
    // bf16 numbers, so that both types have them.
    const tensors = toyTensors().map((tensor) => ({
      ...tensor,
      values: tensor.values.map((x) => Math.round(64 * x) / 64),
    }));
    const files = toyCheckpoint({ tensors });
    const [embedding, ...rest] = tensors;
    if (embedding === undefined) throw new Error('No embedding.');
    const half = { ...embedding, name: 'lm_head.weight' };
    const shards = { ...toyShards([...rest, embedding, half], 2), 'model.safetensors': null };
    const { files: sharded } = await convertToy(toyCheckpoint({ tensors, files: shards }));
    expect(sharded.get('params_shard_0.bin')).toEqual((await convertToy(files)).files.get('params_shard_0.bin'));
  });
});

describe('weights in a format that is not read', () => {
  it.each([
    ['pytorch_model.bin', /^pytorch_model\.bin: a pickle .* save the model as safetensors/],
    ['pytorch_model.bin.index.json', /^pytorch_model\.bin\.index\.json: a pickle/],
    ['tf_model.h5', /^tf_model\.h5: these are weights for TensorFlow/],
  ])('are named for what they are: %s', async (name, message) => {
    const files = { 'model.safetensors': null, [name]: jsonFile({}) };
    await expect(convertToy(toyCheckpoint({ files }))).rejects.toThrow(message);
    // Beside weights that are read they do not matter.
    await expect(convertToy(toyCheckpoint({ files: { [name]: jsonFile({}) } }))).resolves.toBeDefined();
  });

  it('are missing where there are none at all', async () => {
    await expect(convertToy(toyCheckpoint({ files: { 'model.safetensors': null } }))).rejects.toMatchObject({
      code: 'missing',
      file: 'model.safetensors',
    });
  });
});

describe('two checkpoints in one folder', () => {
  const old = toyShards(toyTensors(2));

  it('are refused, naming both', async () => {
    await expect(convertToy(toyCheckpoint({ files: old }))).rejects.toMatchObject({
      code: 'invalid',
      message:
        'model.safetensors: there are two checkpoints here, this file and model.safetensors.index.json with 2 of its 2 files: ' +
        'remove the one that is not meant.',
    });
  });

  it('are refused when some old files are left', async () => {
    const some = { ...old, 'model-00001-of-00002.safetensors': null };
    await expect(convertToy(toyCheckpoint({ files: some }))).rejects.toThrow('with 1 of its 2 files');
  });

  it('are one when only the index is left, and that is said', async () => {
    const index = { 'model.safetensors.index.json': old['model.safetensors.index.json'] ?? null };
    const { files, notes } = await convertToy(toyCheckpoint({ files: index }));
    expect(notes.map(({ code }) => code)).toEqual(['no-tokenizer', 'stale-index']);
    expect(files.get('params_shard_0.bin')).toEqual(
      (await convertToy(toyCheckpoint())).files.get('params_shard_0.bin'),
    );
  });

  it('are one where the index names the single file', async () => {
    const map = Object.fromEntries(toyTensors().map(({ name }) => [name, 'model.safetensors']));
    const files = { 'model.safetensors.index.json': jsonFile({ weight_map: map }) };
    expect((await convertToy(toyCheckpoint({ files }))).notes.map(({ code }) => code)).toEqual(['no-tokenizer']);
  });

  it('name the first missing file when there is only an index', async () => {
    const index = {
      'model.safetensors.index.json': old['model.safetensors.index.json'] ?? null,
      'model.safetensors': null,
    };
    await expect(convertToy(toyCheckpoint({ files: index }))).rejects.toMatchObject({
      code: 'missing',
      file: 'model-00001-of-00002.safetensors',
    });
  });
});
