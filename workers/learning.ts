import { transfer } from 'comlink';
import { evaluate } from '../src/learn/evaluate';
import { evaluateUnknown, learn, type LearningEngine, startLearning } from '../src/learn/learn';
import type { Evaluation, Stopped } from '../src/learn/plan';
import type { EvalReport, LearnCheckpoint, LearnProgress } from '../src/learn/types';
import type { TokenPolicy, TrainablePolicy } from '../src/policy/training';
import { ModelFileError } from '../src/model/errors';
import type { LoraWeights } from '../src/model/lora';
import { secondDownload } from '../src/model/second-download';
import { readPeft, type ReadAdapter } from '../src/model/peft';
import type { EvaluateTask, LearnListener, LearnTask } from './protocol';

/** The worker's half of learning: what `EngineService` does with a policy that can be trained. */

/**
 * Takes the updates that the task's settings plan beyond its checkpoint. However it ends, the policy then has the adapter
 * of the last finished update, or of the one that it went back to, and gradients and moments are no longer on the GPU.
 */
export async function runLearning(
  policy: TrainablePolicy,
  task: LearnTask,
  listener: LearnListener,
  signal: AbortSignal,
): Promise<Stopped | null> {
  const { plan, checkpoint } = task;
  const { best, ...learning } = await begin(policy, task);
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
    return await learn(learner, plan, known, hooks, signal, best);
  } finally {
    learning.trainer.dispose();
    if (checkpoint === null && learner.stepsDone === 0) await policy.setAdapter(null);
  }
}

/** With the state to go back to, which is the fresh adapter's where the start was best. */
async function begin(
  policy: TrainablePolicy,
  { plan, settings, checkpoint, measured, best }: LearnTask,
): Promise<LearningEngine & { readonly best: LearnCheckpoint | null }> {
  try {
    const learning = await startLearning(policy, plan.problems, settings, measured);
    const { learner } = learning;
    const backTo = best === null ? null : (best.checkpoint ?? (await learner.checkpoint()));
    if (checkpoint !== null) learner.restore(checkpoint);
    return { ...learning, best: backTo };
  } catch (error) {
    await policy.setAdapter(checkpoint?.adapter ?? null);
    throw error;
  }
}

/** Samples problems with the present adapter. */
export function runEvaluation(
  policy: TokenPolicy,
  { problems, settings, step }: EvaluateTask,
  onProgress: (progress: LearnProgress) => void,
  signal: AbortSignal,
): Promise<EvalReport> {
  return evaluate(policy, problems, settings, step, onProgress, signal);
}

/**
 * Reads the two files of an adapter in PEFT's format, and samples with it from now on. Rejects with ModelFileError or
 * EngineError; then nothing has changed.
 */
export async function importAdapter(policy: TrainablePolicy, files: readonly File[]): Promise<ReadAdapter> {
  const source = {
    read: async (name: string): Promise<Uint8Array<ArrayBuffer>> => {
      const isNamed = (wanted: string | null) => (file: File) => file.name === wanted;
      const names = files.map((file) => file.name);
      const file = files.find(isNamed(name)) ?? files.find(isNamed(secondDownload(name, names)));
      if (file === undefined) throw new ModelFileError('missing', name, `The adapter has no file ${name}.`);
      return new Uint8Array(await file.arrayBuffer());
    },
  };
  const read = await readPeft(source, policy.files);
  await policy.setAdapter(read.weights);
  return read;
}

/** Everything of a checkpoint that can be transferred instead of copied. */
function buffersOf({ adapter, firstMoments, secondMoments }: LearnCheckpoint): ArrayBuffer[] {
  return [adapter, firstMoments, secondMoments].flatMap(({ tensors }: LoraWeights) =>
    tensors.map(({ values }) => values.buffer as ArrayBuffer),
  );
}
