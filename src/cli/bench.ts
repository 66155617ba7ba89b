import * as v from 'valibot';
import { DecodeRun } from '../engine/decode/decode-run';
import { Decoder } from '../engine/decode/decoder';
import { randomModel, SHAPES, type ShapeName } from '../engine/random-model';
import { KernelProfiler } from '../gpu/profiler';
import { RUN_SETTINGS, type RunSettings } from '../run/settings';
import { benchEngines } from './bench-engines';
import type { CommandContext } from './command';
import { commandDevice } from './device';
import { describeLoad } from './progress';
import { textTable } from './table';
import { readOptions, UsageError } from './usage';

const PROMPT_TOKENS = 64;
/** Decode steps that are timed: as many as fit into this time, at least two. */
const DECODE_BUDGET_MS = 8000;
const MOST_STEPS = 64;

const shapeNames = Object.keys(SHAPES) as ShapeName[];

const BenchOptions = v.object({
  shape: v.optional(v.picklist(shapeNames), 'tiny'),
  quantization: v.optional(v.picklist(['q4f16_1', 'q4f32_1']), 'q4f16_1'),
  paths: v.optional(v.string(), '1,4,16'),
  engines: v.optional(v.boolean(), false),
  json: v.optional(v.boolean(), false),
});

/** Figures of N paths decoded together. Times in milliseconds. */
interface BenchRow {
  readonly paths: number;
  /** Of the prompt's 64 tokens, which is done once for all paths. */
  readonly prefillMs: number;
  readonly prefillTokensPerSecond: number;
  readonly steps: number;
  readonly msPerStep: number;
  /** Over all paths. */
  readonly tokensPerSecond: number;
  /** GPU memory while these paths are decoded: weights, caches, buffers. */
  readonly bytesInUse: number;
  /** GPU time of one decode step by kernel, the longest first; null where the device has no timestamps. */
  readonly kernelMs: Readonly<Record<string, number>> | null;
  /** The same for the prompt. */
  readonly prefillKernelMs: Readonly<Record<string, number>> | null;
}

/** `bench`: how fast this device decodes a model of a real one's shape, with random weights. */
export async function bench(argv: readonly string[], context: CommandContext): Promise<number> {
  const { shape, quantization, paths, engines, json } = readOptions(argv, BenchOptions);
  const counts = pathCounts(paths);
  if (engines) return compareEngines(Math.max(...counts), json, context);
  const gpu = await commandDevice();
  try {
    const start = performance.now();
    const model = randomModel(shape, { ...SHAPES[shape], quantization });
    const decoder = await Decoder.load(gpu, model, (load) => context.progress.show(describeLoad(load)), context.signal);
    const loadMs = performance.now() - start;
    const rows: BenchRow[] = [];
    for (const count of counts) {
      context.progress.show(`${count} paths`);
      rows.push(await benchPaths(decoder, count, context.signal));
    }
    context.progress.clear();
    const weightBytes = model.weightBytes;
    const report = {
      shape,
      quantization,
      device: gpu.adapterName,
      weightBytes,
      loadMs,
      promptTokens: PROMPT_TOKENS,
      rows,
    };
    context.print(json ? JSON.stringify(report) : `${report.device}\n${benchTable(rows)}`);
    decoder.dispose();
    return 0;
  } finally {
    gpu.destroy();
  }
}

async function compareEngines(paths: number, json: boolean, context: CommandContext): Promise<number> {
  const rates = await benchEngines(paths, context);
  const rows = [
    ['engine', 'tokens/s'],
    [`batch, ${rates.device}`, rates.batch.toFixed(1)],
    ['cpu', rates.cpu.toFixed(1)],
    ['cpu / batch', rates.ratio.toFixed(2)],
  ];
  context.print(json ? JSON.stringify(rates) : `${rates.model}, ${paths} paths\n${textTable(rows)}`);
  return 0;
}

function pathCounts(list: string): number[] {
  const { min, max } = RUN_SETTINGS.paths;
  return list.split(',').map((text) => {
    const count = Number(text);
    if (Number.isInteger(count) && count >= min && count <= max) return count;
    throw new UsageError(`--paths should be numbers from ${min} to ${max} with commas between, but is "${list}".`);
  });
}

async function benchPaths(decoder: Decoder, paths: number, signal: AbortSignal): Promise<BenchRow> {
  const { vocabSize, contextTokens } = decoder.config;
  const prompt = Array.from({ length: PROMPT_TOKENS }, (_, i) => (i * 7919 + 1) % Math.min(vocabSize, 50_000));
  const settings: RunSettings = { paths, seed: 1, temperature: 1, topP: 1, maxTokens: contextTokens, entropyK: 20 };
  const run = new DecodeRun(decoder, prompt, settings, contextTokens - PROMPT_TOKENS);
  try {
    const prefillMs = await timed(decoder, () => run.prefill());
    await (
      await run.decode(1)
    ).records;
    let steps = 0;
    const start = performance.now();
    while (steps < 2 || (steps < MOST_STEPS && performance.now() - start < DECODE_BUDGET_MS)) {
      signal.throwIfAborted();
      await (
        await run.decode(1)
      ).records;
      steps++;
    }
    const msPerStep = (performance.now() - start) / steps;
    return {
      paths,
      prefillMs,
      prefillTokensPerSecond: (1000 * PROMPT_TOKENS) / prefillMs,
      steps,
      msPerStep,
      tokensPerSecond: (1000 * paths) / msPerStep,
      bytesInUse: decoder.arena.bytesInUse,
      kernelMs: await profile(decoder, async () => void (await (await run.decode(1)).records)),
      prefillKernelMs: await profile(decoder, () => run.prefill()),
    };
  } finally {
    run.dispose();
  }
}

async function timed(decoder: Decoder, work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  await decoder.gpu.settle(decoder.gpu.device.queue.onSubmittedWorkDone());
  return performance.now() - start;
}

async function profile(decoder: Decoder, work: () => Promise<void>): Promise<Record<string, number> | null> {
  if (!KernelProfiler.isOffered(decoder.gpu)) return null;
  const profiler = new KernelProfiler(decoder.gpu);
  decoder.recorder.timer = profiler;
  try {
    await work();
    return Object.fromEntries(await profiler.milliseconds());
  } finally {
    decoder.recorder.timer = null;
    profiler.dispose();
  }
}

function benchTable(rows: readonly BenchRow[]): string {
  const head = ['paths', 'prefill ms', 'ms a step', 'tokens/s', 'MB in use', 'of a step'];
  const cells = rows.map((row) => [
    String(row.paths),
    row.prefillMs.toFixed(0),
    row.msPerStep.toFixed(1),
    row.tokensPerSecond.toFixed(1),
    (row.bytesInUse / 1e6).toFixed(0),
    sharesOf(row.kernelMs),
  ]);
  return textTable([head, ...cells]);
}

function sharesOf(kernelMs: BenchRow['kernelMs']): string {
  if (kernelMs === null) return 'this device has no timestamps';
  const total = Object.values(kernelMs).reduce((sum, ms) => sum + ms, 0);
  const shares = Object.entries(kernelMs).map(([name, ms]) => `${name} ${((100 * ms) / total).toFixed(0)} %`);
  return shares.slice(0, 4).join(', ');
}
