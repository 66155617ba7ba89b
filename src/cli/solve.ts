import * as v from 'valibot';
import { TraceRecorder } from '../policy/sampling';
import { EngineError, type SampleRequest } from '../policy/types';
import { readCard } from '../model/card';
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
  json: v.optional(v.boolean(), false),
});
const SOLVE_ALIASES = new Map([...aliasesOf(RUN_SETTINGS), ...aliasesOf(VOTE_SETTINGS)]);

/** `solve`: N solutions of one problem and the vote over them. An interrupted run prints what it has, and fails. */
export async function solve(argv: readonly string[], context: CommandContext): Promise<number> {
  const options = readOptions(argv, SolveOptions, SOLVE_ALIASES);
  const settings = checkedSettings(RUN_SETTINGS, options);
  const voting = checkedSettings(VOTE_SETTINGS, options);
  const { rule } = checkedSettings(VERDICT_SETTINGS, options);
  const request: SampleRequest = { problem: options.problem, settings };

  const loaded = await loadAnyEngine(options.model, options.engine, context);
  try {
    const adapter = options.adapter === undefined ? null : await loadAdapter(loaded.engine, options.adapter, context);
    const { trace, timing } = await sampleTrace(loaded, request, context);
    const decision = decideRun(trace, voting);
    // With an adapter the model is another one than was measured.
    const card = adapter === null ? await readCard(dirSource(options.model)) : null;
    const verdict = verdictOf(ruleElections(rulePaths(trace, decision)), rule, card?.overMajority ?? null);
    const document = solveDocument({ request, voting, trace, decision, verdict, timing, loaded, adapter });
    context.print(options.json ? JSON.stringify(document) : solveTable(document));
  } finally {
    await loaded.close();
  }
  if (!context.signal.aborted) return 0;
  context.printError('Stopped on request: the paths are as far as they came.');
  return 1;
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
