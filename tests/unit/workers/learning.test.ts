import { describe, expect, it } from 'vitest';
import type { Evaluation } from '../../../src/learn/plan';
import type { LearnCheckpoint, LearnProgress, StepReport } from '../../../src/learn/types';
import { initialLora } from '../../../src/model/initial-lora';
import { type LoraWeights, LORA_TARGETS } from '../../../src/model/lora';
import { writePeft } from '../../../src/model/peft';
import type { TrainablePolicy } from '../../../src/policy/training';
import { importAdapter, runEvaluation, runLearning } from '../../../workers/learning';
import type { LearnListener, LearnTask } from '../../../workers/protocol';
import { ToyPolicy } from '../learn/toy';
import { never, PROBLEMS, quiet, SETTINGS, untimed } from '../learn/toy-run';

/** The toy as the worker has it: with an adapter that is put on, and a trainer that is freed. */
class TrainableToy extends ToyPolicy implements TrainablePolicy {
  readonly log: string[] = [];
  adapter: LoraWeights | null = null;
  refuses = false;

  async setAdapter(weights: LoraWeights | null): Promise<void> {
    this.log.push(weights === null ? 'adapter off' : 'adapter on');
    this.adapter = weights;
  }

  async startTraining(weights: LoraWeights): Promise<this> {
    if (this.refuses) throw new Error('no memory');
    this.adapter = weights;
    this.log.push('start');
    return this;
  }

  override dispose(): void {
    this.log.push('dispose');
  }
}

function listening() {
  const heard: string[] = [];
  const reports: StepReport[] = [];
  const checkpoints: LearnCheckpoint[] = [];
  const progress: LearnProgress[] = [];
  const listener: LearnListener = {
    onProgress: (one) => void progress.push(one),
    onStep: async (report, after) => {
      heard.push(`update ${report.step}`);
      reports.push(report);
      checkpoints.push(structuredClone(after));
    },
    onEvaluation: async ({ set, report }) => void heard.push(`${set} after ${report.step}`),
  };
  return { heard, reports, checkpoints, progress, listener };
}

function taskOf(steps: number, checkpoint: LearnCheckpoint | null = null, known: Evaluation[] = []): LearnTask {
  const plan = { problems: PROBLEMS, heldOut: [], evalPaths: 2, evalEvery: 0 };
  const settings = { ...SETTINGS, schedule: 'constant' as const, steps };
  return { plan, settings, checkpoint, known, measured: null, best: null };
}

describe('learning in the worker', () => {
  it('reports evaluations and updates in order, and frees the trainer', async () => {
    const policy = new TrainableToy();
    const { heard, progress, listener, checkpoints } = listening();
    await runLearning(policy, taskOf(2), listener, never);
    expect(heard).toEqual(['train after 0', 'update 1', 'update 2', 'train after 2']);
    expect(new Set(progress.map(({ phase }) => phase))).toEqual(new Set(['evaluate', 'sample', 'vote', 'optimiser']));
    expect(policy.log).toEqual(['start', 'dispose']);
    expect(checkpoints.map(({ stepsDone }) => stepsDone)).toEqual([1, 2]);
  });

  it('takes the same updates from a checkpoint on', async () => {
    const whole = listening();
    await runLearning(new TrainableToy(), taskOf(3), whole.listener, never);
    const resumed = listening();
    await runLearning(new TrainableToy(), taskOf(3, whole.checkpoints[0] ?? null), resumed.listener, never);
    expect(untimed(resumed.reports)).toEqual(untimed(whole.reports.slice(1)));
  });

  it('does not repeat an evaluation that is known', async () => {
    const policy = new TrainableToy();
    const report = await runEvaluation(policy, { problems: PROBLEMS, settings: RUN, step: 0 }, quiet, never);
    const { heard, listener } = listening();
    await runLearning(policy, taskOf(1, null, [{ set: 'train', report }]), listener, never);
    expect(heard).toEqual(['update 1', 'train after 1']);
  });

  it('stopped before its first update, it leaves no adapter; after one, that one', async () => {
    const policy = new TrainableToy();
    const stop = new AbortController();
    policy.onWork = () => stop.abort();
    await expect(runLearning(policy, taskOf(1), listening().listener, stop.signal)).rejects.toMatchObject({
      code: 'aborted',
    });
    expect([policy.adapter, policy.log]).toEqual([null, ['start', 'dispose', 'adapter off']]);

    const other = new TrainableToy();
    const { listener, heard } = listening();
    const later = new AbortController();
    const stopping = {
      ...listener,
      onStep: async (...args: Parameters<LearnListener['onStep']>) => {
        await listener.onStep(...args);
        later.abort();
      },
    };
    await expect(runLearning(other, taskOf(5), stopping, later.signal)).rejects.toMatchObject({ code: 'aborted' });
    expect(heard).toEqual(['train after 0', 'update 1']);
    expect(other.log).toEqual(['start', 'dispose']);
  });

  it('puts the former adapter back where training cannot begin', async () => {
    const { checkpoints, listener } = listening();
    await runLearning(new TrainableToy(), taskOf(1), listener, never);
    const policy = new TrainableToy();
    policy.refuses = true;
    await expect(runLearning(policy, taskOf(2, checkpoints[0]), listening().listener, never)).rejects.toThrow(
      'no memory',
    );
    expect(policy.adapter).toBe(checkpoints[0]?.adapter);
  });
});

const RUN = { paths: 2, seed: 1, temperature: 1, topP: 1, maxTokens: 8, entropyK: 20 };

describe('an adapter from files', () => {
  const policy = new TrainableToy();
  const config = { rank: 2, alpha: 4, targets: LORA_TARGETS };
  const weights = initialLora(policy.files.config, config, 5);
  const files = writePeft(weights, policy.files.id).map(({ name, bytes }) => new File([bytes], name));

  it('is read for the policy and put on it', async () => {
    const read = await importAdapter(policy, files);
    expect(read.otherBase).toBeNull();
    expect(read.weights.config).toEqual(config);
    expect(read.weights.tensors).toEqual(weights.tensors);
    expect(policy.adapter).toBe(read.weights);
  });

  it('changes nothing where it cannot be read', async () => {
    policy.log.length = 0;
    await expect(importAdapter(policy, files.slice(1))).rejects.toMatchObject({ code: 'missing' });
    const damaged = files.map((file) => new File([file.slice(0, 100)], file.name));
    await expect(importAdapter(policy, damaged)).rejects.toMatchObject({ code: 'invalid' });
    expect(policy.log).toEqual([]);
  });
});
