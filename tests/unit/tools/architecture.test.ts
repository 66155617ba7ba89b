import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import config from '../../../.dependency-cruiser.mjs';
import { LAYERS, ROOMS } from '../../../tools/architecture/rooms.mjs';
import { repositoryFiles, repositoryPaths } from './repository';

type Table = Readonly<Record<string, readonly string[]>>;
const rooms: Table = ROOMS;
const layers: Table = LAYERS;

/** Every pair of folders of a table of which the first may not import the second. */
function forbiddenPairs(table: Table): [from: string, to: string][] {
  const folders = Object.keys(table);
  return folders.flatMap((from) =>
    folders.filter((to) => to !== from && table[from]?.includes(to) !== true).map((to): [string, string] => [from, to]),
  );
}

const FORBIDDEN = [...forbiddenPairs(rooms), ...forbiddenPairs(layers)];

function ruleOf(room: string): string {
  return `${room.replaceAll('/', '-')}-imports-only-what-is-below-it`;
}

function plantedIn(from: string, to: string): string {
  return `${from}/imports-${to.replaceAll('/', '-')}.ts`;
}

describe('the lint rules', () => {
  let folder: string;
  /** `rule from` of all that was found. */
  let found: Set<string>;

  function plant(path: string, text: string): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'architecture-'));
    for (const room of [...Object.keys(rooms), ...Object.keys(layers)]) {
      plant(`${room}/target.ts`, 'export const target = 1;\n');
    }
    for (const [from, to] of FORBIDDEN) {
      const target = posix.relative(from, `${to}/target`);
      plant(plantedIn(from, to), `export { target } from '${target.startsWith('.') ? target : `./${target}`}';\n`);
    }
    plant('shaders/types.ts', "import type { Engine } from '../src/engine/kinds';\nexport type Copy = Engine;\n");
    plant('src/engine/kinds.ts', 'export interface Engine { readonly name: string }\n');
    plant('src/engine/svelte-user.ts', "export { tick } from 'svelte';\n");
    plant('node_modules/svelte/package.json', '{ "name": "svelte", "version": "1.0.0", "main": "index.js" }\n');
    plant('node_modules/svelte/index.js', 'export const tick = 1;\n');
    plant('package.json', '{ "dependencies": { "svelte": "1.0.0" } }\n');
    plant('tools/helper.ts', 'export const helper = 1;\n');
    plant('src/run/tool-user.ts', "export { helper } from '../../tools/helper';\n");
    plant('src/run/chicken.ts', "import { egg } from './egg';\nexport const chicken = () => egg;\n");
    plant('src/run/egg.ts', "import { chicken } from './chicken';\nexport const egg = () => chicken;\n");
    plant('src/run/orphan.ts', 'export const orphan = 1;\n');
    const forbidden = config.forbidden as unknown as IForbiddenRuleType[];
    const { tsPreCompilationDeps, doNotFollow } = config.options;
    const { output } = await cruise(
      ['src', 'workers', 'shaders'],
      { baseDir: folder, validate: true, ruleSet: { forbidden }, tsPreCompilationDeps, doNotFollow },
      { extensions: config.options.enhancedResolveOptions.extensions },
    );
    const { violations } = (output as ICruiseResult).summary;
    found = new Set(violations.map(({ rule, from }) => `${rule.name} ${from}`));
  }, 60_000);
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('catch an import for every pair of folders that no arrow joins', () => {
    const missed = FORBIDDEN.filter(([from, to]) => !found.has(`${ruleOf(from)} ${plantedIn(from, to)}`));
    expect(FORBIDDEN.length).toBeGreaterThan(100);
    expect(missed).toEqual([]);
  });

  it('catch an import of a type, of shaders too', () => {
    expect(found).toContain('shaders-imports-only-what-is-below-it shaders/types.ts');
  });

  it('catch Svelte below the page, tools in the product, cycles and orphans', () => {
    expect(found).toContain('only-the-page-knows-svelte src/engine/svelte-user.ts');
    expect(found).toContain('product-imports-neither-tests-nor-tools src/run/tool-user.ts');
    expect([...found].some((one) => one.startsWith('no-cycles src/run/'))).toBe(true);
    expect(found).toContain('no-orphans src/run/orphan.ts');
  });

  it('cover every folder', () => {
    const folderOf = (path: string): string =>
      path
        .split('/')
        .slice(0, path.startsWith('src/') ? 2 : 1)
        .join('/');
    const code = repositoryPaths().filter((path) => /^(?:src|workers|shaders)\/.*\.(?:ts|svelte)$/.test(path));
    const found = new Set(code.map(folderOf));
    expect([...found].filter((one) => one !== 'src/main.ts' && !(one in rooms))).toEqual([]);
    const pages = code
      .filter((path) => path.startsWith('src/app/'))
      .map((path) => path.split('/').slice(0, 3).join('/'));
    expect([...new Set(pages)].filter((one) => !(one in layers))).toEqual([]);
  });
});

describe('docs/ARCHITECTURE.md', () => {
  const [document] = repositoryFiles(['docs/ARCHITECTURE.md']);
  const rows = [...(document?.text ?? '').matchAll(/^\| `([\w/]+)` \|.*\| ([^|]*) \|$/gm)];

  /** `all above but …`, a list, or `nothing`, as folders of the table. */
  function allowedBy(cell: string, above: readonly string[], folderOf: (name: string) => string): string[] {
    const named = [...cell.matchAll(/`([\w/]+)`/g)].map(([, name = '']) => folderOf(name));
    return cell.startsWith('all above') ? above.filter((folder) => !named.includes(folder)) : named;
  }

  function tableIn(table: Table, folderOf: (name: string) => string): Record<string, string[]> {
    const own = rows.filter(([, folder = '']) => folder in table);
    const folders = own.map(([, folder = '']) => folder);
    return Object.fromEntries(
      own.map(([, folder = '', cell = ''], i) => [folder, allowedBy(cell, folders.slice(0, i), folderOf).sort()]),
    );
  }

  function sorted(table: Table): Record<string, string[]> {
    return Object.fromEntries(Object.entries(table).map(([folder, allowed]) => [folder, [...allowed].sort()]));
  }

  it('says which folder may import which as the lint rules do', () => {
    const folderOf = (name: string): string => (name in rooms ? name : `src/${name}`);
    expect(tableIn(rooms, folderOf)).toEqual(sorted(rooms));
  });

  it('says which part of the page may import which as the lint rules do', () => {
    expect(tableIn(layers, (name) => `src/app/${name}`)).toEqual(sorted(layers));
  });

  it('lists at most eight files from the GPU to the screen', () => {
    const steps = [...(document?.text ?? '').matchAll(/^\d\. `[\w/.-]+\.(?:wgsl|ts|svelte)`/gm)];
    expect(steps.length).toBeGreaterThan(4);
    expect(steps.length).toBeLessThanOrEqual(8);
  });
});

describe('the code', () => {
  const known = new Set(repositoryPaths());
  const files = repositoryFiles(['.ts', '.svelte']).filter(({ path }) => /^(?:src|workers|shaders)\//.test(path));

  /** What dependency-cruiser does not see: types imported in .svelte files, and workers that are started. */
  const IMPORT = /(?:\bfrom|\bimport|\bimport\(|new URL\()\s*['"](\.[^'"?]+)/g;

  function importsOf(path: string, text: string): string[] {
    return [...text.matchAll(IMPORT)].flatMap(([, target = '']) => {
      const whole = posix.join(posix.dirname(path), target);
      return [whole, `${whole}.ts`, `${whole}/index.ts`].find((one) => known.has(one)) ?? [];
    });
  }

  function roomIn(table: Table, path: string): string | undefined {
    return Object.keys(table).find((room) => path.startsWith(`${room}/`));
  }

  function wrongImports(table: Table): string[] {
    return files.flatMap(({ path, text }) => {
      const own = roomIn(table, path);
      if (own === undefined) return [];
      return importsOf(path, text)
        .filter((target) => {
          const room = roomIn(table, target);
          return room !== undefined && room !== own && table[own]?.includes(room) !== true;
        })
        .map((target) => `${path} → ${target}`);
    });
  }

  it('imports only what the table of folders allows, types in components included', () => {
    expect(wrongImports(rooms)).toEqual([]);
  });

  it('imports only what the layers of the page allow, types in components included', () => {
    expect(wrongImports(layers)).toEqual([]);
  });
});
