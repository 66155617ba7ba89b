import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const FOLDERS = ['docs', 'public', 'shaders', 'src', 'tests', 'tools', 'workers'];
/** Made by the build. */
const BUILT = 'src/paraglide/';

/** A file of the repository; paths are relative to its root, with slashes. */
export interface RepositoryFile {
  readonly path: string;
  readonly text: string;
}

/** Paths of all files of the repository that people write, without what is built or installed. */
export function repositoryPaths(): string[] {
  const top = readdirSync(ROOT, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : []));
  const below = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }).flatMap((entry) =>
      entry.isFile() ? [relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/')] : [],
    ),
  );
  return [...top, ...below].filter((path) => !path.startsWith(BUILT));
}

/** The files whose name ends in one of `endings`. */
export function repositoryFiles(endings: readonly string[]): RepositoryFile[] {
  return repositoryPaths()
    .filter((path) => endings.some((ending) => path.endsWith(ending)))
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}
