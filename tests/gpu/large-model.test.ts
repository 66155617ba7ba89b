import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BatchEngine } from '../../src/engine/batch-engine';
import { randomModel, SHAPES } from '../../src/engine/random-model';
import type { OpenModel } from '../../src/model/types';
import { writeModelFolder } from '../fixtures/model-folder';
import { freshDevice } from './device';

const IDS = [151_644, 8948, 7, 42];
const ROWS = [1, 3];

/** Prints the process's largest resident memory, in KiB, when it ends. */
const REPORT_MEMORY = "process.on('exit',()=>process.stderr.write('maxRSS='+process.resourceUsage().maxRSS))";

/** `parity` in a separate process, as a user runs it. */
function runParity(folder: string) {
  const preload = `data:text/javascript,${encodeURIComponent(REPORT_MEMORY)}`;
  const argv = [`--import=${preload}`, 'tools/cli.mjs', 'parity', '--golden', folder, '--json'];
  const { stdout, stderr, status } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
  const bytes = 1024 * Number(/maxRSS=(\d+)/.exec(stderr)?.[1]);
  return { status, bytes, report: JSON.parse(stdout) as { ok: boolean; quantities: { cases?: { maxAbs: number } } } };
}

describe('a model of 0.5 billion parameters and 151,936 tokens', () => {
  let model: OpenModel;
  let folder = '';
  beforeAll(async () => {
    const gpu = await freshDevice();
    // All 24 layers take SwiftShader minutes; what is special here, the vocabulary, is outside them.
    const layerCount = gpu.adapterName.includes('SwiftShader') ? 3 : 24;
    model = randomModel('random', { ...SHAPES['qwen2-0.5b'], layerCount });
    folder = mkdtempSync(join(tmpdir(), 'sasc-lab-large-'));
    await writeModelFolder(model, folder);
    const engine = await BatchEngine.load(gpu, model);
    writeFileSync(join(folder, 'logits.bin'), await engine.logitsOf(IDS, ROWS));
    await engine.dispose();
    gpu.destroy();
    const cases = [{ ids: IDS, rows: ROWS, file: 'logits.bin' }];
    writeFileSync(join(folder, 'expected.json'), JSON.stringify({ cases }));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is read shard by shard from its folder to the GPU, in less than twice its size', () => {
    const small = runParity('tests/fixtures/golden/qwen2-q4f16');
    const large = runParity(folder);
    expect(large.status).toBe(0);
    // The same weights, generated in memory or read from files, give the same bits.
    expect(large.report.quantities.cases?.maxAbs).toBe(0);
    // On a software adapter the GPU's memory is the process's too. Node, the loader and the driver take the rest.
    expect(large.bytes - small.bytes).toBeLessThan(2 * model.weightBytes);
    expect(large.bytes).toBeGreaterThan(model.weightBytes);
  });
});
