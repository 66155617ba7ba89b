import * as v from 'valibot';
import { ModelFileError } from './errors';
import { parseJsonFile } from './parse';
import type { ConversationTemplate, ModelConfig } from './types';

export const CONFIG_FILE = 'mlc-chat-config.json';

/** Weights of a quantisation group: MLC's q4f16_1 and q4f32_1 share a scale among 32 neighbours. */
export const GROUP_SIZE = 32;

const size = v.pipe(v.number(), v.integer(), v.minValue(1));
const positive = v.pipe(v.number(), v.gtValue(0));
const tokenId = v.pipe(v.number(), v.integer(), v.minValue(0));

const ConversationSchema = v.object({
  system_template: v.string(),
  system_message: v.string(),
  roles: v.object({ user: v.string(), assistant: v.string() }),
  // Any other template would need its own code: refuse it instead of prompting the model wrongly.
  role_templates: v.nullish(v.object({ user: v.nullish(v.literal('{user_message}')) })),
  seps: v.pipe(v.array(v.string()), v.minLength(1)),
  role_content_sep: v.string(),
  role_empty_sep: v.string(),
  stop_token_ids: v.optional(v.array(tokenId), []),
});

const Qwen2Schema = v.object({
  hidden_act: v.optional(v.literal('silu')),
  hidden_size: size,
  intermediate_size: size,
  num_attention_heads: size,
  num_hidden_layers: size,
  num_key_value_heads: size,
  head_dim: v.nullish(size),
  rms_norm_eps: positive,
  rope_theta: positive,
  rope_scaling: v.optional(v.null()),
  vocab_size: size,
  tie_word_embeddings: v.optional(v.literal(true)),
  context_window_size: v.nullish(v.number()),
});

const ChatConfigSchema = v.object({
  model_type: v.literal('qwen2'),
  quantization: v.picklist(['q4f16_1', 'q4f32_1']),
  model_config: Qwen2Schema,
  context_window_size: v.nullish(v.number()),
  active_vocab_size: v.nullish(size),
  eos_token_id: v.nullish(v.union([tokenId, v.array(tokenId)])),
  tokenizer_files: v.optional(v.array(v.string()), []),
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
 */
export function modelConfigOf(chat: ChatConfig, tokenizerSize: number | null): ModelConfig {
  const model = chat.model_config;
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
    ropeTheta: model.rope_theta,
    vocabSize: model.vocab_size,
    activeVocabSize: Math.min(chat.active_vocab_size ?? tokenizerSize ?? model.vocab_size, model.vocab_size),
    contextTokens: chat.context_window_size ?? model.context_window_size ?? 0,
    stopTokenIds: [...stops],
    conversation: chat.conv_template ? conversationOf(chat.conv_template) : null,
  };
  checkDimensions(config);
  return config;
}

function conversationOf(template: v.InferOutput<typeof ConversationSchema>): ConversationTemplate {
  return {
    systemTemplate: template.system_template,
    systemMessage: template.system_message,
    userRole: template.roles.user,
    assistantRole: template.roles.assistant,
    roleContentSeparator: template.role_content_sep,
    roleEmptySeparator: template.role_empty_sep,
    separators: template.seps,
  };
}

function checkDimensions(config: ModelConfig): void {
  const { headCount, kvHeadCount, headDim, contextTokens, vocabSize } = config;
  const expect = (ok: boolean, expectation: string, found: string | number): void => {
    if (!ok) throw new ModelFileError('invalid', CONFIG_FILE, `${CONFIG_FILE}: ${expectation}, but is ${found}.`);
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
    'context_window_size should be a whole number above 0',
    contextTokens,
  );
  for (const id of config.stopTokenIds) {
    expect(id < vocabSize, `every stop token id should be below vocab_size (${vocabSize})`, id);
  }
}
