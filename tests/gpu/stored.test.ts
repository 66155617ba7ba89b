import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Command } from '../../src/cli/command';
import { learn } from '../../src/cli/learn';
import type { LearnDocument } from '../../src/cli/learn-document';
import { solve } from '../../src/cli/solve';
import type { SolveDocument } from '../../src/cli/solve-document';
import { Artifacts, VERSIONS } from '../fixtures/stored/artifacts';
import { LATER_SETTINGS } from '../fixtures/stored/later-settings';

const folder = mkdtempSync(join(tmpdir(), 'sasc-stored-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function printed<T>(command: Command, ...argv: string[]): Promise<T> {
  let out = '';
  const code = await command([...argv, '--json'], {
    signal: new AbortController().signal,
    progress: { show: () => undefined, clear: () => undefined },
    print: (line) => void (out += line),
    printError: () => undefined,
  });
  expect(code).toBe(0);
  return JSON.parse(out) as T;
}

/** Names of fields, those of the first of a list for all of it. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (typeof value !== 'object' || value === null) return null;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shapeOf(part)]));
}

describe.each(VERSIONS)('the command line goes on from %s', (version) => {
  const stored = new Artifacts(version);

  it('learn --resume takes the next step after the ones that were taken then', async () => {
    const run = join(folder, version);
    cpSync(stored.path('cli/learn'), run, { recursive: true });
    const before = stored.json<LearnDocument>('cli/learn.json');
    const argv = ['--problems', stored.path('cli/problems.jsonl'), '--steps', '2', '--resume', run];
    const after = await printed<LearnDocument>(learn, ...argv);
    expect(after.settings).toEqual({ ...LATER_SETTINGS, ...before.settings, steps: 2 });
    expect(after.steps).toHaveLength(2);
    // Later versions may add fields.
    expect(after.steps[0]).toMatchObject(before.steps[0] ?? {});
    expect(after.eval.before).toEqual(before.eval.before);
    expect(shapeOf(after.eval)).toMatchObject(shapeOf(before.eval) as object);
    expect(after.steps[1]?.metrics.num_tokens).toBeGreaterThan(before.steps[0]?.metrics.num_tokens ?? NaN);
  });

  it('solve prints every field that it did, and takes the adapters that were written then', async () => {
    const { problem, seed, settings } = stored.json<SolveDocument>('cli/solve.json');
    const argv = ['--problem', problem, '--seed', String(seed), '--paths', '4', '--top-k', String(settings.topK)];
    const plain = await printed<SolveDocument>(solve, ...argv);
    // Later versions may add fields.
    expect(shapeOf(plain)).toMatchObject(shapeOf(stored.json('cli/solve.json')) as object);
    for (const adapter of ['adapter', 'cli/adapter']) {
      const adapted = await printed<SolveDocument>(solve, ...argv, '--adapter', stored.path(adapter));
      expect(adapted.adapter).toBe('adapter');
      expect(adapted.paths.map(({ entropy }) => entropy)).not.toEqual(plain.paths.map(({ entropy }) => entropy));
    }
  });
});
