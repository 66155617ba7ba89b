import { describe, expect, it } from 'vitest';
import { parsePeftConfig } from '../../../src/model/peft-config';
import { targetedModules } from '../../../src/model/peft-targets';
import { wholeMatcher } from '../../../src/model/python-pattern';

const configOf = (change: Record<string, unknown>) =>
  parsePeftConfig(new TextEncoder().encode(JSON.stringify({ peft_type: 'LORA', r: 4, lora_alpha: 8, ...change })));

/** "0q 1q" and so on, of a model with 3 layers. */
const targeted = (change: Record<string, unknown>): string =>
  targetedModules(configOf(change), 3)
    .map(({ layer, target }) => `${layer}${target}`)
    .join(' ');

const ALL = [0, 1, 2].map((i) => `${i}q ${i}k ${i}v ${i}o ${i}gate ${i}up ${i}down`).join(' ');

describe('the modules that an adapter’s configuration means', () => {
  it.each<[Record<string, unknown>, string]>([
    [{ target_modules: ['q_proj', 'down_proj'] }, '0q 0down 1q 1down 2q 2down'],
    [{ target_modules: null }, '0q 0v 1q 1v 2q 2v'],
    [{ target_modules: 'all-linear' }, ALL],
    [
      { target_modules: 'All-Linear', exclude_modules: ['gate_proj', 'up_proj', 'down_proj', 'o_proj', 'v_proj'] },
      '0q 0k 1q 1k 2q 2k',
    ],
    [{ target_modules: String.raw`.*\.[02]\.self_attn\.(q|v)_proj` }, '0q 0v 2q 2v'],
    [{ target_modules: String.raw`model\.layers\.1\.mlp\.\w+_proj` }, '1gate 1up 1down'],
    [{ target_modules: ['model.layers.1.self_attn.q_proj', 'k_proj'] }, '0k 1q 1k 2k'],
    [{ target_modules: ['q_proj'], layers_to_transform: 1 }, '1q'],
    [{ target_modules: ['q_proj'], layers_to_transform: [0, 2, 7] }, '0q 2q'],
    [{ target_modules: ['q_proj'], layers_to_transform: [] }, '0q 1q 2q'],
    [{ target_modules: ['q_proj'], layers_to_transform: [1], layers_pattern: 'layers' }, '1q'],
    [{ target_modules: ['q_proj'], layers_to_transform: [1], layers_pattern: ['blocks', 'layers'] }, '1q'],
    // A full name is meant whatever its layer.
    [{ target_modules: ['model.layers.0.self_attn.q_proj', 'k_proj'], layers_to_transform: [1] }, '0q 1k'],
    [{ target_modules: ['q_proj', 'k_proj'], exclude_modules: String.raw`.*\.1\..*|.*k_proj` }, '0q 2q'],
    [{ target_modules: ['q_proj', 'c_attn'] }, '0q 1q 2q'],
  ])('%j: %s', (config, expected) => {
    expect(targeted(config)).toBe(expected);
  });

  it.each<[Record<string, unknown>, string]>([
    [{ target_modules: ['lm_head', 'q_proj'] }, 'target_modules means lm_head'],
    [{ target_modules: ['embed_tokens'] }, 'target_modules means model.embed_tokens'],
    [{ target_modules: '.*' }, 'target_modules means lm_head'],
    [{ target_modules: ['mlp'] }, 'target_modules means model.layers.0.mlp'],
    [{ target_modules: [] }, 'leave no module of this model'],
    [{ target_modules: ['c_attn'] }, 'leave no module of this model'],
    [{ target_modules: ['q_proj'], layers_to_transform: [3] }, 'leave no module of this model'],
    [{ target_modules: ['q_proj'], layers_to_transform: [1], layers_pattern: 'h' }, 'leave no module of this model'],
    [{ target_modules: 'all-linear', layers_to_transform: [1] }, 'layers_to_transform cannot go with'],
    [{ target_modules: ['q_proj'], layers_pattern: 'layers' }, 'layers_pattern needs layers_to_transform'],
    [{ target_modules: '(q_proj' }, 'target_modules has a pattern that cannot be read'],
    [{ target_modules: '(([a-z]+)+)+_proj' }, 'target_modules has a pattern that cannot be read'],
    [{ target_modules: ['q_proj'], rank_pattern: { q_proj: 65 } }, 'should be a whole number from 1 to 64, but is 65'],
    [
      { target_modules: ['q_proj'], rank_pattern: { q_proj: 2.5 } },
      'should be a whole number from 1 to 64, but is 2.5',
    ],
    [{ target_modules: ['q_proj'], rank_pattern: { q_proj: 0 } }, 'rank_pattern.q_proj should be >0'],
    [{ use_newlora: true }, 'use_newlora is switched on'],
    [{ newlora_config: { size: 3 } }, 'newlora_config is switched on'],
    [{ peft_type: undefined, fine_tune_type: 'lora', lora_parameters: { rank: 8 } }, 'this is an adapter of MLX'],
  ])('is refused: %j', (config, message) => {
    expect(() => targeted(config)).toThrow(message);
  });

  it('is not refused for settings without effect', () => {
    const harmless = { fan_in_fan_out: true, lora_dropout: 0.1, loftq_config: { bits: 4 }, auto_mapping: { a: 'b' } };
    const unknown = { new_size: 16, new_name: 'x', use_newlora: false, new_config: {}, newer: null };
    expect(targeted({ target_modules: ['q_proj'], ...harmless, ...unknown })).toBe('0q 1q 2q');
  });
});

describe('rank and alpha', () => {
  const figures = (change: Record<string, unknown>): string[] =>
    targetedModules(configOf({ target_modules: ['q_proj', 'k_proj'], ...change }), 2).map(
      ({ layer, target, rank, alpha }) => `${layer}${target} ${rank} ${alpha}`,
    );

  it.each<[Record<string, unknown>, string[]]>([
    [{}, ['0q 4 8', '0k 4 8', '1q 4 8', '1k 4 8']],
    [{ rank_pattern: { k_proj: 2 } }, ['0q 4 8', '0k 2 8', '1q 4 8', '1k 2 8']],
    [{ alpha_pattern: { 'model.layers.1.self_attn.q_proj': 3 } }, ['0q 4 8', '0k 4 8', '1q 4 3', '1k 4 8']],
    [{ rank_pattern: { '^model.layers.0.self_attn.q_proj': 1 } }, ['0q 1 8', '0k 4 8', '1q 4 8', '1k 4 8']],
    // The first key that matches.
    [{ rank_pattern: { 'layers.1.self_attn.(q|k)_proj': 2, k_proj: 3 } }, ['0q 4 8', '0k 3 8', '1q 2 8', '1k 2 8']],
    // Only whole parts of a name.
    [{ rank_pattern: { _proj: 1, proj: 1, '1': 1 } }, ['0q 4 8', '0k 4 8', '1q 4 8', '1k 4 8']],
    [{ use_rslora: true }, ['0q 4 16', '0k 4 16', '1q 4 16', '1k 4 16']],
    [{ use_rslora: true, rank_pattern: { k_proj: 1 } }, ['0q 4 16', '0k 1 8', '1q 4 16', '1k 1 8']],
  ])('%j', (config, expected) => {
    expect(figures(config)).toEqual(expected);
  });
});

describe('a pattern of Python', () => {
  it.each([
    ['(?i)Q_PROJ', 'q_proj', true],
    ['q_proj', 'q_proj2', false],
    ['a|ab', 'ab', true],
    [String.raw`\Aq_proj\Z`, 'q_proj', true],
    ['(?P<x>a)(?P=x)', 'aa', true],
  ])('%s on %s: %s', (pattern, name, matches) => {
    expect(wholeMatcher(pattern)(name)).toBe(matches);
  });

  it.each(['(a+)+', '((a*)b)*', '(a|aa)+', '.*.*.*.*.*.*.*.*.*', 'a'.repeat(5000), '(?>a)', '(?:(?:x|y)z){2,}'])(
    'is refused: %s',
    (pattern) => {
      expect(() => wholeMatcher(pattern)).toThrow(SyntaxError);
    },
  );

  it('of Unsloth is read', () => {
    const pattern = String.raw`(?:.*?(?:language|text).*?(?:self_attn|attention|attn|mlp|ffn).*?(?:q_proj|up_proj).*?)|(?:\bmodel\.layers\.[\d]{1,}\.(?:self_attn|mlp)\.(?:(?:q_proj|up_proj)))`;
    expect(targeted({ target_modules: pattern })).toBe('0q 0up 1q 1up 2q 2up');
  });
});
