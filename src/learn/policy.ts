import type { RunTrace } from '../run/trace';
import type { RunSettings } from '../run/settings';
import { checkedPrompt } from '../policy/checks';
import { TraceRecorder } from '../policy/sampling';
import type { TokenPolicy } from '../policy/training';

export interface Sampled {
  readonly promptIds: readonly number[];
  readonly trace: RunTrace;
}

/** N paths of one problem, all finished. Rejects as Policy.sample does. */
export async function samplePaths(
  policy: TokenPolicy,
  problem: string,
  settings: RunSettings,
  onStep: (trace: RunTrace) => void,
  signal: AbortSignal,
): Promise<Sampled> {
  const promptIds = checkedPrompt(policy.files, problem);
  const recorder = new TraceRecorder(settings.paths, onStep);
  await policy.sampleIds(promptIds, settings, recorder, signal);
  return { promptIds, trace: recorder.trace };
}

/** Most tokens of a path whatever its prompt: what dr_grpo divides by. A trace's own capacity depends on its prompt. */
export function pathLimit(policy: TokenPolicy, maxTokens: number): number {
  return Math.min(maxTokens, policy.info.contextTokens);
}
