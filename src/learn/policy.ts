import { RunTrace } from '../run/trace';
import type { RunSettings } from '../run/settings';
import type { BatchEngine } from '../engine/batch-engine';
import { checkedPrompt } from '../policy/checks';
import type { EngineInfo } from '../policy/types';

/** What the loop needs of the engine that samples; a BatchEngine is one. */
export interface Policy extends Pick<BatchEngine, 'sampleIds'> {
  readonly info: Pick<EngineInfo, 'modelId' | 'contextTokens'>;
  readonly files: Parameters<typeof checkedPrompt>[0];
}

export interface Sampled {
  readonly promptIds: readonly number[];
  readonly trace: RunTrace;
}

/** N paths of one problem, all finished. Rejects as BatchEngine.sample does. */
export async function samplePaths(
  policy: Policy,
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
export function pathLimit(policy: Policy, maxTokens: number): number {
  return Math.min(maxTokens, policy.info.contextTokens);
}
