import { jsonBytes } from './fixture-model';

/** Qwen's way of cutting text into words before BPE. */
const QWEN_SPLIT =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

const MERGES = ['u s', 'e r', 'us er', 'Ġ u', 'Ã ©'];

/** A tokenizer.json of Qwen2's kind: all 256 bytes, five merges, ChatML's special tokens. */
export function qwenLikeTokenizer(change: Record<string, unknown> = {}): Uint8Array {
  const symbols = [...byteCharacters(), ...MERGES.map((merge) => merge.replace(' ', ''))];
  const special = ['<|endoftext|>', '<|im_start|>', '<|im_end|>'];
  const added = special.map((content, i) => ({ id: symbols.length + i, content, special: true, normalized: false }));
  return jsonBytes({
    added_tokens: [...added, { id: symbols.length + 3, content: '<tool>', special: false, normalized: false }],
    normalizer: { type: 'NFC' },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: QWEN_SPLIT }, behavior: 'Isolated', invert: false },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
      ],
    },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
    model: {
      type: 'BPE',
      unk_token: null,
      vocab: Object.fromEntries(symbols.map((symbol, id) => [symbol, id])),
      merges: MERGES.map((merge) => merge.split(' ')),
    },
    ...change,
  });
}

/** The byte alphabet in the order of GPT-2's vocabulary: printable bytes first, then the rest. */
function byteCharacters(): string[] {
  const printable = [...span(0x21, 0x7e), ...span(0xa1, 0xac), ...span(0xae, 0xff)];
  return [...printable, ...span(0x100, 0x100 + 255 - printable.length)].map((code) => String.fromCharCode(code));
}

function span(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}
