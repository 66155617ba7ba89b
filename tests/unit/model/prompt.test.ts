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
    const files = await load(CHATML);
    expect(promptIds(files, 'user')).toEqual(files.tokenizer?.encode(promptText(files.config, 'user')));
    expect(files.config.activeVocabSize).toBe(40);
  });

  it('needs a template and a tokenizer', async () => {
    const { config } = await load(null);
    expect(() => promptText(config, '1')).toThrow('mlc-chat-config.json: conv_template should be there, but is not.');
    const files = await load(CHATML, false);
    expect(() => promptIds(files, '1')).toThrow('This model has no tokenizer.json');
  });

  it('refuses a user template of another form', async () => {
    await expect(load({ ...CHATML, role_templates: { user: 'Q: {user_message}' } })).rejects.toThrow(
      'conv_template.role_templates.user should be "{user_message}", but is "Q: {user_message}".',
    );
  });
});
