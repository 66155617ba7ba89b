import { Tokenizer } from '@huggingface/tokenizers';
import * as v from 'valibot';
import { MOST, tokenId } from './bounds';
import { bytesOfSymbols } from './byte-level';
import { ModelFileError } from './errors';
import { parseJsonFile } from './parse';
import type { ModelTokenizer } from './types';

export const TOKENIZER_FILE = 'tokenizer.json';

/** Not v.record: it drops the keys "constructor" and "prototype", which are tokens of Qwen2.5 like any other. */
const VocabularySchema = v.custom<Record<string, number>>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    // An id far beyond the others would make lists of that length.
    Object.values(value).every((id) => Number.isInteger(id) && id >= 0 && id < MOST.vocabulary),
  `ids below ${MOST.vocabulary} by token`,
);

/** Real ones have up to five steps. */
const MOST_STEPS = 16;

/** Each step works on what the one before it has made, and a byte-level one makes it longer: dozens would never end. */
const StepsSchema = v.custom<unknown>((value) => {
  const left = [value];
  const types: unknown[] = [];
  for (let step = left.pop(); step !== undefined && types.length <= MOST_STEPS; step = left.pop()) {
    if (typeof step !== 'object' || step === null) continue;
    types.push('type' in step ? step.type : null);
    left.push(...Object.values(step).filter(Array.isArray).flat());
  }
  return types.length <= MOST_STEPS && types.filter((type) => type === 'ByteLevel').length <= 1;
}, `at most ${MOST_STEPS} steps, one of them ByteLevel`);

const TokenizerSchema = v.looseObject({
  normalizer: v.optional(StepsSchema),
  pre_tokenizer: v.optional(StepsSchema),
  model: v.looseObject({
    type: v.literal('BPE'),
    vocab: VocabularySchema,
    unk_token: v.nullish(v.string()),
  }),
  // Pieces are turned into bytes by the byte alphabet: no other decoder would give the same text.
  decoder: v.looseObject({ type: v.literal('ByteLevel') }),
  added_tokens: v.array(v.looseObject({ id: tokenId, content: v.string(), special: v.boolean() })),
});

/** A tokenizer that also says how many ids it knows (its largest id + 1). */
export interface SizedTokenizer extends ModelTokenizer {
  readonly size: number;
  /** The id of an added token; null: there is no such token. */
  addedId(content: string): number | null;
}

const NO_BYTES = new Uint8Array();

/** A byte-level BPE tokenizer from tokenizer.json. ModelFileError 'invalid' for any other kind. */
export function createTokenizer(bytes: Uint8Array): SizedTokenizer {
  const document = parseJsonFile(TokenizerSchema, TOKENIZER_FILE, bytes);
  const tokenizer = startTokenizer(document);
  const special = new Set(document.added_tokens.filter((token) => token.special).map((token) => token.id));
  const added = new Map(document.added_tokens.map(({ content, id }) => [content, id]));
  const pieces = pieceBytes(document);
  const unknownId = document.model.vocab[document.model.unk_token ?? ''];
  /** undefined where the vocabulary has no token for a part. */
  const idsOf = (text: string): (number | undefined)[] =>
    attempt(() => tokenizer.encode(text, { add_special_tokens: false }).ids);
  return {
    size: pieces.length,
    addedId: (content) => added.get(content) ?? null,
    encode: (text) =>
      idsOf(text).map((id) => id ?? invalid(`its vocabulary has no token for a part of “${text.slice(0, 80)}”`)),
    piece: (id) => pieces[id] ?? NO_BYTES,
    isSpecial: (id) => special.has(id),
    unknownCharacters: (text) =>
      [...new Set(text)].filter((character) => {
        const ids = idsOf(character);
        return ids.length === 0 || ids.some((id) => id === unknownId);
      }),
  };
}

function startTokenizer(document: v.InferOutput<typeof TokenizerSchema>): Tokenizer {
  const tokenizer = attempt(() => new Tokenizer(document, { clean_up_tokenization_spaces: false }));
  // Settings that it cannot use are found now, and not with the first problem.
  attempt(() => tokenizer.encode('1 + 1 = 2', { add_special_tokens: false }));
  return tokenizer;
}

/** The library reads the rest of the file, and fails in ways of its own. */
function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    return invalid((error as Error).message);
  }
}

function invalid(fault: string): never {
  throw new ModelFileError('invalid', TOKENIZER_FILE, `${TOKENIZER_FILE}: ${fault}.`);
}

/** Bytes by id. Ordinary tokens are spelled in the byte alphabet, added tokens as they are. */
function pieceBytes(document: v.InferOutput<typeof TokenizerSchema>): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  const encoder = new TextEncoder();
  for (const [symbols, id] of Object.entries(document.model.vocab)) {
    pieces[id] = bytesOfSymbols(symbols) ?? encoder.encode(symbols);
  }
  for (const token of document.added_tokens) pieces[token.id] = encoder.encode(token.content);
  return pieces;
}
