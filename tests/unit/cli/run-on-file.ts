import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Command, CommandContext } from '../../../src/cli/command';

/** Where a command prints to `print`, and errors and progress go nowhere. */
export const contextOf = (print: (line: string) => void): CommandContext => ({
  signal: new AbortController().signal,
  progress: { show: () => undefined, clear: () => undefined },
  print,
  printError: () => undefined,
});

/** Runs a command on a JSON Lines file of these contents, which `option` names (`--paths`: paths.jsonl); what it printed. */
export async function runOnFile(command: Command, option: string, content: string, ...rest: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sasc-cli-'));
  try {
    const file = join(folder, `${option.slice(2)}.jsonl`);
    await writeFile(file, content);
    let out = '';
    const code = await command(
      [option, file, ...rest],
      contextOf((line) => void (out += `${line}\n`)),
    );
    expect(code).toBe(0);
    return out;
  } finally {
    await rm(folder, { recursive: true });
  }
}

export function jsonLines(rows: readonly object[]): string {
  return rows.map((row) => JSON.stringify(row)).join('\n');
}
