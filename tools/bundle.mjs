/**
 * `node tools/bundle.mjs FILE OUT_DIR`: bundles a TypeScript program of this project into OUT_DIR/program.mjs, with
 * everything but the packages it uses. run-ts.mjs runs it in a separate process, since the bundler takes 200 MB.
 */
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const [file, outDir] = process.argv.slice(2);

/** Programs find their files relative to their source. */
const sourcePlaces = {
  name: 'source-places',
  transform: (code, id) =>
    code.includes('import.meta.url') && !id.includes('?')
      ? code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href))
      : null,
};

await build({
  root,
  configFile: false,
  logLevel: 'error',
  plugins: [sourcePlaces],
  publicDir: false,
  build: {
    ssr: file,
    outDir,
    emptyOutDir: true,
    target: 'node20',
    // One file: the folder is gone once it has been loaded.
    rolldownOptions: { output: { entryFileNames: 'program.mjs', codeSplitting: false } },
  },
});
