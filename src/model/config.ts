import * as v from 'valibot';
import { MOST, positive, sizeUpTo, templateText, tokenId } from './bounds';
import { ModelFileError } from './errors';
import { parseJsonFile } from './parse';
import { ROPE_FIELDS, ropeThetaOf } from './rope';
import type { ConversationTemplate, ModelConfig } from './types';

export const CONFIG_FILE = 'mlc-chat-config.json';

/** Weights of a quantisation group: MLC's q4f16_1 and q4f32_1 share a scale among 32 neighbours. */
export const GROUP_SIZE = 32;

const stopIds = v.pipe(v.array(tokenId), v.maxLength(MOST.stopTokens));

const ConversationSchema = v.object({
  system_template: templateText,
  system_message: templateText,
  system_prefix_token_ids: v.nullish(v.pipe(v.array(tokenId), v.maxLength(MOST.listed))),
  add_role_after_system_message: v.nullish(v.boolean()),
  roles: v.object({ user: templateText, assistant: templateText }),
  role_templates: v.nullish(v.object({ user: v.nullish(templateText), assistant: v.nullish(templateText) })),
  messages: v.nullish(
    v.pipe(v.array(v.tuple([v.picklist(['user', 'assistant']), v.nullable(templateText)])), v.maxLength(MOST.listed)),
  ),
  stop_str: v.nullish(v.pipe(v.array(templateText), v.maxLength(MOST.stopTokens))),
  trim_user_message: v.nullish(v.boolean()),
  seps: v.pipe(v.array(templateText), v.minLength(1), v.maxLength(2)),
  role_content_sep: templateText,
  role_empty_sep: templateText,
  stop_token_ids: v.optional(stopIds, []),
});

/** -1 where another field says it. */
const contextSize = v.pipe(v.number(), v.integer(), v.maxValue(MOST.contextTokens));

/** The sizes that MLC and Hugging Face name alike. */
export const DIMENSIONS = {
  hidden_size: sizeUpTo(MOST.hiddenSize),
  intermediate_size: sizeUpTo(MOST.intermediateSize),
  num_attention_heads: sizeUpTo(MOST.heads),
  num_hidden_layers: sizeUpTo(MOST.layers),
  num_key_value_heads: sizeUpTo(MOST.heads),
  head_dim: v.nullish(sizeUpTo(MOST.headDim)),
  rms_norm_eps: positive,
  vocab_size: sizeUpTo(MOST.vocabulary),
};

const Qwen2Schema = v.object({
  hidden_act: v.optional(v.literal('silu')),
  ...DIMENSIONS,
  ...ROPE_FIELDS,
  tie_word_embeddings: v.optional(v.literal(true)),
  context_window_size: v.nullish(contextSize),
  sliding_window_size: v.nullish(v.number()),
});

const ChatConfigSchema = v.object({
  model_type: v.literal('qwen2'),
  quantization: v.picklist(['q4f16_1', 'q4f32_1']),
  model_config: Qwen2Schema,
  context_window_size: v.nullish(contextSize),
  sliding_window_size: v.nullish(v.number()),
  active_vocab_size: v.nullish(sizeUpTo(MOST.vocabulary)),
  eos_token_id: v.nullish(v.union([tokenId, stopIds])),
  tokenizer_files: v.optional(v.pipe(v.array(v.string()), v.maxLength(MOST.listed)), []),
  conv_template: v.nullish(ConversationSchema),
});

/** The fields of mlc-chat-config.json that matter here, as the file has them. */
export type ChatConfig = v.InferOutput<typeof ChatConfigSchema>;

/** Reads mlc-chat-config.json; ModelFileError 'invalid' for another architecture, quantisation or a wrong field. */
export function parseChatConfig(bytes: Uint8Array): ChatConfig {
  return parseJsonFile(ChatConfigSchema, CONFIG_FILE, bytes);
}

/**
 * The model's dimensions, checked against one another.
 * @param tokenizerSize ids the tokenizer knows; null without a tokenizer
 * @param file what the user has of it: `config.json` where MLC's configuration was made of that one
 */
export function modelConfigOf(chat: ChatConfig, tokenizerSize: number | null, file = CONFIG_FILE): ModelConfig {
  const model = chat.model_config;
  const contextTokens = chat.context_window_size ?? model.context_window_size ?? 0;
  checkHasTheta(model, file);
  checkWindow(chat.sliding_window_size ?? model.sliding_window_size ?? -1, contextTokens, file);
  const eos = chat.eos_token_id ?? [];
  const stops = new Set([...(chat.conv_template?.stop_token_ids ?? []), ...(Array.isArray(eos) ? eos : [eos])]);
  const config: ModelConfig = {
    quantization: chat.quantization,
    hiddenSize: model.hidden_size,
    intermediateSize: model.intermediate_size,
    layerCount: model.num_hidden_layers,
    headCount: model.num_attention_heads,
    kvHeadCount: model.num_key_value_heads,
    headDim: model.head_dim ?? model.hidden_size / model.num_attention_heads,
    rmsNormEps: model.rms_norm_eps,
    ropeTheta: ropeThetaOf(model, file).theta,
    vocabSize: model.vocab_size,
    activeVocabSize: Math.min(chat.active_vocab_size ?? tokenizerSize ?? model.vocab_size, model.vocab_size),
    contextTokens: Math.min(contextTokens, MOST.usedContextTokens),
    stopTokenIds: [...stops],
    conversation: chat.conv_template ? conversationOf(chat.conv_template, file) : null,
  };
  checkDimensions(config, file);
  return config;
}

/** Unlike transformers, MLC has no default for it. */
function checkHasTheta({ rope_theta, rope_scaling, rope_parameters }: ChatConfig['model_config'], file: string): void {
  if ((rope_theta ?? rope_scaling?.rope_theta ?? rope_parameters?.rope_theta) !== undefined) return;
  throw new ModelFileError('invalid', file, `${file}: model_config.rope_theta is missing.`);
}

/** MLC's window: -1 is none, and one as long as the context changes nothing. */
function checkWindow(window: number, contextTokens: number, file: string): void {
  if (window <= 0 || window >= contextTokens) return;
  const message = `${file}: sliding_window_size is ${window}, but the engine has full attention only.`;
  throw new ModelFileError('invalid', file, message);
}

function conversationOf(template: v.InferOutput<typeof ConversationSchema>, file: string): ConversationTemplate {
  const { length } = JSON.stringify(template);
  if (length > 2 * MOST.templateText) {
    throw new ModelFileError(
      'invalid',
      file,
      `${file}: conv_template has ${length} characters, which no prompt can hold.`,
    );
  }
  return {
    systemPrefixIds: template.system_prefix_token_ids ?? [],
    hasRoleAfterSystem: template.add_role_after_system_message ?? true,
    userTemplate: template.role_templates?.user ?? '{user_message}',
    assistantTemplate: template.role_templates?.assistant ?? '{assistant_message}',
    messages: template.messages ?? [],
    trimsProblem: template.trim_user_message ?? false,
    stopTexts: template.stop_str ?? [],
    systemTemplate: template.system_template,
    systemMessage: template.system_message,
    userRole: template.roles.user,
    assistantRole: template.roles.assistant,
    roleContentSeparator: template.role_content_sep,
    roleEmptySeparator: template.role_empty_sep,
    separators: template.seps,
  };
}

function checkDimensions(config: ModelConfig, file: string): void {
  const { headCount, kvHeadCount, headDim, contextTokens, vocabSize } = config;
  const expect = (ok: boolean, expectation: string, found: string | number): void => {
    if (!ok) throw new ModelFileError('invalid', file, `${file}: ${expectation}, but is ${found}.`);
  };
  const grouped = (name: string, value: number): void =>
    expect(value % GROUP_SIZE === 0, `${name} should be a multiple of ${GROUP_SIZE}`, value);
  expect(Number.isInteger(headDim) && headDim % 2 === 0, 'head_dim should be an even whole number', headDim);
  expect(
    headCount % kvHeadCount === 0,
    `num_attention_heads should be a multiple of num_key_value_heads (${kvHeadCount})`,
    headCount,
  );
  grouped('hidden_size', config.hiddenSize);
  grouped('intermediate_size', config.intermediateSize);
  grouped('num_attention_heads × head_dim', headCount * headDim);
  expect(
    Number.isInteger(contextTokens) && contextTokens > 0,
    `${file === CONFIG_FILE ? 'context_window_size' : 'max_position_embeddings'} should be a whole number above 0`,
    contextTokens,
  );
  for (const id of config.stopTokenIds) {
    expect(id < vocabSize, `every stop token id should be below vocab_size (${vocabSize})`, id);
  }
}
