/**
 * Runs a TypeScript program of this project in Node: `node tools/run-ts.mjs FILE [arguments]`. The program exports
 * `main(argv: string[]): Promise<number>`, whose result becomes the exit code. Vite bundles it, so that WGSL imports
 * (`?raw`) work as in the page; in a separate process, since the bundler alone takes 200 MB.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Within the project, so that the bundle finds the project's packages. */
const CACHE = fileURLToPath(new URL('../node_modules/.cache/run-ts', import.meta.url));
const BUNDLER = fileURLToPath(new URL('bundle.mjs', import.meta.url));

async function bundled(file, folder) {
  try {
    execFileSync(process.execPath, [BUNDLER, file, folder], { stdio: ['ignore', 'ignore', 'inherit'] });
    return (await import(pathToFileURL(join(folder, 'program.mjs')).href)).main;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function runTs(file, argv) {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, 'program-'));
  const code = await (await bundled(file, folder))(argv);
  // Dawn keeps the process alive, so it is ended here, once all output has been flushed.
  process.stdout.write('', () => process.exit(code));
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [file = '', ...argv] = process.argv.slice(2);
  await runTs(resolve(file), argv);
}
