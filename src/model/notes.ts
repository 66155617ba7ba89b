/** What is worth knowing of a model that works all the same; the page has a text for each. */
export const NOTE_CODES = ['stale-index', 'rope-twice', 'no-tokenizer', 'no-template'] as const;
export type NoteCode = (typeof NOTE_CODES)[number];

export interface ModelNote {
  readonly code: NoteCode;
  /** One sentence that names the file, for the command line. */
  readonly message: string;
}
