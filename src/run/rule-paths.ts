import type { RulePath } from '../method/rules';
import type { VoteInput } from '../method/vote-types';
import type { Decision } from './decision';
import { hasFigures } from './recorded';
import type { RunTrace } from './trace';

/**
 * A run's paths as the voting rules see them, views of the trace's arrays. What a run read from a link does not know, its
 * tokens' probabilities, is passed as undefined.
 */
export function rulePaths(trace: RunTrace, decision: Decision): (RulePath & VoteInput)[] {
  return trace.paths.map((path) => {
    const { index, length, stability, votes } = path;
    const known = (figures: Float32Array) => (hasFigures(path) ? figures.subarray(0, length) : undefined);
    return {
      group: votes ? (decision.groupOfPath[index] ?? null) : null,
      stability,
      tokens: length,
      confidence: known(path.confidence),
      logprob: known(path.logprob),
      meanLogprob: known(path.meanLogprob),
    };
  });
}
