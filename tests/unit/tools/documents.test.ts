import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repositoryFiles, repositoryPaths, type RepositoryFile } from './repository';

/** What people read: comments and documents, and names in strings. */
const WRITTEN = ['.md', '.ts', '.svelte', '.wgsl', '.mjs', '.cjs', '.py', '.css'];

const paths = repositoryPaths();
const files = repositoryFiles(WRITTEN);
const documents = files.filter(({ path }) => path.endsWith('.md'));

/** A path from the root, such as `src/method`; not a part of a longer one, such as a relative import. */
const PATH_FROM_ROOT = /(?<![\w./@-])(?:docs|public|shaders|src|tests|tools|workers)\/[\w./*<>{},…-]+/g;
/** `engine/decode/sampler.ts`: the end of a path. */
const END_OF_PATH = /(?<![\w./@*-])[\w-]+(?:\/[\w.-]+)*\.(?:svelte\.ts|ts|svelte|wgsl|mjs|cjs)\b(?![\w*/-])/g;
const COMMENT = /\/\*[\s\S]*?\*\/|\/\/.*|<!--[\s\S]*?-->/g;

/** What the build makes, and placeholders. */
const NOT_KEPT = /^src\/paraglide\b|[*<>{},…]|\bvX\.Y\b/;

/** Made by tools/bundle.mjs. */
const BUNDLE = 'OUT_DIR/program.mjs';

/** A document's text, and of code what its comments say. */
function prose({ path, text }: RepositoryFile): string {
  return /\.(?:md|py)$/.test(path) ? text : (text.match(COMMENT) ?? []).join('\n');
}

function mentions(file: RepositoryFile, pattern: RegExp): string[] {
  return [...prose(file).matchAll(pattern)].map(([mention]) => mention.replace(/[.,]+$/, ''));
}

function exists(mention: string): boolean {
  return paths.some((path) => path === mention || path.startsWith(`${mention.replace(/\/$/, '')}/`));
}

describe('documents and comments', () => {
  it('cite no document outside the repository', () => {
    const cited = files.flatMap(({ path, text }) =>
      [...text.matchAll(/\b(?:method|design)(?:\.md)?(?:'s)? ?§|\b(?<!\/)(?:method|design)\.md\b/g)].map(
        ([citation]) => [path, citation],
      ),
    );
    expect(cited).toEqual([]);
  });

  it('name only paths that exist', () => {
    const broken = files.flatMap((file) =>
      mentions(file, PATH_FROM_ROOT)
        .filter((mention) => !NOT_KEPT.test(mention) && !exists(mention))
        .map((mention) => `${file.path}: ${mention}`),
    );
    expect(broken).toEqual([]);
  });

  it('name only files that exist, where they name the end of a path', () => {
    const broken = files.flatMap((file) => {
      return mentions(file, END_OF_PATH)
        .filter((mention) => mention !== BUNDLE && !paths.some((path) => `/${path}`.endsWith(`/${mention}`)))
        .map((mention) => `${file.path}: ${mention}`);
    });
    expect(broken).toEqual([]);
  });

  it('give each decision a date and a status', () => {
    const decisions = files.find(({ path }) => path === 'docs/DECISIONS.md')?.text.match(/^- .*$/gm) ?? [];
    const status = /^- \d{4}-\d\d-\d\d · (?:in force|done|replaced by [^·]+) · \*\*/;
    expect(decisions.length).toBeGreaterThan(100);
    expect(decisions.filter((decision) => !status.test(decision))).toEqual([]);
  });

  it('link only to files that exist', () => {
    const broken = documents.flatMap(({ path, text }) =>
      [...text.matchAll(/\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)/g)]
        .map(([, target]) => posix.join(posix.dirname(path), target ?? ''))
        .filter((target) => !exists(target))
        .map((target) => `${path}: ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it('cite only sections that exist', () => {
    const sections = new Map(
      documents.map(({ path, text }) => [
        path,
        [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
          title
            .toLowerCase()
            .replace(/[^\w -]/g, '')
            .replaceAll(' ', '-'),
        ),
      ]),
    );
    const broken = files.flatMap(({ path, text }) =>
      [...text.matchAll(/((?:[\w.-]+\/)*[\w-]+\.md)#([\w-]+)/g)]
        .filter(([, target = '', section = '']) => {
          const own = [target, posix.join(posix.dirname(path), target)].find((candidate) => sections.has(candidate));
          return own === undefined || sections.get(own)?.includes(section) !== true;
        })
        .map(([citation]) => `${path}: ${citation}`),
    );
    expect(broken).toEqual([]);
  });
});
