import { transfer } from 'comlink';
import { BatchEngine } from '../src/engine/batch-engine';
import { evaluate } from '../src/learn/evaluate';
import { type Evaluation, evaluateUnknown, learn, type LearningEngine, startLearning } from '../src/learn/learn';
import type { EvalReport, LearnCheckpoint, LearnProgress } from '../src/learn/types';
import { EngineError, type Policy } from '../src/policy/types';
import { ModelFileError } from '../src/model/errors';
import type { LoraWeights } from '../src/model/lora';
import { readPeft, type NamedFile, type ReadAdapter } from '../src/model/peft';
import type { EvaluateTask, LearnListener, LearnTask } from './protocol';

/** The worker's half of learning: what `EngineService` does with an engine that can be trained. */

/** EngineError 'bad-settings' for an engine that cannot be trained. */
export function trainable(engine: Policy): BatchEngine {
  if (engine instanceof BatchEngine) return engine;
  throw new EngineError('bad-settings', 'Only the batch engine can learn: WebLLM has no adapters.');
}

/**
 * Takes the steps that the task's settings plan beyond its checkpoint. However it ends, the engine then runs with the
 * adapter of the last finished step, and gradients and moments are no longer on the GPU.
 */
export async function runLearning(
  engine: BatchEngine,
  task: LearnTask,
  listener: LearnListener,
  signal: AbortSignal,
): Promise<void> {
  const { plan, checkpoint } = task;
  const learning = await begin(engine, task);
  const { learner } = learning;
  const known = [...task.known];
  const onEvaluation = async (evaluation: Evaluation): Promise<void> => {
    known.push(evaluation);
    await listener.onEvaluation(evaluation);
  };
  const onStep: Parameters<typeof learn>[3]['onStep'] = async (report) => {
    const after = await learner.checkpoint();
    await listener.onStep(report, transfer(after, buffersOf(after)));
  };
  const hooks = { onProgress: (progress: LearnProgress) => void listener.onProgress(progress), onStep, onEvaluation };
  try {
    // Other problems may have been learned before: `learn` itself evaluates before a plan's first step only.
    if (plan.evalPaths > 0 && learner.stepsDone > 0) await evaluateUnknown(learner, plan, known, hooks, signal);
    await learn(learner, plan, known, hooks, signal);
  } finally {
    learning.trainer.dispose();
    if (checkpoint === null && learner.stepsDone === 0) await engine.setAdapter(null);
  }
}

async function begin(engine: BatchEngine, { plan, settings, checkpoint }: LearnTask): Promise<LearningEngine> {
  try {
    const learning = await startLearning(engine, plan.problems, settings);
    if (checkpoint !== null) learning.learner.restore(checkpoint);
    return learning;
  } catch (error) {
    await engine.setAdapter(checkpoint?.adapter ?? null);
    throw error;
  }
}

/** Samples problems with the adapter in force. */
export function runEvaluation(
  engine: BatchEngine,
  { problems, settings, step }: EvaluateTask,
  onProgress: (progress: LearnProgress) => void,
  signal: AbortSignal,
): Promise<EvalReport> {
  return evaluate(engine, problems, settings, step, onProgress, signal);
}

/** Reads an adapter's two files for the engine's model. EngineError with the reader's own words. */
export async function readAdapter(engine: BatchEngine, files: readonly NamedFile[]): Promise<ReadAdapter> {
  const source = {
    read: async (name: string): Promise<Uint8Array<ArrayBuffer>> => {
      const file = files.find((one) => one.name === name);
      if (file === undefined) throw new ModelFileError('missing', name, `The adapter has no file ${name}.`);
      return file.bytes;
    },
  };
  return readPeft(source, { id: engine.files.id, config: engine.files.config });
}

/** Everything of a checkpoint that can be transferred instead of copied. */
function buffersOf({ adapter, firstMoments, secondMoments }: LearnCheckpoint): ArrayBuffer[] {
  return [adapter, firstMoments, secondMoments].flatMap(({ tensors }: LoraWeights) =>
    tensors.map(({ values }) => values.buffer as ArrayBuffer),
  );
}
