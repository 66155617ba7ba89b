import { randomId } from '../kit/random-id';
import type { EngineInfo, SampleRequest } from '../../policy/types';
import type { Decision } from '../../run/decision';
import type { RunRecord } from '../../run/saved-run';

/** What is saved of a run beside its request. */
export interface RunContext {
  /** The known answer; null: there is none. */
  readonly gold: string | null;
  /** Name of the adapter in use; null: none. */
  readonly adapter: string | null;
}

/** What is known of a run beside what it wrote. */
export type RunFacts = Omit<RunRecord, 'trace' | 'voteOptions' | 'verdict' | 'timing'>;

/** How far a run is when it is saved. stopped: it ended before all its paths did. */
export type KeptState = 'running' | 'done' | 'stopped';

/** Saves every run sampled here: when it begins, when paths have ended, and when it ends. */
export interface RunKeeper {
  keep(record: RunRecord, decision: Decision, state: KeptState): void;
}

/** Of a run that begins now. */
export function newFacts(request: SampleRequest, context: RunContext, info: EngineInfo): RunFacts {
  return {
    id: randomId(),
    createdAt: new Date().toISOString(),
    problem: request.problem,
    gold: context.gold,
    settings: request.settings,
    model: { id: info.modelId, engine: info.engine, adapter: context.adapter, device: info.device },
    detail: 'full',
  };
}
