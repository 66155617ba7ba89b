import { basename, resolve } from 'node:path';
import { readPeft } from '../model/peft';
import type { CommandContext } from './command';
import { dirSource } from './dir-source';
import type { AnyEngine } from './load-engine';

/**
 * Puts the adapter in a folder on the engine and resolves with its name, the folder's. Says so when it names another base
 * model. Rejects with ModelFileError or EngineError.
 */
export async function loadAdapter(engine: AnyEngine, folder: string, context: CommandContext): Promise<string> {
  const { weights, otherBase } = await readPeft(dirSource(folder), engine.files, context.signal);
  if (otherBase !== null) {
    context.printError(
      `The adapter in ${folder} is for ${otherBase}; it fits ${engine.files.id}, but may not suit it.`,
    );
  }
  await engine.setAdapter(weights);
  return basename(resolve(folder));
}
