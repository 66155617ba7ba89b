import * as v from 'valibot';

/**
 * The most that a model's files may claim. Every number and list of a configuration is checked against one of these before
 * anything is computed or allocated from it; models that exist are far below.
 */
export const MOST = {
  hiddenSize: 65_536,
  intermediateSize: 524_288,
  layers: 512,
  heads: 1024,
  headDim: 1024,
  vocabulary: 1_048_576,
  contextTokens: 16_777_216,
  /** Positions for which the engine prepares: a longer context is cut to it, since its rotary table would not fit. */
  usedContextTokens: 131_072,
  stopTokens: 1024,
  /** Characters of one text of a conversation template, or of a whole one. */
  templateText: 100_000,
  /** Messages that a template begins with, ids of its prefix, files that are named. */
  listed: 1024,
  ropeTheta: 1e15,
  shards: 100_000,
  /** Bytes of one JSON file: three times what the largest tokenizer takes. */
  jsonBytes: 2 ** 27,
  /** Bytes of one shard: no more is read into memory at once. */
  shardBytes: 2 ** 32,
} as const;

/** A whole number from 1 to `most`. */
export const sizeUpTo = (most: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(most));

/** A whole number from 0 to `most`. */
export const countUpTo = (most: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(most));

/** The id of a token. */
export const tokenId = countUpTo(MOST.vocabulary - 1);

export const templateText = v.pipe(v.string(), v.maxLength(MOST.templateText));

export const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));
