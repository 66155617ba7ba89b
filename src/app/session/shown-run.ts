import type { SampleTiming } from '../../policy/types';
import type { RunRecord } from '../../run/saved-run';
import type { RunFacts } from './run-keeping';

/** The run on the page, beside what it wrote. */
interface ShownRun {
  /** null: there is none. */
  readonly facts: RunFacts | null;
  readonly timing: RunRecord['timing'];
  /** It was read, not sampled here. */
  readonly isRecorded: boolean;
}

export const NO_RUN: ShownRun = { facts: null, timing: null, isRecorded: false };

/** As it is saved. */
export function timingOf({ prefillMs, decodeMs, tokensPerSecond }: SampleTiming): RunRecord['timing'] {
  return { prefillMs, decodeMs, tokensPerSecond };
}
