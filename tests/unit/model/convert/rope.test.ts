import { describe, expect, it } from 'vitest';
import { modelConfigOf, parseChatConfig } from '../../../../src/model/config';
import { fixtureModel, jsonBytes } from '../fixture-model';
import { convertToy, toyCheckpoint } from '../../../fixtures/toy-checkpoint';

const thetaOf = async (config: Record<string, unknown>) => {
  const { chatConfig, notes } = await convertToy(toyCheckpoint({ config }));
  return {
    theta: chatConfig.model_config.rope_theta,
    notes: notes.map(({ code }) => code).filter((c) => c === 'rope-twice'),
  };
};
const NONE = { rope_theta: undefined };

describe('the base of the rotary angles', () => {
  it.each<[string, Record<string, unknown>, number, string[]]>([
    ['as it was always written', { rope_theta: 5e5 }, 5e5, []],
    ['by default', NONE, 10_000, []],
    ['null', { rope_theta: null }, 10_000, []],
    ['as transformers 5 writes it', { ...NONE, rope_parameters: { rope_theta: 1e6, rope_type: 'default' } }, 1e6, []],
    ['said twice alike', { rope_theta: 1e6, rope_parameters: { rope_theta: 1e6 } }, 1e6, []],
    ['said twice', { rope_theta: 1e4, rope_parameters: { rope_theta: 1e6 } }, 1e6, ['rope-twice']],
    [
      'said twice, the older way',
      { rope_theta: 1e4, rope_scaling: { rope_theta: 1e5, type: 'default' } },
      1e5,
      ['rope-twice'],
    ],
    ['beside parameters without one', { rope_theta: 300, rope_parameters: { rope_type: 'default' } }, 300, []],
    ['with a scaling that is none', { rope_theta: 300, rope_scaling: { rope_type: 'default' } }, 300, []],
    ['with an empty scaling', { rope_theta: 300, rope_scaling: {}, rope_parameters: null }, 300, []],
  ])('%s', async (_, config, theta, notes) => {
    expect(await thetaOf(config)).toEqual({ theta, notes });
  });

  it.each<[Record<string, unknown>, string]>([
    [{ rope_scaling: { type: 'linear', factor: 2 } }, 'rope_scaling.type is "linear"'],
    [{ rope_scaling: { rope_type: 'dynamic', factor: 2 } }, 'rope_scaling.rope_type is "dynamic"'],
    [{ rope_parameters: { type: 'yarn', factor: 4, rope_theta: 1e6 } }, 'rope_parameters.type is "yarn"'],
    [{ rope_parameters: { rope_type: 'default', type: 'yarn', factor: 4 } }, 'rope_parameters.type is "yarn"'],
    [{ rope_scaling: { rope_type: 'mrope', mrope_section: [1, 2, 2] } }, 'rope_scaling.rope_type is "mrope"'],
    [
      { rope_parameters: { full_attention: { rope_type: 'default' } } },
      'rope_parameters.full_attention has rotary angles',
    ],
    [{ partial_rotary_factor: 0.5 }, 'partial_rotary_factor should be 1, but is 0.5'],
    [{ rope_parameters: { partial_rotary_factor: 0.5 } }, 'rope_parameters.partial_rotary_factor should be 1'],
    [{ rope_scaling: { rope_theta: 1 }, rope_parameters: { rope_theta: 2 } }, 'rope_scaling says rope_theta 1'],
    [{ rope_theta: 0 }, 'rope_theta should be >0'],
    [{ rope_theta: '1e6' }, 'rope_theta should be'],
    [{ rope_scaling: [2] }, 'rope_scaling'],
  ])('is refused: %j', async (config, message) => {
    await expect(thetaOf(config)).rejects.toMatchObject({
      code: 'invalid',
      file: 'config.json',
      message: expect.stringContaining(`config.json: ${message}`) as string,
    });
  });

  it.each<[Record<string, unknown>, number | string]>([
    [{ rope_theta: 7 }, 7],
    [{ rope_theta: undefined, rope_parameters: { rope_theta: 9 } }, 9],
    [{ rope_theta: undefined }, 'model_config.rope_theta is missing'],
    [{ rope_theta: 7, rope_scaling: { rope_type: 'default' } }, 7],
    [{ rope_theta: 7, rope_scaling: { rope_type: 'yarn', factor: 4 } }, 'rope_scaling.rope_type is "yarn"'],
    [{ rope_theta: 7, rope_parameters: { type: 'linear', factor: 4 } }, 'rope_parameters.type is "linear"'],
  ])('is read of MLC’s configuration by the same rules: %j', (fields, expected) => {
    const { config } = fixtureModel();
    Object.assign(config.model_config, fields);
    const read = () => modelConfigOf(parseChatConfig(jsonBytes(config)), null).ropeTheta;
    if (typeof expected === 'number') expect(read()).toBe(expected);
    else expect(read).toThrow(`mlc-chat-config.json: ${expected}`);
  });
});

describe('a sliding window', () => {
  const WINDOW = { use_sliding_window: true, sliding_window: 8 };
  it.each<[string, Record<string, unknown>]>([
    ['that is off', { use_sliding_window: false, sliding_window: 8, max_window_layers: 0 }],
    ['that begins beyond the last layer', { ...WINDOW, max_window_layers: 2 }],
    ['that begins at transformers’ default layer', WINDOW],
    ['of null', { use_sliding_window: true, sliding_window: null, max_window_layers: 0 }],
    ['as long as the context', { use_sliding_window: true, sliding_window: 128, max_window_layers: 0 }],
    ['longer by default', { use_sliding_window: true, max_window_layers: 0 }],
    ['of no listed layer', { ...WINDOW, max_window_layers: 0, layer_types: ['full_attention', 'full_attention'] }],
  ])('is nothing: one %s', async (_, config) => {
    await expect(convertToy(toyCheckpoint({ config }))).resolves.toBeDefined();
  });

  it.each<[Record<string, unknown>, string]>([
    [{ ...WINDOW, max_window_layers: 1 }, 'layer 1 sees the last 8 tokens only'],
    [{ ...WINDOW, max_window_layers: 0 }, 'layer 0 sees the last 8 tokens only'],
    [{ ...WINDOW, layer_types: ['full_attention', 'sliding_attention'] }, 'layer 1 sees the last 8 tokens only'],
    [{ layer_types: ['sliding_attention', 'full_attention'] }, 'layer 0 sees a window only'],
    [{ layer_types: ['full_attention', 'linear_attention'] }, 'layer_types has "linear_attention"'],
    [{ layer_types: ['full_attention'] }, 'layer_types should have 2 entries'],
  ])('is refused: %j', async (config, message) => {
    await expect(convertToy(toyCheckpoint({ config }))).rejects.toThrow(`config.json: ${message}`);
  });

  it('of MLC’s configuration is none at -1 and refused below the context', () => {
    const { config } = fixtureModel();
    const read = () => modelConfigOf(parseChatConfig(jsonBytes(config)), null);
    for (const size of [-1, 128, null]) {
      config.sliding_window_size = size;
      expect(read().contextTokens).toBe(128);
    }
    config.sliding_window_size = 16;
    expect(read).toThrow('mlc-chat-config.json: sliding_window_size is 16');
  });
});
