import { ModelFileError } from '../errors';
import { type SizedTokenizer, TOKENIZER_FILE } from '../tokenizer';
import { type ChatTemplate, SYSTEM_MESSAGE } from './chat-template';

/**
 * MLC's conversation template for a checkpoint: the frame that its own template puts around a problem, or ChatML where it
 * has none but its tokenizer knows ChatML's marks, as base models do. null: neither.
 * ModelFileError 'invalid' for marks that the embedding has no row for.
 */
export function conversationOf(tokenizer: SizedTokenizer, { frame, eosToken }: ChatTemplate, rows: number) {
  const idOf = (token: string): number[] => {
    const id = tokenizer.addedId(token);
    if (id === null) return [];
    if (id < rows) return [id];
    const message = `${TOKENIZER_FILE}: ${token} is token ${id}, but the embedding has ${rows} rows (vocab_size).`;
    throw new ModelFileError('invalid', TOKENIZER_FILE, message);
  };
  const hasMarks = tokenizer.addedId('<|im_start|>') !== null && tokenizer.addedId('<|im_end|>') !== null;
  if (frame === null && !hasMarks) return null;
  const used = frame ?? CHATML_FRAME;
  const stops = ['<|endoftext|>', ...(hasMarks ? ['<|im_end|>'] : []), ...(eosToken === null ? [] : [eosToken])];
  const ends = { stop_str: [], stop_token_ids: [...new Set(stops.flatMap(idOf))], messages: [] };
  const isChatMl = !used.trims && used.before === CHATML_FRAME.before && used.after === CHATML_FRAME.after;
  return { ...(isChatMl ? CHATML : framed(used)), ...ends };
}

const ROLES = {
  system_prefix_token_ids: null,
  add_role_after_system_message: true,
  role_templates: { user: '{user_message}', assistant: '{assistant_message}' },
};

/** The template of Qwen2.5-Math (docs/METHOD.md). */
const CHATML = {
  name: 'chatml',
  system_template: '<|im_start|>system\n{system_message}<|im_end|>\n',
  system_message: SYSTEM_MESSAGE,
  ...ROLES,
  roles: { user: '<|im_start|>user', assistant: '<|im_start|>assistant' },
  seps: ['<|im_end|>\n'],
  role_content_sep: '\n',
  role_empty_sep: '\n',
};

const CHATML_FRAME = {
  before: `<|im_start|>system\n${SYSTEM_MESSAGE}<|im_end|>\n<|im_start|>user\n`,
  after: '<|im_end|>\n<|im_start|>assistant\n',
  trims: false,
};

/** What stands before and after a problem, in fields that MLC joins to just that. */
function framed({ before, after, trims }: NonNullable<ChatTemplate['frame']>) {
  return {
    name: 'custom',
    system_template: '{system_message}',
    system_message: before,
    ...ROLES,
    // Not MLC's: this engine's alone.
    trim_user_message: trims,
    roles: { user: '', assistant: '' },
    seps: [after],
    role_content_sep: '',
    role_empty_sep: '',
  };
}
