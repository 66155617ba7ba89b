import { describe, expect, it } from 'vitest';
import { checkedPrompt, checkSettings, measurePrompt, promptLimit } from '../../../src/policy/checks';
import { DEFAULT_RUN_SETTINGS, type RunSettings } from '../../../src/run/settings';
import { dirSource } from '../../../src/cli/dir-source';
import { loadModelFiles } from '../../../src/model/load';

const files = await loadModelFiles(dirSource('public/models/tiny-math'));

describe('prompts', () => {
  const limit = promptLimit(files.config);
  it('leaves half of a short context, and 256 tokens of a long one, for the solution', () => {
    expect(limit).toBe(files.config.contextTokens / 2);
    expect(promptLimit({ ...files.config, contextTokens: 4096 })).toBe(3840);
  });

  it.each(['', '   \n\t'])('refuses %j as empty', (problem) => {
    expect(() => checkedPrompt(files, problem)).toThrow(expect.objectContaining({ code: 'empty-problem' }));
  });

  it('takes a problem of exactly the limit, and refuses one token more with both numbers', () => {
    const template = measurePrompt(files, '').tokens;
    const fitting = '1'.repeat(limit - template);
    expect(checkedPrompt(files, fitting).length).toBe(limit);
    expect(() => checkedPrompt(files, `${fitting}1`)).toThrow(
      expect.objectContaining({ code: 'problem-too-long', details: { tokens: limit + 1, limit } }),
    );
  });

  it('names the characters that the vocabulary lacks, each once, and still measures the rest', () => {
    const problem = 'π + π = 2∫?';
    const { unknownCharacters, tokens } = measurePrompt(files, problem);
    expect(unknownCharacters).toEqual(['π', '∫']);
    expect(tokens).toBe(measurePrompt(files, ' +  = 2?').tokens);
    expect(() => checkedPrompt(files, problem)).toThrow(
      expect.objectContaining({ code: 'unknown-characters', details: { characters: 'π ∫' } }),
    );
  });
});

describe('settings', () => {
  it('takes the defaults and both ends of every range', () => {
    const ends: Partial<RunSettings>[] = [
      {},
      { paths: 1 },
      { paths: 64 },
      { entropyK: 1 },
      { entropyK: 64 },
      { topP: 1 },
      { seed: 2 ** 32 - 1 },
      { maxTokens: 1 },
    ];
    for (const end of ends) expect(() => checkSettings({ ...DEFAULT_RUN_SETTINGS, ...end })).not.toThrow();
  });

  it.each<Partial<RunSettings>>([
    { paths: 0 },
    { paths: 65 },
    { paths: 2.5 },
    { entropyK: 0 },
    { entropyK: 65 },
    { temperature: 0 },
    { temperature: -1 },
    { temperature: NaN },
    { temperature: Infinity },
    { topP: 0 },
    { topP: 1.01 },
    { topP: NaN },
    { maxTokens: 0 },
    { seed: -1 },
    { seed: 2 ** 32 },
    { seed: 0.5 },
  ])('refuses %o by name', (wrong) => {
    const [setting] = Object.keys(wrong);
    expect(() => checkSettings({ ...DEFAULT_RUN_SETTINGS, ...wrong })).toThrow(
      expect.objectContaining({ code: 'bad-settings', details: expect.objectContaining({ setting }) }),
    );
  });
});
