import { BatchEngine } from '../engine/batch-engine';
import { openModel } from '../model/load';
import { commandDevice } from './device';
import { dirSource } from './dir-source';
import { describeLoad, type ProgressLine } from './progress';

export interface LoadedEngine {
  readonly engine: BatchEngine;
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
