/**
 * Runs a TypeScript program of this project in Node: `node tools/run-ts.mjs FILE [arguments]`. The program exports
 * `main(argv: string[]): Promise<number>`, whose result becomes the exit code. Vite loads it, so that WGSL imports
 * (`?raw`) work as in the page.
 */
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));

export async function runTs(file, argv) {
  const { module } = await runnerImport(file, { root, configFile: false, logLevel: 'error' });
  const code = await module.main(argv);
  // Dawn keeps the process alive, so it is ended here, once everything written has left.
  process.stdout.write('', () => process.exit(code));
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [file = '', ...argv] = process.argv.slice(2);
  await runTs(resolve(file), argv);
}
