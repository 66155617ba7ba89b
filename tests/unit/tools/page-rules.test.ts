import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';
import { patience } from '../../patience';

const eslint = new ESLint();

/** Names of the rules that the text breaks where it lies. */
async function broken(filePath: string, text: string): Promise<string[]> {
  const results = await eslint.lintText(text, { filePath });
  return results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => ruleId ?? message));
}

const GLOBALS = 'no-restricted-globals';
const PROPERTIES = 'no-restricted-properties';
const SYNTAX = 'no-restricted-syntax';

const PLANTED: readonly (readonly [rule: string, code: string])[] = [
  [GLOBALS, "export const a = fetch('https://x.example');"],
  [GLOBALS, 'export const b = new XMLHttpRequest();'],
  [GLOBALS, "export const c = new WebSocket('wss://x.example');"],
  [GLOBALS, "export const d = new EventSource('/x');"],
  [GLOBALS, 'export const passed = [1].map(fetch);'],
  [PROPERTIES, "export const e = globalThis.fetch('/x');"],
  [PROPERTIES, "export const f = window['fetch'];"],
  [PROPERTIES, "export const g = navigator.sendBeacon('/x');"],
  [PROPERTIES, 'export const { fetch: other } = self;'],
  [PROPERTIES, "document.write('x');"],
  [SYNTAX, "document.body.innerHTML = 'x';"],
  [SYNTAX, "document.body.insertAdjacentHTML('beforeend', 'x');"],
  [SYNTAX, "export const h = new DOMParser().parseFromString('x', 'text/html');"],
  [SYNTAX, "addEventListener('message', () => undefined);"],
  [SYNTAX, "window.addEventListener('message', () => undefined);"],
  [SYNTAX, "parent.postMessage('x', '*');"],
];

describe('the rules for programs of the page', { timeout: patience(60_000) }, () => {
  it.each(['src/app/kit/planted.ts', 'src/model/planted.ts', 'workers/planted.ts'])('hold in %s', async (path) => {
    for (const [rule, code] of PLANTED) expect([code, await broken(path, `${code}\n`)]).toEqual([code, [rule]]);
  });

  it('hold in components', async () => {
    const path = 'src/app/kit/Planted.svelte';
    expect(await broken(path, '<script lang="ts">\n  void fetch(\'/x\');\n</script>\n')).toEqual([GLOBALS]);
    expect(await broken(path, '<script lang="ts">\n  const x = 1;\n</script>\n\n{@html x}\n')).toEqual([
      'svelte/no-at-html-tags',
    ]);
    expect(await broken(path, '<svelte:window onmessage={() => undefined} />\n')).toEqual([SYNTAX]);
  });

  it('let the one place send requests, and it alone', async () => {
    expect(await broken('src/net/ask.ts', "export const a = fetch('/x');\n")).toEqual([]);
    expect(await broken('src/net/other.ts', "export const a = fetch('/x');\n")).toEqual([GLOBALS]);
    expect(await broken('src/net/ask.ts', 'export const b = new XMLHttpRequest();\n')).toEqual([GLOBALS]);
  });
});
