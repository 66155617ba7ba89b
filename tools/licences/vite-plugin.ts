import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import license from 'rollup-plugin-license';
import type { Plugin } from 'vite';

/** A package whose code is in what is built, with the terms it comes under. */
interface Licence {
  readonly name: string;
  readonly version: string;
  /** As the package names it: "MIT". */
  readonly licence: string;
  /** The whole text; '': the package has no file of it. */
  readonly text: string;
}

/** Where the built page lists them. */
const FILE = 'licences.json';

/** Packages whose code is in the page without being imported: the service worker's, and what compiles the messages. */
const GENERATED_BY = [
  ...['workbox-core', 'workbox-precaching', 'workbox-routing', 'workbox-strategies'],
  '@inlang/paraglide-js',
];

const require = createRequire(import.meta.url);

function installed(name: string): Licence {
  const folder = folderOf(name);
  const { version, license: licence = '' } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    version: string;
    license?: string;
  };
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  return { name, version, licence, text: file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim() };
}

/** Not every package lets its package.json be resolved, but each has one above its entry. */
function folderOf(name: string): string {
  for (const root of require.resolve.paths(name) ?? []) {
    const folder = join(root, name);
    try {
      readFileSync(join(folder, 'package.json'));
      return folder;
    } catch {
      // Further up, perhaps.
    }
  }
  throw new Error(`${name} is not installed, but ${dirname(FILE)}/${FILE} should name it.`);
}

/**
 * Lists the licences of everything that is built, workers included, in `licences.json`. `page` and `worker` are for the
 * builds of those names; the page's is the last one, and writes the file.
 */
export function licences(): { readonly page: () => Plugin[]; readonly worker: () => Plugin[] } {
  const found = new Map<string, Licence>();
  const collect = (): Plugin =>
    license({
      thirdParty: {
        includePrivate: false,
        multipleVersions: true,
        output: (dependencies) => {
          for (const { name, version, license: licence, licenseText } of dependencies) {
            if (name === null || version === null) continue;
            found.set(`${name} ${version}`, { name, version, licence: licence ?? '', text: licenseText?.trim() ?? '' });
          }
        },
      },
    }) as unknown as Plugin; // The hooks are Rollup’s, which Vite calls as it calls its own.
  const write: Plugin = {
    name: 'licences',
    apply: 'build',
    enforce: 'post',
    generateBundle() {
      for (const each of GENERATED_BY.map(installed)) found.set(`${each.name} ${each.version}`, each);
      const list = [...found.values()].sort((a, b) => a.name.localeCompare(b.name, 'en'));
      this.emitFile({ type: 'asset', fileName: FILE, source: `${JSON.stringify(list, null, 1)}\n` });
    },
  };
  return { page: () => [{ ...collect(), apply: 'build' }, write], worker: () => [collect()] };
}
