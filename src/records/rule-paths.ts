import type { RulePath } from '../method/rules';
import type { VoteInput } from '../method/vote-types';
import type { Decision } from './decision';
import type { RunTrace } from './trace';

/** A run's paths as the voting rules see them, views of the trace's arrays. */
export function rulePaths(trace: RunTrace, decision: Decision): (RulePath & VoteInput)[] {
  return trace.paths.map(({ index, length, stability, votes, confidence, logprob, meanLogprob }) => ({
    group: votes ? (decision.groupOfPath[index] ?? null) : null,
    stability,
    tokens: length,
    confidence: confidence.subarray(0, length),
    logprob: logprob.subarray(0, length),
    meanLogprob: meanLogprob.subarray(0, length),
  }));
}
