import * as v from 'valibot';
import { MOST, sizeUpTo, tokenId } from '../bounds';
import { conversationOf } from './conversation';
import { readChatTemplate, TOKENIZER_CONFIG_FILE } from './chat-template';
import { DIMENSIONS, modelConfigOf, parseChatConfig } from '../config';
import { ModelFileError } from '../errors';
import type { ModelNote } from '../notes';
import { parseJsonFile } from '../parse';
import { readIfThere } from '../read-if-there';
import { ROPE_FIELDS, ropeThetaOf } from '../rope';
import { createTokenizer, TOKENIZER_FILE } from '../tokenizer';
import type { ModelConfig, ModelSource } from '../types';
import { checkSlidingWindow, SLIDING_FIELDS } from './sliding-window';

/** The model as Hugging Face describes it, and the same as MLC does. */

const HF_CONFIG_FILE = 'config.json';
const GENERATION_FILE = 'generation_config.json';

const tokenIds = v.nullish(v.union([tokenId, v.pipe(v.array(tokenId), v.maxLength(MOST.stopTokens))]));

const ConfigSchema = v.object({
  model_type: v.literal('qwen2'),
  hidden_act: v.optional(v.literal('silu'), 'silu'),
  ...DIMENSIONS,
  ...ROPE_FIELDS,
  ...SLIDING_FIELDS,
  tie_word_embeddings: v.optional(v.boolean(), false),
  max_position_embeddings: sizeUpTo(MOST.contextTokens),
  bos_token_id: tokenIds,
  eos_token_id: tokenIds,
  pad_token_id: tokenIds,
});
const GenerationSchema = v.object({ eos_token_id: tokenIds });

type HfConfig = v.InferOutput<typeof ConfigSchema>;

export interface TargetModel {
  /** Contents of mlc-chat-config.json. */
  readonly chatConfig: Uint8Array<ArrayBuffer>;
  readonly config: ModelConfig;
  /** Files to be copied as they are. */
  readonly copies: readonly { readonly fileName: string; readonly bytes: Uint8Array }[];
  /** Files of this kind that the checkpoint does not have. */
  readonly absent: readonly string[];
  readonly notes: readonly ModelNote[];
}

/**
 * Reads a checkpoint's configuration and tokenizer and writes MLC's configuration for it. Rejects with ModelFileError
 * 'missing' or 'invalid', the latter for anything but a Qwen2 model whose head is its embedding.
 */
export async function readTarget(
  source: ModelSource,
  quantization: ModelConfig['quantization'],
  signal?: AbortSignal,
): Promise<TargetModel> {
  const hf = parseJsonFile(ConfigSchema, HF_CONFIG_FILE, await source.read(HF_CONFIG_FILE, signal));
  if (!hf.tie_word_embeddings) {
    invalid('tie_word_embeddings should be true: models with an output head of their own (lm_head) are not supported');
  }
  const { theta, notes } = ropeThetaOf(hf, HF_CONFIG_FILE);
  checkSlidingWindow(hf, hf, HF_CONFIG_FILE);
  const tokenizer = await readIfThere(source, TOKENIZER_FILE, signal);
  const tokenizerConfig = await readIfThere(source, TOKENIZER_CONFIG_FILE, signal);
  const generation = await readIfThere(source, GENERATION_FILE, signal);
  const eos = generation === null ? null : parseJsonFile(GenerationSchema, GENERATION_FILE, generation).eos_token_id;
  for (const [file, ids] of [[HF_CONFIG_FILE, hf.eos_token_id] as const, [GENERATION_FILE, eos] as const]) {
    const beyond = [ids ?? []].flat().find((id) => id >= hf.vocab_size);
    if (beyond !== undefined)
      invalid(`eos_token_id ${beyond} is beyond the ${hf.vocab_size} rows of the embedding`, file);
  }
  const sized = tokenizer === null ? null : createTokenizer(tokenizer);
  const conversation = sized && conversationOf(sized, await readChatTemplate(source, signal), hf.vocab_size);
  const files = [
    { fileName: TOKENIZER_FILE, bytes: tokenizer },
    { fileName: TOKENIZER_CONFIG_FILE, bytes: tokenizerConfig },
  ];
  const copies = files.flatMap(({ fileName, bytes }) => (bytes === null ? [] : [{ fileName, bytes }]));
  const absent = files.flatMap(({ fileName, bytes }) => (bytes === null ? [fileName] : []));
  const document = {
    ...chatConfigOf(hf, theta, quantization),
    active_vocab_size: Math.min(sized?.size ?? hf.vocab_size, hf.vocab_size),
    eos_token_id: [...new Set([eos ?? [], hf.eos_token_id ?? []].flat())],
    tokenizer_files: copies.map(({ fileName }) => fileName),
    conv_template: conversation,
  };
  const chatConfig = new TextEncoder().encode(`${JSON.stringify(document, null, 2)}\n`);
  return {
    chatConfig,
    config: modelConfigOf(parseChatConfig(chatConfig), null, HF_CONFIG_FILE),
    copies,
    absent,
    notes: [...notes, ...notesOf(sized, conversation)],
  };
}

function chatConfigOf(hf: HfConfig, theta: number, quantization: ModelConfig['quantization']) {
  return {
    version: '0.1.0',
    model_type: hf.model_type,
    quantization,
    model_config: {
      hidden_act: hf.hidden_act,
      hidden_size: hf.hidden_size,
      intermediate_size: hf.intermediate_size,
      num_attention_heads: hf.num_attention_heads,
      num_hidden_layers: hf.num_hidden_layers,
      num_key_value_heads: hf.num_key_value_heads,
      head_dim: hf.head_dim ?? hf.hidden_size / hf.num_attention_heads,
      rms_norm_eps: hf.rms_norm_eps,
      rope_theta: theta,
      vocab_size: hf.vocab_size,
      tie_word_embeddings: true,
      context_window_size: hf.max_position_embeddings,
    },
    vocab_size: hf.vocab_size,
    context_window_size: hf.max_position_embeddings,
    sliding_window_size: -1,
    attention_sink_size: -1,
    temperature: 1,
    top_p: 1,
    repetition_penalty: 1,
    presence_penalty: 0,
    frequency_penalty: 0,
    bos_token_id: hf.bos_token_id ?? null,
    pad_token_id: hf.pad_token_id ?? null,
  };
}

function notesOf(tokenizer: object | null, conversation: object | null): ModelNote[] {
  if (tokenizer === null) {
    const message = `There is no ${TOKENIZER_FILE}: the model cannot read a problem, only its numbers can be compared.`;
    return [{ code: 'no-tokenizer', message }];
  }
  if (conversation !== null) return [];
  const message =
    `There is no chat_template in ${TOKENIZER_CONFIG_FILE} and no chat_template.jinja: ` +
    'the model cannot be asked a problem, only its numbers can be compared.';
  return [{ code: 'no-template', message }];
}

function invalid(fault: string, file = HF_CONFIG_FILE): never {
  throw new ModelFileError('invalid', file, `${file}: ${fault}.`);
}
