import { CONFIG_FILE } from './config';
import { ModelFileError } from './errors';
import type { ModelConfig, OpenModel } from './types';

/**
 * The text a model is given for one problem: system message, the problem as the user's turn, and the start of the
 * assistant's turn, in the form of the model's own conversation template. ModelFileError 'invalid' when it has none.
 */
export function promptText(config: ModelConfig, problem: string): string {
  const { conversation } = config;
  if (conversation === null) {
    throw new ModelFileError('invalid', CONFIG_FILE, `${CONFIG_FILE}: conv_template should be there, but is not.`);
  }
  const system = conversation.systemTemplate.replaceAll('{system_message}', () => conversation.systemMessage);
  const user = conversation.userRole + conversation.roleContentSeparator + problem + (conversation.separators[0] ?? '');
  return system + user + conversation.assistantRole + conversation.roleEmptySeparator;
}

/** Token ids of `promptText`. ModelFileError 'missing' for a model without tokenizer. */
export function promptIds(files: Pick<OpenModel, 'config' | 'tokenizer'>, problem: string): number[] {
  if (files.tokenizer === null) {
    throw new ModelFileError('missing', 'tokenizer.json', 'This model has no tokenizer.json, so it cannot read text.');
  }
  return files.tokenizer.encode(promptText(files.config, problem));
}
