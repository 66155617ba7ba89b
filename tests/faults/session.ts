import { vi } from 'vitest';
import { dirSource } from '../../src/cli/dir-source';
import { EngineState, type EngineConnection } from '../../src/app/session/engine.svelte';
import { BatchEngine } from '../../src/engine/batch-engine';
import { acquireDevice, GpuDevice } from '../../src/gpu/device';
import { nodeGpu } from '../../src/gpu/node-gpu';
import { openModel } from '../../src/model/load';
import { EngineService } from '../../workers/engine-service';
import type { LoadEngine } from '../../workers/load-engine';
import { type DeviceFault, FaultyDevice } from './faulty-device';

const MODEL = new URL('../../public/models/tiny-math', import.meta.url).pathname;

/** A real device behind one that fails as it is told, and the engine on it. */
export async function faultyEngine(fault: DeviceFault): Promise<{ engine: BatchEngine; faulty: FaultyDevice }> {
  const { device, adapterName: name, isSoftwareAdapter } = await acquireDevice(nodeGpu());
  const faulty = new FaultyDevice(device, fault);
  const gpu = new GpuDevice(faulty.device, name, isSoftwareAdapter);
  const engine = await BatchEngine.load(gpu, await openModel(dirSource(MODEL)));
  faulty.arm();
  return { engine, faulty };
}

/** The engine's worker without a worker: its service, called as the page's client calls it. */
function connectionTo(service: EngineService): EngineConnection {
  let last = 0;
  const call = <T>(signal: AbortSignal | undefined, make: (call: number) => Promise<T>): Promise<T> => {
    const number = ++last;
    signal?.addEventListener('abort', () => void service.cancel(number));
    return make(number);
  };
  return {
    load: (source, onProgress, signal) => call(signal, (id) => service.load(id, source, onProgress)),
    measure: (problem) => service.measure(problem),
    selfTest: () => service.selfTest(),
    sample: (request, listener, signal) => call(signal, (id) => service.sample(id, request, listener)),
    learn: (task, listener, signal) => call(signal, (id) => service.learn(id, task, listener)),
    evaluate: (task, onProgress, signal) => call(signal, (id) => service.evaluate(id, task, onProgress)),
    setAdapter: (weights) => service.setAdapter(weights),
    importAdapter: (files) => service.importAdapter(files),
    whenLost: () => service.whenLost(),
    dispose: () => undefined,
  };
}

export interface FaultySession {
  /** As the page has it. */
  readonly state: EngineState;
  /** Devices in the order in which they were asked for; the first one has the fault. */
  readonly devices: FaultyDevice[];
  close(): Promise<void>;
}

/** The page's engine on a device with this fault; the next device is sound. */
export function faultySession(fault: DeviceFault): FaultySession {
  // Node 20 has none; the page's state names the browser by it.
  vi.stubGlobal('navigator', { userAgent: 'test' });
  const devices: FaultyDevice[] = [];
  const engines: BatchEngine[] = [];
  const load: LoadEngine = async () => {
    const { engine, faulty } = await faultyEngine(devices.length === 0 ? fault : { kind: 'none' });
    devices.push(faulty);
    engines.push(engine);
    const { gpu } = engine;
    // No self-test: it is not what fails here.
    const selfTest = () => Promise.reject(new Error('not taken'));
    return { policy: engine, trainable: engine, lost: gpu.lost, selfTest, close: () => engine.dispose() };
  };
  const state = new EngineState({ id: 'tiny-math', url: 'http://localhost/', webllm: null }, () =>
    connectionTo(new EngineService(load)),
  );
  return {
    state,
    devices,
    async close() {
      await Promise.all(engines.map((engine) => engine.dispose()));
      engines.forEach(({ gpu }) => gpu.destroy());
    },
  };
}
