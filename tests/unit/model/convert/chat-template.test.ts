import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseChatConfig, modelConfigOf } from '../../../../src/model/config';
import { promptText } from '../../../../src/model/prompt';
import { convertToy, jsonFile, toyCheckpoint } from '../../../fixtures/toy-checkpoint';

const SYSTEM = 'Please reason step by step, and put your final answer within \\boxed{}.';

/** Qwen2.5-Math-Instruct's template, of its tokenizer_config.json. */
const QWEN = `{%- if tools %}
    {{- '<|im_start|>system\\n' }}
    {%- if messages[0]['role'] == 'system' %}
        {{- messages[0]['content'] }}
    {%- else %}
        {{- 'Please reason step by step, and put your final answer within \\\\boxed{}.' }}
    {%- endif %}
    {%- for tool in tools %}
        {{- "\\n" }}
        {{- tool | tojson }}
    {%- endfor %}
    {{- "<|im_end|>\\n" }}
{%- else %}
    {%- if messages[0]['role'] == 'system' %}
        {{- '<|im_start|>system\\n' + messages[0]['content'] + '<|im_end|>\\n' }}
    {%- else %}
        {{- '<|im_start|>system\\nPlease reason step by step, and put your final answer within \\\\boxed{}.<|im_end|>\\n' }}
    {%- endif %}
{%- endif %}
{%- for message in messages %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) or (message.role == "assistant" and not message.tool_calls) %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
    {%- elif message.role == "tool" %}
        {{- '<|im_end|>\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
`;
/** In the manner of Mistral, which has no system message, and of Llama, which trims. */
const NO_SYSTEM = `{{ bos_token }}{% for message in messages %}{% if message['role'] == 'system' %}{{ raise_exception('No system message!') }}{% endif %}[{{ message['role'] | upper }}] {{ message['content'] }} {% endfor %}{% if add_generation_prompt %}[ANSWER]{% endif %}`;
const TRIMS = `{% for message in messages %}<{{ message.role }}>{{ message.content | trim }}{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}`;

const tokenizer = (marks: readonly string[] = [], ids: (id: number) => number = (id) => id): Uint8Array => {
  const url = new URL('../../../../public/models/tiny-math/tokenizer.json', import.meta.url);
  const document = JSON.parse(readFileSync(url, 'utf8')) as { added_tokens: { id: number; content: string }[] };
  document.added_tokens.forEach((token, i) => {
    token.content = marks[i] ?? token.content;
    token.id = ids(token.id);
  });
  return jsonFile(document);
};
const CHATML_MARKS = ['<|endoftext|>', '<|im_start|>', '<|im_end|>'];

async function converted(
  tokenizerConfig: unknown,
  { marks = CHATML_MARKS, files = {} }: { marks?: readonly string[]; files?: Record<string, Uint8Array> } = {},
) {
  const toy = toyCheckpoint({
    files: {
      'tokenizer.json': tokenizer(marks),
      ...(tokenizerConfig === null ? {} : { 'tokenizer_config.json': jsonFile(tokenizerConfig) }),
      ...files,
    },
  });
  const { chatConfig, notes } = await convertToy(toy);
  const config = modelConfigOf(parseChatConfig(jsonFile(chatConfig)), null);
  return {
    config,
    template: chatConfig.conv_template as { name: string } | null,
    notes: notes.map(({ code }) => code),
  };
}

const REFERENCE = `<|im_start|>system\n${SYSTEM}<|im_end|>\n<|im_start|>user\nWhat is 1+1?<|im_end|>\n<|im_start|>assistant\n`;

describe('a checkpoint’s template', () => {
  it.each<[string, unknown, Record<string, Uint8Array>]>([
    ['in tokenizer_config.json', { chat_template: QWEN }, {}],
    ['in a file of its own', null, { 'chat_template.jinja': new TextEncoder().encode(QWEN) }],
    [
      'in both: the file counts',
      { chat_template: '{{ 1 }}' },
      { 'chat_template.jinja': new TextEncoder().encode(QWEN) },
    ],
    [
      'in a list',
      {
        chat_template: [
          { name: 'tool_use', template: 'x' },
          { name: 'default', template: QWEN },
        ],
      },
      {},
    ],
  ])('is rendered: Qwen’s, %s', async (_, tokenizerConfig, files) => {
    const { config, template } = await converted(tokenizerConfig, { files });
    expect(promptText(config, 'What is 1+1?')).toBe(REFERENCE);
    expect(template?.name).toBe('chatml');
  });

  it('has the instruction in the user’s turn where it takes no system message', async () => {
    const { config } = await converted({ chat_template: NO_SYSTEM, bos_token: { content: '<s>' } });
    expect(promptText(config, 'Why {{ 1 }}?')).toBe(`<s>[USER] Why {{ 1 }}?\n${SYSTEM} [ANSWER]`);
  });

  it('may trim the problem', async () => {
    const { config } = await converted({ chat_template: TRIMS });
    expect(promptText(config, '  1 + 1\n')).toBe(`<system>${SYSTEM}<user>1 + 1<assistant>`);
  });

  it.each<[string, unknown]>([
    ['of none is named "default"', { chat_template: [{ name: 'rag', template: QWEN }] }],
    ['it cannot be rendered', { chat_template: '{% for x in %}' }],
    ['it cannot be rendered', { chat_template: '{{ messages | nothing }}' }],
    [
      'it takes more than 200000 steps',
      { chat_template: `{% set r = range(900) %}${'{% for i in r %}'.repeat(6)}x${'{% endfor %}'.repeat(6)}` },
    ],
    [
      'characters or items',
      { chat_template: `{% set n = namespace(x='y') %}{% for i in range(60) %}{% set n.x = n.x + n.x %}{% endfor %}` },
    ],
    ['it cannot be rendered (it counts to more than', { chat_template: '{% for i in range(1000000) %}x{% endfor %}' }],
    ['it does not give the problem once', { chat_template: 'Hello' }],
    ['it does not give the problem once', { chat_template: '{{ messages[-1].content }}{{ messages[-1].content }}' }],
    ['it changes the problem', { chat_template: "{{ messages[-1].content | replace('<', '[') }}" }],
    ['chat_template should be', { chat_template: 7 }],
    ['chat_template should be', { chat_template: 'x'.repeat(200_000) }],
  ])('is refused by field: %s', async (message, tokenizerConfig) => {
    const failing = converted(tokenizerConfig);
    await expect(failing).rejects.toMatchObject({ code: 'invalid', file: 'tokenizer_config.json' });
    await expect(failing).rejects.toThrow(message.replace('of none', 'none'));
  });

  it('that is missing is ChatML where the tokenizer knows its marks, else it is said', async () => {
    expect((await converted(null)).template?.name).toBe('chatml');
    expect(await converted({}, { marks: [] })).toMatchObject({ template: null, notes: ['no-template'] });
    const { notes } = await convertToy(toyCheckpoint());
    expect(notes.map(({ code }) => code)).toEqual(['no-tokenizer']);
  });

  it('whose end the embedding has no row for is refused', async () => {
    const files = { 'tokenizer.json': tokenizer(CHATML_MARKS, (id) => id + 1000) };
    await expect(converted({ chat_template: QWEN }, { files })).rejects.toMatchObject({
      file: 'tokenizer.json',
      message: expect.stringMatching(/<.*> is token 100\d, but the embedding has 40 rows/) as string,
    });
  });
});
