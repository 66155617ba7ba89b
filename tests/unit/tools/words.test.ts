import { describe, expect, it } from 'vitest';
import { repositoryFiles } from './repository';

const CODE = /^(?:src|workers|shaders|tools|tests)\//;

/** Test ids are a contract; a style sheet is CSS. */
const ALLOWED = /(['"])(?:kept-run|key-sheet|qr-sheet|lesson|leave-lesson|lesson-fault)\1|\bstyle ?sheets?\b/gi;

const glossary = repositoryFiles(['docs/GLOSSARY.md'])[0]?.text ?? '';

function bannedTerms(): string[] {
  const list = glossary.slice(glossary.indexOf('## Words that are not used'));
  return [...list.matchAll(/^\| ([a-z ]+) \| (?!---)/gm)]
    .map(([, term = '']) => term)
    .filter((term) => term !== 'never');
}

/** `keptRunStore`, `kept_run`, "kept run" … as plain words in lower case. */
function asWords(text: string): string {
  return text
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[^A-Za-z\s_-]+/g, ' ; ')
    .replace(/[\s_-]+/g, ' ')
    .toLowerCase();
}

describe('the words of the glossary', () => {
  const terms = bannedTerms();
  const banned = new RegExp(`\\b(?:${terms.join('|')})(?:s|ed|ing)?\\b`, 'g');

  it('lists words that are not used', () => {
    expect(terms).toContain('twin');
    expect(terms.length).toBeGreaterThan(8);
  });

  it('have names in code that exist', () => {
    const code = repositoryFiles(['.ts', '.svelte', '.wgsl'])
      .filter(({ path }) => /^(?:src|workers|shaders)\//.test(path))
      .map(({ text }) => text)
      .join('\n');
    const names = [...glossary.matchAll(/^\| \*\*.*$/gm)].flatMap(([row]) =>
      [...(row.split(' | ')[2] ?? '').matchAll(/`'?(\w+)'?`/g)].map(([, name = '']) => name),
    );
    expect(names.length).toBeGreaterThan(50);
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(code))).toEqual([]);
  });

  it('are the only ones in names and comments', () => {
    const found = repositoryFiles(['.ts', '.svelte', '.wgsl', '.mjs', '.py', '.css', '.md'])
      .filter(({ path }) => CODE.test(path) && !path.endsWith('tools/words.test.ts'))
      .flatMap(({ path, text }) =>
        [path, ...text.split('\n')].flatMap((line, number) =>
          [...asWords(line.replace(ALLOWED, '')).matchAll(banned)].map(([word]) => `${path}:${number}: ${word}`),
        ),
      );
    expect(found).toEqual([]);
  });
});
