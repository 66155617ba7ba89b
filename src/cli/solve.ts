import * as v from 'valibot';
import { TraceRecorder } from '../policy/sampling';
import { EngineError, type SampleRequest } from '../policy/types';
import { type ProblemReading, readProblem } from '../families/read-problem';
import { readCard } from '../model/card';
import { EMBEDDED_ID } from '../model/catalog';
import { decideRun } from '../run/decide-run';
import { ruleElections } from '../run/rule-elections';
import { rulePaths } from '../run/rule-paths';
import { RUN_SETTINGS, VERDICT_SETTINGS, VOTE_SETTINGS } from '../run/settings';
import type { RunTrace } from '../run/trace';
import { verdictOf } from '../run/verdict';
import { DEFAULT_MODEL, type CommandContext } from './command';
import { dirSource } from './dir-source';
import { loadAdapter } from './load-adapter';
import { type AnyEngine, COMMAND_ENGINES, loadAnyEngine, type LoadedEngine } from './load-engine';
import { type RunTiming, solveDocument } from './solve-document';
import { solveTable } from './solve-table';
import { aliasesOf, checkedSettings, settingOptions } from './setting-options';
import { readOptions } from './usage';

const SolveOptions = v.object({
  problem: v.string(),
  model: v.optional(v.string(), DEFAULT_MODEL),
  adapter: v.optional(v.string()),
  engine: v.optional(v.picklist(COMMAND_ENGINES)),
  ...settingOptions(RUN_SETTINGS),
  ...settingOptions(VOTE_SETTINGS),
  ...settingOptions(VERDICT_SETTINGS),
  'as-typed': v.optional(v.boolean(), false),
  json: v.optional(v.boolean(), false),
});
const SOLVE_ALIASES = new Map([...aliasesOf(RUN_SETTINGS), ...aliasesOf(VOTE_SETTINGS)]);

/** `solve`: N solutions of one problem and the vote over them. An interrupted run prints what it has, and fails. */
export async function solve(argv: readonly string[], context: CommandContext): Promise<number> {
  const options = readOptions(argv, SolveOptions, SOLVE_ALIASES);
  const settings = checkedSettings(RUN_SETTINGS, options);
  const voting = checkedSettings(VOTE_SETTINGS, options);
  const { rule } = checkedSettings(VERDICT_SETTINGS, options);

  const loaded = await loadAnyEngine(options.model, options.engine, context);
  try {
    const adapter = options.adapter === undefined ? null : await loadAdapter(loaded.engine, options.adapter, context);
    // Only the embedded model has so few kinds of problem that a text outside them is recognised.
    const reading = loaded.engine.info.modelId === EMBEDDED_ID ? readProblem(options.problem) : null;
    const problem = wordingOf(options.problem, reading, options['as-typed']);
    const request: SampleRequest = { problem, settings };
    const { trace, timing } = await sampleTrace(loaded, request, context);
    warn(reading, problem === options.problem, context);
    const decision = decideRun(trace, voting);
    // With an adapter the model is another one than was measured.
    const card = adapter === null ? await readCard(dirSource(options.model)) : null;
    const verdict = verdictOf(ruleElections(rulePaths(trace, decision)), rule, card?.overMajority ?? null);
    const document = solveDocument({
      problem: options.problem,
      reading,
      request,
      voting,
      trace,
      decision,
      verdict,
      timing,
      loaded,
      adapter,
    });
    context.print(options.json ? JSON.stringify(document) : solveTable(document));
  } finally {
    await loaded.close();
  }
  if (!context.signal.aborted) return 0;
  context.printError('Stopped on request: the paths are as far as they came.');
  return 1;
}

/** What is sampled: the trained wording of a problem that has one. */
function wordingOf(problem: string, reading: ProblemReading | null, isAsTyped: boolean): string {
  return reading?.kind === 'rewordable' && !isAsTyped ? reading.wording : problem;
}

/** One line, where the model was not trained on what it is given. */
function warn(reading: ProblemReading | null, isAsTyped: boolean, { printError }: CommandContext): void {
  if (reading?.kind === 'unknown') {
    const known = reading.family === null ? 'this kind of problem' : 'problems of this kind with such numbers';
    printError(`Warning: ${EMBEDDED_ID} has not learned ${known}; its answers are guesses.`);
  } else if (reading?.kind === 'rewordable' && isAsTyped) {
    printError(`Warning: ${EMBEDDED_ID} has not learned this wording; its answers may be guesses.`);
  }
}

interface SampledRun {
  readonly trace: RunTrace;
  readonly timing: RunTiming;
}

/** Samples all paths. An abort ends the run early, with its paths marked so; any other failure rejects. */
async function sampleTrace(
  { engine }: LoadedEngine<AnyEngine>,
  request: SampleRequest,
  context: CommandContext,
): Promise<SampledRun> {
  const { paths } = request.settings;
  const recorder = new TraceRecorder(paths, (trace) => {
    const finished = trace.paths.filter(({ finish }) => finish !== null).length;
    context.progress.show(`${trace.tokenCount} tokens, ${finished} of ${paths} paths finished`);
  });
  const start = performance.now();
  try {
    const timing = await engine.sample(request, recorder, context.signal);
    return { trace: recorder.trace, timing };
  } catch (error) {
    if (!(error instanceof EngineError && error.code === 'aborted')) throw error;
    const { trace } = recorder;
    trace.abortRunning();
    const decodeMs = performance.now() - start;
    const tokens = trace.tokenCount;
    return { trace, timing: { prefillMs: null, decodeMs, tokens, tokensPerSecond: (1000 * tokens) / decodeMs } };
  } finally {
    context.progress.clear();
  }
}
