import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { learn as runPlan, type LearningEngine, startLearning } from '../learn/learn';
import type { Evaluation, LearnPlan, Stopped } from '../learn/plan';
import type { LearnSettings } from '../learn/settings';
import type { LearnCheckpoint, LearnProblem, LearnProgress } from '../learn/types';
import { readCard } from '../model/card';
import { EngineError } from '../policy/types';
import { writePeft } from '../model/peft';
import type { CommandContext } from './command';
import { dirSource } from './dir-source';
import { learnDocument, savedStep } from './learn-document';
import { loadRun, type SavedRun, type SavedStep, saveRun, writeAtomically } from './learn-folder';
import { LEARN_ALIASES, LearnOptions, type LearnOptionValues, learnSettings } from './learn-options';
import { problemsDigest } from '../evaluate/problem-file';
import { readProblems } from './problem-files';
import { learnTable, stepLine } from './learn-table';
import { type AnyEngine, loadAnyEngine } from './load-engine';
import { readOptions, UsageError } from './usage';

const DEFAULT_EVAL_PATHS = 8;
/** Where --resume keeps the state at the best evaluation, for --stop-on-fall. */
const BEST_FOLDER = 'best';

/** A run of `learn`: what it is asked for, and what it has reported so far. */
interface Run {
  readonly plan: LearnPlan;
  readonly settings: LearnSettings;
  /** Where the run was interrupted; null: it begins. */
  readonly saved: SavedRun | null;
  readonly steps: SavedStep[];
  readonly evaluations: Evaluation[];
  /** The state that an interrupted run may go back to; null: none was kept. */
  readonly best: LearnCheckpoint | null;
}

/** `learn`: test-time reinforcement learning on one problem or a set. An interrupted run prints what it has, and fails. */
export async function learn(argv: readonly string[], context: CommandContext): Promise<number> {
  const options = readOptions(argv, LearnOptions, LEARN_ALIASES);
  // Wrong use is found before the model is loaded, except where it depends on the run to resume.
  if (options.resume === undefined) learnSettings(options, dirSource(options.model).id, null);
  const problems = await problemsOf(options);
  const heldOut = options.eval === undefined ? [] : await readProblems(options.eval);
  const { engine, close } = await loadAnyEngine(options.model, options.engine, context);
  try {
    const run = await openRun(engine, problems, heldOut, options);
    const card = run.settings.labels === 'auto' ? await readCard(dirSource(options.model)) : null;
    const learning = await startLearning(engine, problems, run.settings, card?.overMajority ?? null);
    try {
      if (run.saved !== null) learning.learner.restore(run.saved.checkpoint);
      const stopped = await runUntilStopped(learning, run, options, context);
      const adapter = await keepAdapter(learning, engine.info.modelId, options.out);
      print(engine, run, stopped, adapter, options, context);
    } finally {
      learning.trainer.dispose();
    }
  } finally {
    await close();
  }
  if (!context.signal.aborted) return 0;
  context.printError('Stopped on request: the last finished step is kept.');
  return 1;
}

async function problemsOf({ problem, problems }: LearnOptionValues): Promise<LearnProblem[]> {
  if ((problem === undefined) === (problems === undefined)) {
    throw new UsageError('Either --problem or --problems is needed.');
  }
  if (problems !== undefined) return readProblems(problems);
  return [{ id: '1', problem: problem ?? '', gold: null }];
}

async function openRun(
  engine: AnyEngine,
  problems: readonly LearnProblem[],
  heldOut: readonly LearnProblem[],
  options: LearnOptionValues,
): Promise<Run> {
  const { modelId } = engine.info;
  const saved = options.resume === undefined ? null : await loadRun(options.resume, engine.files.config);
  const evalPaths = options['eval-paths'] ?? saved?.evalPaths ?? DEFAULT_EVAL_PATHS;
  const plan: LearnPlan = { problems, heldOut, evalPaths, evalEvery: options['eval-every'] };
  if (saved !== null) checkSameTask(saved, plan, modelId);
  const settings = learnSettings(options, modelId, saved?.checkpoint.settings ?? null);
  const { resume } = options;
  const best = saved === null || resume === undefined || !settings.stopOnFall ? null : await loadBest(resume, engine);
  const [steps, evaluations] = [[...(saved?.steps ?? [])], [...(saved?.evaluations ?? [])]];
  return { plan, settings, saved, steps, evaluations, best };
}

async function loadBest(folder: string, engine: AnyEngine): Promise<LearnCheckpoint | null> {
  return (await loadRun(join(folder, BEST_FOLDER), engine.files.config))?.checkpoint ?? null;
}

/** A run goes on with the model and the problems that it began with. */
function checkSameTask(saved: SavedRun, { problems, heldOut, evalPaths }: LearnPlan, modelId: string): void {
  const was = saved.checkpoint.modelId;
  if (was !== modelId) throw new UsageError(`The run to resume is of the model ${was}, not of ${modelId}.`);
  if (saved.problems !== problemsDigest(problems)) throw new UsageError('The run to resume has other problems.');
  if (saved.heldOut !== problemsDigest(heldOut)) throw new UsageError('The run to resume has another --eval.');
  if (saved.evalPaths !== evalPaths) {
    throw new UsageError(`The run to resume was started with --eval-paths ${saved.evalPaths}.`);
  }
}

/**
 * Takes the steps that are left. After every step, and every evaluation, the run is saved where --resume says. Resolves with
 * why it went back to an earlier step, where it did.
 */
async function runUntilStopped(
  { learner }: LearningEngine,
  run: Run,
  { resume }: LearnOptionValues,
  context: CommandContext,
): Promise<Stopped | null> {
  const save = async (folder = resume): Promise<void> => {
    if (folder === undefined) return;
    const { plan } = run;
    const digests = { problems: problemsDigest(plan.problems), heldOut: problemsDigest(plan.heldOut) };
    const checkpoint = await learner.checkpoint();
    // Of a run that went back to an earlier step only what led there.
    const steps = run.steps.filter(({ step }) => step <= learner.stepsDone);
    const evaluations = run.evaluations.filter(({ report }) => report.step <= learner.stepsDone);
    await saveRun(folder, { checkpoint, ...digests, evalPaths: plan.evalPaths, steps, evaluations });
  };
  let last = '';
  try {
    const stopped = await runPlan(
      learner,
      run.plan,
      run.evaluations,
      {
        onProgress: (progress) => context.progress.show([describe(learner.stepsDone, progress), last].join(' | ')),
        onStep: async (report) => {
          const step = savedStep(report);
          last = stepLine(step);
          run.steps.push(step);
          await save();
        },
        onEvaluation: async (evaluation) => {
          run.evaluations.push(evaluation);
          await save();
        },
        onBest: async () => save(resume === undefined ? undefined : join(resume, BEST_FOLDER)),
      },
      context.signal,
      run.best,
    );
    if (stopped !== null) await save();
    return stopped;
  } catch (error) {
    if (!(error instanceof EngineError && error.code === 'aborted')) throw error;
    return null;
  } finally {
    context.progress.clear();
  }
}

function describe(stepsDone: number, { phase, done, total }: LearnProgress): string {
  const place = phase === 'evaluate' ? `after step ${stepsDone}` : `step ${stepsDone + 1}`;
  return `${place}: ${phase} ${done} of ${total}`;
}

/** Writes the adapter in PEFT's format; resolves with its folder, or null where none is asked for. */
async function keepAdapter(
  { trainer }: LearningEngine,
  modelId: string,
  folder: string | undefined,
): Promise<string | null> {
  if (folder === undefined) return null;
  await mkdir(folder, { recursive: true });
  const { weights } = await trainer.state();
  for (const { name, bytes } of writePeft(weights, modelId)) await writeAtomically(join(folder, name), bytes);
  return folder;
}

function print(
  engine: AnyEngine,
  { plan, settings, steps, evaluations }: Run,
  stopped: Stopped | null,
  adapter: string | null,
  { json }: LearnOptionValues,
  context: CommandContext,
): void {
  const document = learnDocument({
    model: engine.info.modelId,
    device: engine.info.device,
    adapter,
    settings,
    problems: plan.problems.length,
    heldOut: plan.heldOut.length,
    stopped,
    steps,
    evalPaths: plan.evalPaths,
    evaluations,
  });
  context.print(json ? JSON.stringify(document) : learnTable(document));
}
