import { CpuEngine } from '../cpu/cpu-engine';
import { isSmallEnough } from '../cpu/weights';
import { BatchEngine } from '../engine/batch-engine';
import { GpuError } from '../gpu/error';
import { openModel } from '../model/load';
import type { TrainablePolicy } from '../policy/training';
import type { Policy } from '../policy/types';
import type { CommandContext } from './command';
import { commandDevice } from './device';
import { dirSource } from './dir-source';
import { describeLoad, type ProgressLine } from './progress';

/** The engines that a command can be told to take. */
export const COMMAND_ENGINES = ['batch', 'cpu'] as const;
type CommandEngine = (typeof COMMAND_ENGINES)[number];

/** What the commands ask of an engine, whichever it is. */
export type AnyEngine = Policy & TrainablePolicy;

export interface LoadedEngine<Engine extends AnyEngine = BatchEngine> {
  readonly engine: Engine;
  /** Files, device, weights and kernels together. */
  readonly loadMs: number;
  /** Frees the GPU. */
  close(): Promise<void>;
}

/** Loads a model folder onto the GPU. Rejects with ModelFileError, GpuError or EngineError. */
export async function loadEngine(folder: string, progress: ProgressLine, signal: AbortSignal): Promise<LoadedEngine> {
  const start = performance.now();
  const files = await openModel(dirSource(folder), signal);
  const gpu = await commandDevice();
  try {
    const engine = await BatchEngine.load(gpu, files, (load) => progress.show(describeLoad(load)), signal);
    const close = async (): Promise<void> => {
      await engine.dispose();
      gpu.destroy();
    };
    return { engine, loadMs: performance.now() - start, close };
  } catch (error) {
    gpu.destroy();
    throw error;
  } finally {
    progress.clear();
  }
}

/**
 * Loads a model folder on the engine that is asked for; undefined: on the GPU, or on the processor where none is found and
 * the model is small, which one line says. Rejects as `loadEngine`.
 */
export async function loadAnyEngine(
  folder: string,
  choice: CommandEngine | undefined,
  { progress, signal, printError }: Pick<CommandContext, 'progress' | 'signal' | 'printError'>,
): Promise<LoadedEngine<AnyEngine>> {
  if (choice === 'cpu') return loadCpuEngine(folder, signal);
  try {
    return await loadEngine(folder, progress, signal);
  } catch (error) {
    if (choice === 'batch' || !(error instanceof GpuError)) throw error;
    if (!isSmallEnough(await openModel(dirSource(folder), signal))) throw error;
    printError('No GPU was found: the CPU engine takes its place, which is slower.');
    return loadCpuEngine(folder, signal);
  }
}

async function loadCpuEngine(folder: string, signal: AbortSignal): Promise<LoadedEngine<AnyEngine>> {
  const start = performance.now();
  const engine = await CpuEngine.load(await openModel(dirSource(folder), signal), undefined, signal);
  return { engine, loadMs: performance.now() - start, close: () => engine.dispose() };
}
