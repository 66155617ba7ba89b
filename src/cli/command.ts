import { fileURLToPath } from 'node:url';
import type { ProgressLine } from './progress';

/** What a command works with. */
export interface CommandContext {
  /** Fires on Ctrl-C. */
  readonly signal: AbortSignal;
  readonly progress: ProgressLine;
  /** Writes a line to stdout. */
  print(line: string): void;
  /** Writes a line to stderr. */
  printError(line: string): void;
}

/** Runs with the arguments after the command's name; resolves with the exit code, 0 or 1. */
export type Command = (argv: readonly string[], context: CommandContext) => Promise<number>;

/** The embedded model, from wherever the command is called. */
export const DEFAULT_MODEL = fileURLToPath(new URL('../../public/models/tiny-math', import.meta.url));
