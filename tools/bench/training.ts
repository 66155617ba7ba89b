/**
 * `node tools/run-ts.mjs tools/bench/training.ts [SHAPE] [LAYERS] [PROMPT] [PATHS] [TOKENS] [RANK]`: what a training step
 * costs on this device, beside the adapter-on forward pass over the same tokens, with random weights of a real model's
 * shape. Prints one JSON document; kernel times come from a run of their own, since timing them slows them.
 */
import { commandDevice } from '../../src/cli/device';
import { Decoder } from '../../src/engine/decode/decoder';
import { initialLora } from '../../src/model/initial-lora';
import { loraLayout } from '../../src/engine/lora/layout';
import { LoraBuffers } from '../../src/engine/lora/lora-buffers';
import { randomModel, SHAPES, type ShapeName } from '../../src/engine/random-model';
import { LoraTrainer } from '../../src/engine/train/lora-trainer';
import { DEFAULT_ADAMW, type TrainGroup } from '../../src/policy/training';
import { trainingBytes } from '../../src/engine/train/memory';
import { HEAD_CHUNK } from '../../src/engine/ops/tiling';
import { KernelProfiler } from '../../src/gpu/profiler';
import { LORA_TARGETS } from '../../src/model/lora';

const never = new AbortController().signal;
const silent = (): void => undefined;
/** Times each part is timed; the shortest counts. 1: without kernel times; 0: memory only. */
const REPEATS = Number(process.env.REPEATS ?? 3);

export async function main(argv: string[]): Promise<number> {
  const [shape = 'qwen2-0.5b', layers = '3', prompt = '32', paths = '1', tokens = '65', rank = '8'] = argv;
  const config = { ...SHAPES[shape as ShapeName], layerCount: Number(layers) };
  const gpu = await commandDevice();
  const decoder = await Decoder.load(gpu, randomModel(shape, config), silent, never);
  const lora = { rank: Number(rank), alpha: 2 * Number(rank), targets: LORA_TARGETS };
  const adapter = new LoraBuffers(decoder.arena, loraLayout(config, lora), 'adapter');
  adapter.write(initialLora(config, lora, 1));
  const trainer = await LoraTrainer.create(decoder, adapter);
  const ids = (count: number, seed: number): number[] =>
    Array.from({ length: count }, (_, i) => (7919 * (i + 1) * (seed + 1)) % config.activeVocabSize);
  const group: TrainGroup = {
    promptIds: ids(Number(prompt), 0),
    paths: Array.from({ length: Number(paths) }, (_, i) => ids(Number(tokens), i + 1)),
  };
  const coefficients = group.paths.map((path) => new Float32Array(path.length).fill(0.01));
  const parts = {
    forward: () => trainer.figures(group, { adapter: true }, silent, never),
    gradient: () => trainer.accumulate(group, coefficients, silent, never),
    optimiser: () => trainer.step({ ...DEFAULT_ADAMW, learningRate: 1e-4 }),
  };
  decoder.arena.resetPeak();
  for (const part of Object.values(parts)) await part();
  const { peakBytes } = decoder.arena;
  const wall = { forward: Infinity, gradient: Infinity, optimiser: Infinity };
  const cpu = { ...wall };
  for (let i = 0; i < REPEATS; i++) {
    for (const [name, part] of Object.entries(parts)) {
      const key = name as keyof typeof wall;
      const [start, used] = [performance.now(), process.cpuUsage()];
      await part();
      const { user, system } = process.cpuUsage(used);
      wall[key] = Math.min(wall[key], performance.now() - start);
      cpu[key] = Math.min(cpu[key], (user + system) / 1000);
    }
  }
  const kernels = REPEATS > 1 && KernelProfiler.isOffered(gpu) ? await kernelTimes(decoder, parts) : null;
  const ratio = (ms: typeof wall): number => (ms.gradient + ms.optimiser) / ms.forward;
  // Software adapters work in this process: its CPU time is the measure on a machine that is busy with other things.
  const timing = { ms: wall, ratio: ratio(wall), cpuMs: gpu.isSoftwareAdapter ? cpu : null, cpuRatio: ratio(cpu) };
  const rows = Math.min(1024, group.promptIds.length + Number(paths) * (Number(tokens) - 1));
  const positions = Number(prompt) + Number(tokens) - 1;
  const bytes = { peak: peakBytes, expected: trainingBytes(config, lora, { rows, positions, headChunk: HEAD_CHUNK }) };
  console.log(
    JSON.stringify({ device: gpu.adapterName, shape, layers: Number(layers), rows, ...timing, bytes, kernels }),
  );
  decoder.dispose();
  gpu.destroy();
  return 0;
}

/** Milliseconds by kernel of each part. */
async function kernelTimes(
  decoder: Decoder,
  parts: Readonly<Record<string, () => Promise<unknown>>>,
): Promise<Record<string, Record<string, number>>> {
  const profiler = new KernelProfiler(decoder.gpu);
  decoder.recorder.timer = profiler;
  const times: Record<string, Record<string, number>> = {};
  for (const [name, part] of Object.entries(parts)) {
    await part();
    times[name] = Object.fromEntries(await profiler.milliseconds());
  }
  decoder.recorder.timer = null;
  profiler.dispose();
  return times;
}
