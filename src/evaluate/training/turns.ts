/** A message of a conversation, as trainers expect it. */
export interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

/** A conversation, as a column. */
export const TURNS = { list: { fields: { role: 'text', content: 'text' } } } as const;
