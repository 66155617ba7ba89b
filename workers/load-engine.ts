import { BatchEngine } from '../src/engine/batch-engine';
import { meterDevice } from '../src/engine/decode/logit-meter';
import { selfTest } from '../src/engine/self-test/self-test';
import { acquireDevice, type GpuDevice } from '../src/gpu/device';
import { PATIENCE_S } from '../src/gpu/patience';
import { modelSource } from '../src/model/download/model-source';
import { openModel } from '../src/model/load';
import type { OpenModel } from '../src/model/types';
import type { SelfTestReport } from '../src/policy/self-test';
import type { TrainablePolicy } from '../src/policy/training';
import type { LoadProgress, Policy } from '../src/policy/types';
import { webLlmLibrary } from '../src/webllm/library';
import { WebLlmEngine } from '../src/webllm/webllm-engine';
import type { EngineSource } from './protocol';

/** An engine with the GPU device that it has to itself. */
export interface LoadedEngine {
  readonly policy: Policy;
  /** The same engine; null where it cannot be trained. */
  readonly trainable: TrainablePolicy | null;
  /** Resolves with the browser's reason when a device it needs is lost. */
  readonly lost: Promise<string>;
  selfTest(signal: AbortSignal): Promise<SelfTestReport>;
  /** Frees the GPU's memory, once the running call has ended. */
  close(): Promise<void>;
}

/** Rejects with EngineError, GpuError or ModelFileError; then nothing is left on the GPU. */
export type LoadEngine = (
  source: EngineSource,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
) => Promise<LoadedEngine>;

/** Loads engines in this worker. @param gpu undefined: the browser has no WebGPU */
export function engineLoader(gpu: GPU | undefined): LoadEngine {
  return async (source, onProgress, signal) => {
    onProgress({ phase: 'device', done: 0, total: 0, unit: 'items' });
    const device = await acquireDevice(gpu, PATIENCE_S);
    try {
      onProgress({ phase: 'download', done: 0, total: 0, unit: 'items' });
      const { modelId, modelUrl } = source;
      const files = await modelSource(globalThis.caches, globalThis.location?.origin, modelId, modelUrl);
      const model = await openModel(files, signal);
      const engine = await (source.webllm === undefined
        ? loadBatchEngine(device, model, onProgress, signal)
        : loadWebLlm(device, model, { modelUrl, ...source.webllm }, onProgress, signal));
      return {
        ...engine,
        selfTest: (testSignal) => selfTest(device, testSignal),
        close: async () => {
          await engine.policy.dispose();
          device.destroy();
        },
      };
    } catch (error) {
      device.destroy();
      throw error;
    }
  };
}

type EngineParts = Pick<LoadedEngine, 'policy' | 'trainable' | 'lost'>;

async function loadBatchEngine(
  device: GpuDevice,
  model: OpenModel,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
): Promise<EngineParts> {
  const engine = await BatchEngine.load(device, model, onProgress, signal);
  return { policy: engine, trainable: engine, lost: device.lost };
}

/** WebLLM computes on a device of its own: losing either ends it. */
async function loadWebLlm(
  device: GpuDevice,
  model: OpenModel,
  location: Parameters<typeof WebLlmEngine.load>[3],
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
): Promise<EngineParts> {
  const create = await webLlmLibrary();
  const engine = await WebLlmEngine.load(create, meterDevice(device), model, location, onProgress, signal);
  return { policy: engine, trainable: null, lost: Promise.race([device.lost, engine.lost]) };
}
