import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dirSource } from '../../../../src/cli/dir-source';
import { referenceLogits } from '../../../../src/engine/reference/forward';
import { readAhead } from '../../../../src/model/convert/read-ahead';
import { loadModelFiles } from '../../../../src/model/load';
import { md5 } from '../../../../src/model/md5';
import { checkpointOf, CONVERSIONS, EXPECTED, IDS, withConverted } from '../../../fixtures/converted';

describe.each(CONVERSIONS)('a converted checkpoint, %s', (conversion) => {
  const quantization = conversion.split('/')[1] ?? '';

  it('has the tensors and logits that numpy gives it', async () => {
    const out = await withConverted(checkpointOf(conversion), quantization, async (folder) => {
      const files = await loadModelFiles(dirSource(folder));
      const sums = Object.fromEntries([...files.tensors].map(([name, { bytes }]) => [name, md5(bytes)]));
      expect(sums).toEqual(EXPECTED[conversion]?.tensors);
      const logits = referenceLogits(files, IDS);
      const expected = EXPECTED[conversion]?.logits ?? [];
      expect(logits.length).toBe(expected.length);
      const worst = expected.map((value, i) => Math.abs(value - (logits[i] ?? NaN)));
      expect(Math.max(...worst)).toBeLessThan(1e-8);
      expect((await readdir(folder)).sort()).toEqual([
        'mlc-chat-config.json',
        'params_shard_0.bin',
        'tensor-cache.json',
      ]);
    });
    expect(JSON.parse(out)).toMatchObject({ quantization, layers: 2, files: 3 });
  });
});

describe('a checkpoint with a tokenizer', () => {
  const tokenizer = new URL('../../../../public/models/tiny-math/tokenizer.json', import.meta.url);
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sasc-hf-'));
    await cp(checkpointOf('bf16'), folder, { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true }));

  const chatConfigOf = async (): Promise<Record<string, unknown>> => {
    let text = '';
    await withConverted(folder, 'q4f16_1', async (out) => {
      text = await readFile(join(out, 'mlc-chat-config.json'), 'utf8');
      expect((await readdir(out)).sort()).toContain('tokenizer.json');
    });
    return JSON.parse(text) as Record<string, unknown>;
  };

  it('takes it along, and ChatML with its stop ids where it knows the marks', async () => {
    const document = JSON.parse(await readFile(tokenizer, 'utf8')) as {
      added_tokens: { id: number; content: string }[];
    };
    const marks = ['<|endoftext|>', '<|im_start|>', '<|im_end|>'];
    document.added_tokens.forEach((token, i) => (token.content = marks[i] ?? token.content));
    const ids = document.added_tokens.map(({ id }) => id);
    await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(document));
    await writeFile(join(folder, 'generation_config.json'), JSON.stringify({ eos_token_id: [7, 2] }));
    expect(await chatConfigOf()).toMatchObject({
      tokenizer_files: ['tokenizer.json'],
      // The tokenizer knows more ids than the model has rows.
      active_vocab_size: 40,
      eos_token_id: [7, 2],
      conv_template: { name: 'chatml', stop_token_ids: [ids[0], ids[2]] },
    });
  });

  it('has no template where it does not', async () => {
    await cp(tokenizer, join(folder, 'tokenizer.json'));
    expect(await chatConfigOf()).toMatchObject({ conv_template: null });
  });
});

describe('a checkpoint that cannot be converted', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sasc-hf-'));
    await cp(checkpointOf('bf16'), folder, { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true }));

  const SECOND = 'model-00002-of-00002.safetensors';
  const edit = async (file: string, change: (text: string) => string): Promise<void> => {
    const path = join(folder, file);
    const before = await readFile(path, 'latin1');
    const after = change(before);
    expect(after).not.toBe(before);
    await writeFile(path, after, 'latin1');
  };

  it.each<[string, () => Promise<void>, string]>([
    [
      'another architecture',
      () => edit('config.json', (text) => text.replace('"qwen2"', '"llama"')),
      'config.json: model_type should be "qwen2", but is "llama".',
    ],
    [
      'a head of its own',
      () => edit('config.json', (text) => text.replace('"tie_word_embeddings": true', '"tie_word_embeddings": false')),
      'config.json: tie_word_embeddings should be true: models with an output head of their own (lm_head) are not',
    ],
    [
      'a truncated file',
      () => truncate(join(folder, SECOND), 20_000),
      `${SECOND} is no safetensors file: its tensors end at byte 22120, but it has 20000.`,
    ],
    ['a missing file', () => rm(join(folder, SECOND)), `${SECOND} is not in `],
    [
      'a missing tensor',
      () => edit('model.safetensors.index.json', (text) => text.replace('"model.norm.weight"', '"model.gone.weight"')),
      'although model.safetensors.index.json says so',
    ],
    [
      'an unknown tensor',
      () => edit(SECOND, (text) => text.replace('_proj.weight', '_prox.weight')),
      'although model.safetensors.index.json says so',
    ],
    [
      'a tensor that is no float',
      () => edit(SECOND, (text) => text.replace('"BF16"', '"I16" ')),
      'should be F32, F16 or BF16, but is I16.',
    ],
    [
      'a wrong shape',
      () => edit('config.json', (text) => text.replace('"intermediate_size": 64', '"intermediate_size": 96')),
      'should have 192 rows together, but have 128.',
    ],
    [
      'more tensors than the model has',
      () => edit('config.json', (text) => text.replace('"num_hidden_layers": 2', '"num_hidden_layers": 1')),
      'has no place in a Qwen2 model.',
    ],
    [
      'fewer tensors than the model has',
      () => edit('config.json', (text) => text.replace('"num_hidden_layers": 2', '"num_hidden_layers": 3')),
      'The checkpoint has no tensor model.layers.2.',
    ],
  ])('%s', async (_, damage, message) => {
    await damage();
    await expect(withConverted(folder, 'q4f16_1')).rejects.toThrow(message);
  });

  it('leaves no folder that loads', async () => {
    await withConverted(folder, 'q4f16_1', async (out) => {
      await edit('config.json', (text) => text.replace('"qwen2"', '"llama"'));
      const { convert } = await import('../../../../src/cli/convert');
      const context = {
        signal: new AbortController().signal,
        progress: { show() {}, clear() {} },
        print() {},
        printError() {},
      };
      await expect(convert([folder, out], context)).rejects.toThrow('llama');
      await expect(loadModelFiles(dirSource(out))).rejects.toThrow('tensor-cache.json is not in');
    });
  });
});

describe('reading ahead', () => {
  it('keeps the order and the depth, and meets a failure in its turn', async () => {
    let underWay = 0;
    let most = 0;
    const read = async (item: number): Promise<number> => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setTimeout(resolve, (7 * item) % 5));
      underWay--;
      if (item === 6) throw new Error('item 6');
      return 10 * item;
    };
    const seen: number[] = [];
    const run = async (): Promise<void> => {
      for await (const [item, result] of readAhead([1, 2, 3, 4, 5, 6, 7], read, 3)) seen.push(item, result);
    };
    await expect(run()).rejects.toThrow('item 6');
    expect(seen).toEqual([1, 10, 2, 20, 3, 30, 4, 40, 5, 50]);
    expect(most).toBe(3);
  });
});
