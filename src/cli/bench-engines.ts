import { CpuEngine } from '../cpu/cpu-engine';
import { BatchEngine } from '../engine/batch-engine';
import { openModel } from '../model/load';
import { TraceRecorder } from '../policy/sampling';
import type { Policy } from '../policy/types';
import { DEFAULT_RUN_SETTINGS } from '../run/settings';
import { DEFAULT_MODEL, type CommandContext } from './command';
import { commandDevice } from './device';
import { dirSource } from './dir-source';

const PROBLEM = 'Solve for x: 7x+12=54';
/** Runs of each engine that count, after one that does not; they take turns, so that both meet the same load. */
const ROUNDS = 5;

/** Tokens a second over all paths, prompt included: the middle one of the rounds. */
interface EngineRates {
  readonly model: string;
  readonly paths: number;
  readonly device: string;
  readonly batch: number;
  readonly cpu: number;
  /** cpu / batch */
  readonly ratio: number;
}

/** `bench --engines`: the CPU engine beside the batch engine on the same runs of tiny-math, in one process. */
export async function benchEngines(paths: number, context: CommandContext): Promise<EngineRates> {
  const files = await openModel(dirSource(DEFAULT_MODEL), context.signal);
  const gpu = await commandDevice();
  try {
    const onBatch = await BatchEngine.load(gpu, files, undefined, context.signal);
    const onCpu = await CpuEngine.load(files, undefined, context.signal);
    const rates: { batch: number[]; cpu: number[] } = { batch: [], cpu: [] };
    for (let round = 0; round <= ROUNDS; round++) {
      context.progress.show(`round ${round} of ${ROUNDS}`);
      const [batch, cpu] = [
        await rateOf(onBatch, paths, round, context.signal),
        await rateOf(onCpu, paths, round, context.signal),
      ];
      if (round === 0) continue;
      rates.batch.push(batch);
      rates.cpu.push(cpu);
    }
    context.progress.clear();
    const [batch, cpu] = [median(rates.batch), median(rates.cpu)];
    await onBatch.dispose();
    return { model: files.id, paths, device: gpu.adapterName, batch, cpu, ratio: cpu / batch };
  } finally {
    gpu.destroy();
  }
}

async function rateOf(engine: Policy, paths: number, seed: number, signal: AbortSignal): Promise<number> {
  const settings = { ...DEFAULT_RUN_SETTINGS, paths, seed };
  const { tokens, prefillMs, decodeMs } = await engine.sample(
    { problem: PROBLEM, settings },
    new TraceRecorder(paths),
    signal,
  );
  return (1000 * tokens) / (prefillMs + decodeMs);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
