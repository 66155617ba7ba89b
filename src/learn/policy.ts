import { RunTrace } from '../run/trace';
import type { RunSettings } from '../run/settings';
import { checkedPrompt } from '../policy/checks';
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
  const trace = new RunTrace(settings.paths, pathLimit(policy, settings.maxTokens));
  const append = (batch: Parameters<RunTrace['append']>[0]): void => {
    trace.append(batch);
    onStep(trace);
  };
  await policy.sampleIds(promptIds, settings, append, signal);
  return { promptIds, trace };
}

/** Most tokens that a path can have, whatever its prompt. */
export function pathLimit(policy: TokenPolicy, maxTokens: number): number {
  return Math.min(maxTokens, policy.info.contextTokens);
}
