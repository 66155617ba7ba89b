import { describe, expect, it } from 'vitest';
import { loadModelFiles } from '../../../src/model/load';
import { promptIds, promptText } from '../../../src/model/prompt';
import { fixtureModel } from './fixture-model';
import { qwenLikeTokenizer } from './fixture-tokenizer';

const CHATML = {
  name: 'chatml',
  system_template: '<|im_start|>system\n{system_message}<|im_end|>\n',
  system_message: 'Please reason step by step, and put your final answer within \\boxed{}.',
  add_role_after_system_message: true,
  roles: { user: '<|im_start|>user', assistant: '<|im_start|>assistant' },
  role_templates: { user: '{user_message}', assistant: '{assistant_message}', tool: '{tool_message}' },
  messages: [],
  seps: ['<|im_end|>\n'],
  role_content_sep: '\n',
  role_empty_sep: '\n',
  stop_str: ['<|endoftext|>', '<|im_end|>'],
  stop_token_ids: [37, 38],
};

const BARE = {
  system_template: '{system_message}',
  system_message: '',
  roles: { user: '<|user|>', assistant: '<|assistant|>' },
  seps: [''],
  role_content_sep: '',
  role_empty_sep: '',
  stop_token_ids: [4],
};

async function load(conversation: unknown, tokenizer = true) {
  const model = fixtureModel();
  model.config.conv_template = conversation;
  if (tokenizer) model.extraFiles.set('tokenizer.json', qwenLikeTokenizer());
  return loadModelFiles(model.source());
}

describe('the prompt', () => {
  it("is Qwen2.5-Math's ChatML, byte for byte", async () => {
    const { config } = await load(CHATML);
    expect(promptText(config, 'What is $1+1$?')).toBe(
      '<|im_start|>system\nPlease reason step by step, and put your final answer within \\boxed{}.<|im_end|>\n' +
        '<|im_start|>user\nWhat is $1+1$?<|im_end|>\n<|im_start|>assistant\n',
    );
    expect(config.stopTokenIds).toEqual([37, 38]);
  });

  it('is two role tokens around the problem for a template without system message', async () => {
    const { config } = await load(BARE);
    expect(promptText(config, 'Solve x = 1.')).toBe('<|user|>Solve x = 1.<|assistant|>');
  });

  it('becomes the ids of its text', async () => {
    const loaded = await load(CHATML);
    // As many rows as the tokenizer has ids.
    const files = { ...loaded, config: { ...loaded.config, vocabSize: 300 } };
    expect(promptIds(files, 'user')).toEqual(files.tokenizer?.encode(promptText(files.config, 'user')));
    expect(files.config.activeVocabSize).toBe(40);
  });

  it('needs a template and a tokenizer', async () => {
    const { config } = await load(null);
    expect(() => promptText(config, '1')).toThrow('mlc-chat-config.json: conv_template should be there, but is not.');
    const files = await load(CHATML, false);
    expect(() => promptIds(files, '1')).toThrow('This model has no tokenizer.json');
  });

  it('refuses a token that the embedding has no row for', async () => {
    const files = await load(CHATML);
    expect(() => promptIds(files, '1')).toThrow(
      /^tokenizer.json: <\|im_start\|> is token 26\d, but the model's embedding has 40 rows/,
    );
  });

  /** As mlc-llm's as_prompt joins them, by hand. */
  it.each<[string, Record<string, unknown>, string]>([
    [
      'a form for the user’s message',
      { role_templates: { user: 'Q: {user_message}{function_string}' } },
      '[S]U:Q: 7|A:',
    ],
    ['no role behind the system message', { add_role_after_system_message: false }, '[S]7|A:'],
    [
      'no role behind the system message, of the first message only',
      {
        add_role_after_system_message: false,
        messages: [
          ['user', '1'],
          ['assistant', '2'],
        ],
      },
      '[S]1|A:2#U:7|A:',
    ],
    [
      'no system message to leave the role out behind',
      { add_role_after_system_message: false, system_template: '' },
      'U:7|A:',
    ],
    [
      'messages to begin with',
      {
        messages: [
          ['user', 'hi'],
          ['assistant', 'ho'],
          ['assistant', null],
        ],
        role_templates: { assistant: '*{assistant_message}' },
      },
      '[S]U:hi|A:*ho#A:U:7|A:',
    ],
  ])('has %s', async (_, change, expected) => {
    const template = {
      ...BARE,
      system_template: '[{system_message}]',
      system_message: 'S',
      roles: { user: 'U', assistant: 'A' },
      seps: ['|', '#'],
      role_content_sep: ':',
      role_empty_sep: ':',
    };
    const { config } = await load({ ...template, ...change });
    expect(promptText(config, '7')).toBe(expected);
  });

  it('begins with the ids of the template’s prefix', async () => {
    const loaded = await load({ ...BARE, system_prefix_token_ids: [5, 6] });
    const files = { ...loaded, config: { ...loaded.config, vocabSize: 300 } };
    expect(promptIds(files, 'user')).toEqual([
      5,
      6,
      ...(files.tokenizer?.encode(promptText(files.config, 'user')) ?? []),
    ]);
  });

  it.each<[Record<string, unknown>, string]>([
    [{ messages: [['tool', 'x']] }, 'conv_template.messages.0.0 should be'],
    [{ messages: [['user', [{ type: 'image_url' }]]] }, 'conv_template.messages.0.1 should be'],
    [{ stop_str: ['\\n\\n'] }, 'conv_template.stop_str has "\\n\\n", which is no token'],
    [{ messages: Array.from({ length: 5 }, () => ['user', 'x'.repeat(90_000)]) }, 'conv_template has'],
  ])('refuses what it cannot render: %j', async (change, message) => {
    await expect(load({ ...BARE, ...change })).rejects.toThrow(message);
  });
});
