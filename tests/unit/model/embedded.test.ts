import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { dirSource } from '../../../src/cli/dir-source';
import { loadModelFiles } from '../../../src/model/load';
import { promptIds, promptText } from '../../../src/model/prompt';
import type { ModelFiles } from '../../../src/model/types';

interface Problem {
  problem: string;
  answer: string;
}

const heldOut = readFileSync('public/problems/tiny-math-heldout.jsonl', 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Problem);

describe('the embedded model', () => {
  let files: ModelFiles;
  beforeAll(async () => {
    files = await loadModelFiles(dirSource('public/models/tiny-math'));
  });

  it('is a whole q4f16_1 folder of at most 2 MB', () => {
    const bytes = [...files.tensors.values()].reduce((sum, tensor) => sum + tensor.bytes.length, 0);
    expect(files.id).toBe('tiny-math');
    expect(files.config.quantization).toBe('q4f16_1');
    expect(bytes).toBeLessThan(2e6);
  });

  it('is prompted by two role tokens around the problem, and stops at a special token', () => {
    expect(promptText(files.config, '1+1')).toBe('<|user|>1+1<|assistant|>');
    const ids = promptIds(files, '1+1');
    expect(ids).toHaveLength(5);
    expect(files.config.stopTokenIds.map((id) => files.tokenizer?.isSpecial(id))).toEqual([true]);
  });

  it('never samples the padding of its vocabulary', () => {
    const { activeVocabSize, vocabSize } = files.config;
    expect(activeVocabSize).toBeLessThanOrEqual(vocabSize);
    expect(files.tokenizer?.piece(activeVocabSize - 1).length).toBeGreaterThan(0);
    expect(files.tokenizer?.piece(activeVocabSize)).toHaveLength(0);
  });

  it('can read every held-out problem, with room for its solution, and write every answer', () => {
    expect(heldOut).toHaveLength(500);
    for (const { problem, answer } of heldOut) {
      expect(files.tokenizer?.unknownCharacters(problem + answer)).toEqual([]);
      expect(promptIds(files, problem).length).toBeLessThan(files.config.contextTokens / 2);
    }
  });
});
