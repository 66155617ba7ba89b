import { learnDefaults } from '../../src/learn/defaults';
import type { LearnSettings } from '../../src/learn/settings';
import type { LearnCheckpoint } from '../../src/learn/types';
import type { LoraWeights } from '../../src/model/lora';
import { toEngineError } from '../../src/policy/errors';
import { runLearning } from '../../workers/learning';
import type { LearnTask } from '../../workers/protocol';
import type { DeviceFault } from './faulty-device';
import { faultyEngine } from './session';

const SETTINGS: LearnSettings = {
  ...learnDefaults('tiny-math').settings,
  lora: { rank: 2, alpha: 4, targets: ['q', 'v'] },
  votes: 8,
  trainPaths: 8,
  problemsPerStep: 1,
  steps: 1,
  maxTokens: 64,
  temperature: 1.4,
  learningRate: 1e-3,
  updatesPerBatch: 2,
};
const PROBLEM = { id: 'a', problem: 'What is gcd(36, 96)?', gold: null };

export interface LearnWalked {
  /** Why it failed; null: it did not. */
  readonly code: string | null;
  /** What the page was handed after each finished step. */
  readonly checkpoints: readonly LearnCheckpoint[];
  readonly wasUpdated: boolean;
  /** What the engine samples with afterwards; null: no adapter, or no device to read it from. */
  readonly adapter: LoraWeights | null;
  /** Bytes on the GPU beyond those before learning. */
  readonly leftBytes: number;
  readonly submits: number;
  readonly allocations: number;
  readonly hasFailed: boolean;
}

/** One learning step as the engine's worker takes it, on a device that fails so. @param from null: from the beginning */
export async function walkLearning(fault: DeviceFault, from: LearnCheckpoint | null = null): Promise<LearnWalked> {
  const { engine, faulty } = await faultyEngine(fault);
  const bytesBefore = engine.decoder.arena.bytesInUse;
  const checkpoints: LearnCheckpoint[] = [];
  let wasUpdated = false;
  let code: string | null = null;
  const plan = { problems: [PROBLEM], heldOut: [], evalPaths: 0, evalEvery: 0 };
  const task: LearnTask = { plan, settings: SETTINGS, checkpoint: from, known: [], measured: null, best: null };
  try {
    const listener = {
      onProgress: () => undefined,
      onStep: async ({ updated }: { readonly updated: boolean }, after: LearnCheckpoint) => {
        wasUpdated ||= updated;
        checkpoints.push(structuredClone(after));
      },
      onEvaluation: async () => undefined,
    };
    await runLearning(engine, task, listener, new AbortController().signal);
  } catch (error) {
    ({ code } = toEngineError(error));
  }
  const { submits, allocations } = faulty;
  try {
    const isGone = code === 'device-lost';
    const adapter = isGone ? null : ((await engine.adapter?.read(engine.decoder.recorder)) ?? null);
    const adapterBytes = engine.adapter?.layers.reduce((sum, { size }) => sum + size, 0) ?? 0;
    const leftBytes = engine.decoder.arena.bytesInUse - bytesBefore - adapterBytes;
    const { hasFailed } = faulty;
    return { code, checkpoints, wasUpdated, adapter, leftBytes, submits, allocations, hasFailed };
  } finally {
    await engine.dispose();
    engine.gpu.destroy();
  }
}
