import { CONFIG_FILE } from './config';
import { ModelFileError } from './errors';
import type { ConversationTemplate, ModelConfig, OpenModel } from './types';

/**
 * The text a model is given for one problem: system message, the messages that the template begins with, the problem as the
 * user's turn, and the start of the assistant's. (mlc-llm, protocol/conversation_protocol.py, as_prompt)
 * ModelFileError 'invalid' for a model without conversation template.
 */
export function promptText(config: ModelConfig, problem: string): string {
  const { conversation } = config;
  if (conversation === null) {
    throw new ModelFileError('invalid', CONFIG_FILE, `${CONFIG_FILE}: conv_template should be there, but is not.`);
  }
  const system = conversation.systemTemplate.replaceAll('{system_message}', () => conversation.systemMessage);
  const asked = conversation.trimsProblem ? problem.trim() : problem;
  const turns = [...conversation.messages, ['user', asked] as const, ['assistant', null] as const];
  const texts = turns.map(([role, message], i) => {
    const hasRole = conversation.hasRoleAfterSystem || system === '' || i > 0;
    return turnText(conversation, role, message, hasRole);
  });
  return [system, ...texts].join('').replaceAll('{function_string}', '');
}

function turnText(
  conversation: ConversationTemplate,
  role: 'user' | 'assistant',
  message: string | null,
  hasRole: boolean,
): string {
  const isUser = role === 'user';
  const name = isUser ? conversation.userRole : conversation.assistantRole;
  if (message === null) return name + conversation.roleEmptySeparator;
  const [first = '', second = first] = conversation.separators;
  const template = isUser ? conversation.userTemplate : conversation.assistantTemplate;
  const content = template.replaceAll(isUser ? '{user_message}' : '{assistant_message}', () => message);
  return (hasRole ? name + conversation.roleContentSeparator : '') + content + (isUser ? first : second);
}

/**
 * Token ids of the prompt for a problem. ModelFileError 'missing' for a model without tokenizer, 'invalid' for a token that
 * the embedding has no row for.
 */
export function promptIds(files: Pick<OpenModel, 'config' | 'tokenizer'>, problem: string): number[] {
  const { config, tokenizer } = files;
  if (tokenizer === null) {
    throw new ModelFileError('missing', 'tokenizer.json', 'This model has no tokenizer.json, so it cannot read text.');
  }
  const text = promptText(config, problem);
  const ids = [...(config.conversation?.systemPrefixIds ?? []), ...tokenizer.encode(text)];
  const beyond = ids.find((id) => id >= config.vocabSize);
  if (beyond === undefined) return ids;
  const token = new TextDecoder().decode(tokenizer.piece(beyond));
  const message =
    `tokenizer.json: ${token === '' ? 'a prefix of the template' : token} is token ${beyond}, ` +
    `but the model's embedding has ${config.vocabSize} rows: it was never trained to read it.`;
  throw new ModelFileError('invalid', 'tokenizer.json', message);
}
