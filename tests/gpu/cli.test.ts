import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandContext } from '../../src/cli/command';
import { bench } from '../../src/cli/bench';
import { dirSource } from '../../src/cli/dir-source';
import { parity } from '../../src/cli/parity';
import { solve } from '../../src/cli/solve';
import type { SolveDocument } from '../../src/cli/solve-document';
import { stabilityOf } from '../../src/method/stability';
import { openModel } from '../../src/model/load';
import { loraWeights } from '../../src/model/lora';
import { writePeft } from '../../src/model/peft';
import { decidePaths } from '../../src/run/decide-run';

const GOLDEN = 'tests/fixtures/golden';
const TINY_MATH = 'public/models/tiny-math';
const PROBLEM = 'What is gcd(36, 96)?';

/** A context that collects what a command prints; `onProgress` sees each progress line. */
function recorder(onProgress: (text: string) => void = () => undefined, signal = new AbortController().signal) {
  const out: string[] = [];
  const err: string[] = [];
  const context: CommandContext = {
    signal,
    progress: { show: onProgress, clear: () => undefined },
    print: (line) => void out.push(line),
    printError: (line) => void err.push(line),
  };
  return { context, out, err, document: () => JSON.parse(out.join('\n')) as SolveDocument };
}

async function solved(...argv: string[]): Promise<SolveDocument> {
  const { context, document } = recorder();
  expect(await solve(['--problem', PROBLEM, '--json', ...argv], context)).toBe(0);
  return document();
}

describe('solve', () => {
  let four: SolveDocument;
  beforeAll(async () => {
    four = await solved('--paths', '4', '--top-k', '7');
  });

  it('prints paths whose stability is the deviation of their entropies', () => {
    expect(four.paths).toHaveLength(4);
    for (const { entropy, tokens, stability, finish } of four.paths) {
      expect(entropy).toHaveLength(tokens);
      expect(Math.max(...entropy)).toBeLessThanOrEqual(Math.log(7) + 1e-6);
      expect(stability).toBeCloseTo(stabilityOf(entropy) ?? NaN, 5);
      expect(['stop', 'length']).toContain(finish);
    }
    expect(four.timing.tokens).toBe(four.paths.reduce((sum, { tokens }) => sum + tokens, 0));
  });

  it('prints the vote that follows from the paths', () => {
    const { groups, vote } = decidePaths(four.paths);
    expect(four.vote.sasc).toBe(groups[vote.sasc?.group ?? -1]?.answer ?? null);
    expect(four.vote.share).toBeCloseTo(vote.sasc?.share ?? NaN, 12);
    expect(four.paths.map(({ status }) => status)).toEqual(vote.paths.map(({ status }) => status));
  });

  it('gives the same paths for the same seed, however many are asked for, and others for another seed', async () => {
    // Hot, so that paths differ however sure the model is.
    const texts = async (paths: number, seed: number): Promise<string[]> => {
      const hot = ['--temperature', '3', '--max-tokens', '24'];
      const document = await solved('--paths', String(paths), '--seed', String(seed), ...hot);
      return document.paths.map(({ text }) => text);
    };
    const four = await texts(4, 1);
    expect(new Set(four).size).toBe(4);
    expect(await texts(2, 1)).toEqual(four.slice(0, 2));
    expect(await texts(2, 2)).not.toEqual(four.slice(0, 2));
  });

  it('prints what it has when it is interrupted, and fails', async () => {
    const abort = new AbortController();
    const { context, document, err } = recorder((text) => {
      if (text.includes(' tokens, ')) abort.abort();
    }, abort.signal);
    expect(await solve(['--problem', PROBLEM, '--paths', '8', '--json'], context)).toBe(1);
    expect(document().paths.map(({ finish }) => finish)).toContain('aborted');
    expect(document().timing.prefillMs).toBeNull();
    expect(err).toEqual(['Stopped on request: the paths are as far as they came.']);
  });

  it('solves with an adapter, says which, and refuses one of another model', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sasc-lab-adapter-'));
    try {
      const { config } = await openModel(dirSource(TINY_MATH));
      const lora = { rank: 2, alpha: 4, targets: ['v', 'down'] } as const;
      let next = 0;
      const weights = loraWeights(config, lora, ({ shape: [rows, columns] }) =>
        Float32Array.from({ length: rows * columns }, () => 0.1 * Math.sin(next++)),
      );
      for (const { name, bytes } of writePeft(weights, 'some-other-model')) writeFileSync(join(folder, name), bytes);
      const short = ['--paths', '2', '--max-tokens', '16'];
      const { context, document, err } = recorder();
      const argv = ['--problem', PROBLEM, '--adapter', folder, '--json', ...short];
      expect(await solve(argv, context)).toBe(0);
      expect(document().adapter).toBe(basename(folder));
      expect(err).toEqual([
        expect.stringMatching(/is for some-other-model; it fits tiny-math, but may not suit it\.$/),
      ]);
      const base = await solved(...short);
      expect(base.adapter).toBeNull();
      expect(document().paths.map(({ entropy }) => entropy)).not.toEqual(base.paths.map(({ entropy }) => entropy));

      const golden = ['--model', join(GOLDEN, 'qwen2-q4f16')];
      await expect(solve([...argv, ...golden], recorder().context)).rejects.toMatchObject({ code: 'invalid' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each([
    ['empty-problem', ''],
    ['unknown-characters', 'π = ?'],
    ['problem-too-long', '1+'.repeat(200)],
  ])('refuses a problem: %s', async (code, problem) => {
    await expect(solve([`--problem=${problem}`], recorder().context)).rejects.toMatchObject({ code });
  });

  it('names a corrupt shard', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sasc-lab-model-'));
    try {
      cpSync(TINY_MATH, folder, { recursive: true });
      const shard = join(folder, 'params_shard_0.bin');
      const bytes = readFileSync(shard);
      bytes.writeUInt8(bytes.readUInt8(999) ^ 1, 999);
      writeFileSync(shard, bytes);
      const solving = solve(['--problem', PROBLEM, '--model', folder], recorder().context);
      await expect(solving).rejects.toMatchObject({ code: 'model-corrupt', details: { file: 'params_shard_0.bin' } });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

interface ParityReport {
  readonly ok: boolean;
  readonly adapter: string | null;
  readonly quantities: Record<string, { maxAbs: number; relL2: number }>;
}

interface GoldenNumbers {
  readonly logprobs: number[][];
  readonly path0: { readonly adapted_logits: number[] };
  readonly losses: Record<'grpo' | 'dr_grpo', { loss: number; grad_norm: number }>;
  readonly grads: Record<string, number[]>;
  readonly after_adamw: { readonly tensors: Record<string, number[]> };
}

function enlarge(values: number[] | undefined): void {
  if (values === undefined) throw new Error('There is nothing to change.');
  values.forEach((value, i) => (values[i] = 1.01 * value));
}

describe('parity', () => {
  let altered = '';
  beforeAll(() => {
    altered = mkdtempSync(join(tmpdir(), 'sasc-lab-golden-'));
  });
  afterAll(() => rmSync(altered, { recursive: true }));

  it.each(['qwen2-q4f16', 'qwen2-q4f32'])('holds on %s', async (name) => {
    const { context, out } = recorder();
    expect(await parity(['--golden', join(GOLDEN, name), '--json'], context)).toBe(0);
    const report = JSON.parse(out.join('\n')) as ParityReport;
    expect(report).toMatchObject({ adapter: 'expected.json', ok: true });
    expect(Object.keys(report.quantities)).toEqual(
      [
        'base_logits entropy_base adapted_logits entropy_adapted ref_logprobs logprobs',
        'loss_dapo loss_grpo loss_bnpo loss_dr_grpo kl grad_norm grads after_adamw',
      ].flatMap((names) => names.split(' ')),
    );
    for (const { maxAbs, relL2 } of Object.values(report.quantities)) {
      expect(maxAbs).toBeLessThan(1e-4);
      expect(relL2).toBeLessThan(1e-4);
    }
  });

  it('fails, and shows which quantities are not as expected', async () => {
    cpSync(join(GOLDEN, 'qwen2-q4f16'), altered, { recursive: true });
    const file = join(altered, 'expected.json');
    const expected = JSON.parse(readFileSync(file, 'utf8')) as GoldenNumbers;
    enlarge(expected.path0.adapted_logits);
    enlarge(expected.logprobs[3]);
    expected.losses.grpo.loss += 2e-4;
    expected.losses.dr_grpo.grad_norm *= 1.002;
    enlarge(expected.grads['1.k_proj.B']);
    enlarge(expected.after_adamw.tensors['0.down_proj.A']);
    writeFileSync(file, JSON.stringify(expected));
    const { context, out } = recorder();
    expect(await parity(['--golden', altered, '--json'], context)).toBe(1);
    const { ok, quantities } = JSON.parse(out.join('\n')) as ParityReport;
    expect(ok).toBe(false);
    const off = Object.entries(quantities).filter(([, { maxAbs, relL2 }]) => Math.max(maxAbs, relL2) > 1e-4);
    const names = 'adapted_logits logprobs loss_grpo grad_norm grads after_adamw';
    expect(off.map(([name]) => name).join(' ')).toBe(names);
  });

  it('compares what there is: without an adapter, the base', async () => {
    cpSync(join(GOLDEN, 'qwen2-q4f16'), altered, { recursive: true });
    const file = join(altered, 'expected.json');
    const all = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    writeFileSync(file, JSON.stringify({ ...all, lora: undefined }));
    const { context, out } = recorder();
    expect(await parity(['--golden', altered, '--json'], context)).toBe(0);
    const report = JSON.parse(out.join('\n')) as ParityReport;
    expect(report.adapter).toBeNull();
    expect(Object.keys(report.quantities)).toEqual(['base_logits', 'entropy_base', 'ref_logprobs']);
  });

  it('compares cases from their file, and fails beyond the tolerance', async () => {
    cpSync(join(GOLDEN, 'qwen2-q4f16'), altered, { recursive: true });
    const file = join(altered, 'expected.json');
    const expected = JSON.parse(readFileSync(file, 'utf8')) as {
      prompt: number[];
      paths: number[][];
      path0: { shape: [number, number]; base_logits: number[] };
    };
    const [first = []] = expected.paths;
    const width = expected.path0.shape[1];
    const row = Float32Array.from(expected.path0.base_logits.slice(2 * width, 3 * width));
    const write = (offsetLogit: number): void => {
      row[5] = (row[5] ?? 0) + offsetLogit;
      writeFileSync(join(altered, 'cases.bin'), Buffer.concat([Buffer.alloc(12), Buffer.from(row.buffer)]));
    };
    const cases = [{ ids: [...expected.prompt, ...first], rows: [2], file: 'cases.bin', offset: 3 }];
    writeFileSync(file, JSON.stringify({ cases }));

    write(0);
    expect(await parity(['--golden', altered, '--json'], recorder().context)).toBe(0);
    write(0.01);
    const { context, out } = recorder();
    expect(await parity(['--golden', altered, '--json'], context)).toBe(1);
    expect(JSON.parse(out.join('\n'))).toMatchObject({
      ok: false,
      quantities: { cases: { maxAbs: expect.closeTo(0.01) } },
    });
  });
});

describe('npm run cli', () => {
  it('runs from any folder, finds a driver by itself, and ends', () => {
    const env = { ...process.env };
    if (env.VK_DRIVER_FILES?.includes('swiftshader')) {
      env.SWIFTSHADER_ICD = env.VK_DRIVER_FILES;
      delete env.VK_DRIVER_FILES;
      delete env.VK_ICD_FILENAMES;
    }
    const script = join(process.cwd(), 'tools/cli.mjs');
    const argv = [script, 'solve', '--problem', PROBLEM, '--paths', '2', '--max-tokens', '4', '--json'];
    const { status, stdout, stderr } = spawnSync(process.execPath, argv, { cwd: tmpdir(), env, encoding: 'utf8' });
    expect(status).toBe(0);
    // Dawn itself remarks on some drivers' limits.
    expect(stderr.replace(/^Warning: max.*\n/gm, '')).toBe('');
    expect((JSON.parse(stdout) as SolveDocument).paths.map(({ finish }) => finish)).toEqual(['length', 'length']);
  });
});

describe('bench', () => {
  it('times prompt and decoding of random weights, and says which kernels take the time', async () => {
    const { context, out } = recorder();
    expect(await bench(['--shape', 'tiny', '--paths', '1,3', '--json'], context)).toBe(0);
    const report = JSON.parse(out.join('\n')) as { weightBytes: number; rows: Record<string, unknown>[] };
    expect(report).toMatchObject({ shape: 'tiny', quantization: 'q4f16_1', promptTokens: 64 });
    expect(report.rows.map((row) => row.paths)).toEqual([1, 3]);
    for (const row of report.rows) {
      for (const name of ['prefillMs', 'prefillTokensPerSecond', 'msPerStep', 'tokensPerSecond']) {
        expect(row[name]).toBeGreaterThan(0);
      }
      expect(row.bytesInUse).toBeGreaterThan(report.weightBytes);
      expect(Object.keys(row.kernelMs as object)).toEqual(expect.arrayContaining(['matmul_q4', 'sample', 'rmsnorm']));
      expect(Object.keys(row.prefillKernelMs as object)).not.toContain('sample');
    }
  });
});
