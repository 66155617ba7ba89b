import { answerClasses } from '../answers/group';
import type { VoteOptions } from '../method/vote-types';
import { decide, decideByClasses, type DecisionInput, finishedAnswers } from './decide';
import type { Decision } from './decision';
import type { RunTrace } from './trace';

/** The vote over a run, its answers compared by the strict policy on this thread (docs/METHOD.md#vote). */
export function decideRun(trace: RunTrace, options: Partial<VoteOptions> = {}): Decision {
  return decideByClasses(trace, options, answerClasses(finishedAnswers(trace)));
}

/** The same of paths without a trace. */
export function decidePaths(paths: readonly DecisionInput[], options: Partial<VoteOptions> = {}): Decision {
  return decide(paths, options, answerClasses(paths.map(({ answer }) => answer)));
}
