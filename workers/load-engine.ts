import { CpuEngine } from '../src/cpu/cpu-engine';
import { isSmallEnough } from '../src/cpu/weights';
import { BatchEngine } from '../src/engine/batch-engine';
import { meterDevice } from '../src/engine/decode/logit-meter';
import { selfTest } from '../src/engine/self-test/self-test';
import { acquireDevice, type GpuDevice } from '../src/gpu/device';
import { GpuError } from '../src/gpu/error';
import { PATIENCE_S } from '../src/gpu/patience';
import { modelSource } from '../src/model/download/model-source';
import { openModel } from '../src/model/load';
import type { OpenModel } from '../src/model/types';
import type { SelfTestReport } from '../src/policy/self-test';
import type { TrainablePolicy } from '../src/policy/training';
import { EngineError, type LoadProgress, type Policy } from '../src/policy/types';
import { webLlmLibrary } from '../src/webllm/library';
import { WebLlmEngine } from '../src/webllm/webllm-engine';
import type { EngineSource } from './protocol';

/** An engine with the GPU device that it has to itself, if it has one. */
export interface LoadedEngine {
  readonly policy: Policy;
  /** The same engine; null where it cannot be trained. */
  readonly trainable: TrainablePolicy | null;
  /** Resolves with the browser's reason when a device it needs is lost. */
  readonly lost: Promise<string>;
  /** Rejects with EngineError 'internal' where there are no kernels. */
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

/**
 * Loads engines in this worker. Where no GPU can be had, a model that is small enough runs on the processor.
 * @param gpu undefined: the browser has no WebGPU
 */
export function engineLoader(gpu: GPU | undefined): LoadEngine {
  return async (source, onProgress, signal) => {
    onProgress({ phase: 'device', done: 0, total: 0, unit: 'items' });
    const device = await acquireDevice(gpu, PATIENCE_S).catch((error: unknown) => {
      if (error instanceof GpuError) return error;
      throw error;
    });
    if (device instanceof GpuError) return loadCpuEngine(source, device, onProgress, signal);
    try {
      const model = await openSource(source, onProgress, signal);
      const { modelUrl } = source;
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

/** Opens the model that is to be loaded. Rejects with ModelFileError or the signal's reason. */
async function openSource(
  { modelId, modelUrl }: EngineSource,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
): Promise<OpenModel> {
  onProgress({ phase: 'download', done: 0, total: 0, unit: 'items' });
  const files = await modelSource(globalThis.caches, globalThis.location?.origin, modelId, modelUrl);
  return openModel(files, signal);
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

/** The engine of a device without a GPU. A larger model is refused with the reason why there is none. */
async function loadCpuEngine(
  source: EngineSource,
  withoutGpu: GpuError,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
): Promise<LoadedEngine> {
  const model = await openSource(source, onProgress, signal);
  if (!isSmallEnough(model)) throw withoutGpu;
  const engine = await CpuEngine.load(model, onProgress, signal, withoutGpu.message);
  return {
    policy: engine,
    trainable: engine,
    lost: new Promise<never>(() => undefined),
    selfTest: async () => {
      throw new EngineError('internal', 'The CPU engine has no kernels to test.');
    },
    close: () => engine.dispose(),
  };
}
