import { md5 } from './md5';
import { ModelFileError } from './errors';
import { promptIds } from './prompt';
import type { OpenModel } from './types';

/** MD5 of a value's JSON: tells one value from another. */
export function digestOf(value: unknown): string {
  return md5(new TextEncoder().encode(JSON.stringify(value)));
}

/** Tells one prompt template from another, by the token ids of a short problem; '' for a model that cannot read text. */
export function promptDigest(files: Pick<OpenModel, 'config' | 'tokenizer'>): string {
  try {
    return digestOf(promptIds(files, '1'));
  } catch (error) {
    if (error instanceof ModelFileError) return '';
    throw error;
  }
}
