import * as v from 'valibot';
import { groupAnswers } from '../answers/group';
import type { RulePath } from '../method/rules';
import { SIGNAL_IDS, signalOf, type SignalId, windowOf } from '../method/signals';
import type { Policy } from '../policy/types';
import { TraceRecorder } from '../policy/sampling';
import { finishedAnswers } from '../run/decide';
import { signalPath } from '../run/rule-paths';
import type { RunSettings } from '../run/settings';
import type { RunTrace } from '../run/trace';
import type { Problem } from './problem-file';

const figure = v.nullable(v.number());

const SampledPathSchema = v.object({
  text: v.string(),
  answer: v.nullable(v.string()),
  /** Generated tokens, the end token included. */
  tokens: v.number(),
  finish: v.picklist(['stop', 'length']),
  stability: figure,
  /** Of docs/METHOD.md#signals; null: there are no tokens, or the figure is not finite. */
  signals: v.record(v.picklist(SIGNAL_IDS), figure),
});
export type SampledPath = v.InferOutput<typeof SampledPathSchema>;

/** A problem that was sampled: a line of the log, complete or not there. */
export const SampledProblemSchema = v.object({
  id: v.string(),
  promptTokens: v.number(),
  paths: v.array(SampledPathSchema),
  /** The path that takes the likeliest token at every step; null: not asked for. */
  greedy: v.nullable(SampledPathSchema),
});
export type SampledProblem = v.InferOutput<typeof SampledProblemSchema>;

/** A sampled problem's paths as the voting rules see them. */
export function rulePathsOf(paths: readonly SampledPath[]): RulePath[] {
  const { groupOfPath } = groupAnswers(paths.map(({ answer }) => answer));
  const texts = paths.map(({ text }) => text);
  return paths.map(({ stability, tokens, text, signals }, i) => {
    return { group: groupOfPath[i] ?? null, stability, tokens, text: texts.indexOf(text), signals };
  });
}

/** So low that the likeliest token is drawn at every step. */
const GREEDY_TEMPERATURE = 0.001;

/**
 * N paths of a problem, and the greedy path where it is asked for. Rejects with EngineError.
 * @param settings with the problem's own seed
 */
export async function sampleProblem(
  policy: Pick<Policy, 'sample'>,
  { id, problem }: Problem,
  settings: RunSettings,
  withGreedy: boolean,
  onGrow: (trace: RunTrace) => void,
  signal: AbortSignal,
): Promise<SampledProblem> {
  const sampled = await tracesOf(policy, problem, settings, onGrow, signal);
  const greedy = { ...settings, paths: 1, temperature: GREEDY_TEMPERATURE, topP: 1 };
  const alone = withGreedy ? await tracesOf(policy, problem, greedy, () => undefined, signal) : null;
  return {
    id,
    promptTokens: sampled.promptTokens,
    paths: pathsOf(sampled.trace),
    greedy: alone === null ? null : (pathsOf(alone.trace)[0] ?? null),
  };
}

async function tracesOf(
  policy: Pick<Policy, 'sample'>,
  problem: string,
  settings: RunSettings,
  onGrow: (trace: RunTrace) => void,
  signal: AbortSignal,
): Promise<{ readonly trace: RunTrace; readonly promptTokens: number }> {
  const recorder = new TraceRecorder(settings.paths, onGrow);
  const { promptTokens } = await policy.sample({ problem, settings }, recorder, signal);
  return { trace: recorder.trace, promptTokens };
}

function pathsOf(trace: RunTrace): SampledPath[] {
  const answers = finishedAnswers(trace);
  const figured = trace.paths.map(signalPath);
  // As the rules take it: over the paths that have an answer.
  const window = windowOf(figured.filter((_, i) => answers[i] !== null));
  return trace.paths.map((path, i) => ({
    text: trace.text(path),
    answer: answers[i] ?? null,
    tokens: path.length,
    finish: path.finish === 'length' ? 'length' : 'stop',
    stability: finite(path.stability),
    signals: Object.fromEntries(
      SIGNAL_IDS.map((id): [SignalId, number | null] => [id, finite(signalOf(figured[i] ?? {}, id, () => window))]),
    ),
  }));
}

/** JSON has neither NaN nor Infinity. */
function finite(value: number | null | undefined): number | null {
  return value !== null && value !== undefined && Number.isFinite(value) ? value : null;
}
