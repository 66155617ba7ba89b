import type { EngineInfo, SampleRequest } from '../../policy/types';
import type { Decision } from '../../run/decision';
import type { RunRecord } from '../../run/saved-run';

/** What a request does not say of its run, and whoever keeps it wants to know. */
export interface RunContext {
  /** The known answer; null: there is none. */
  readonly gold: string | null;
  /** Name of the adapter in force; null: none. */
  readonly adapter: string | null;
}

/** What is known of a run beside what it wrote. */
export type RunFacts = Omit<RunRecord, 'trace' | 'voteOptions' | 'timing'>;

/** Where a run is when it is kept. stopped: it ended before all its paths did. */
export type KeptState = 'running' | 'done' | 'stopped';

/** Is told of every run sampled here: at its beginning, whenever paths have ended since, and at its end. */
export interface RunKeeper {
  keep(record: RunRecord, decision: Decision, state: KeptState): void;
}

/** Of a run that begins now. */
export function newFacts(request: SampleRequest, context: RunContext, info: EngineInfo): RunFacts {
  return {
    id: crypto.randomUUID(),
    createdAt: new Date().toISOString(),
    problem: request.problem,
    gold: context.gold,
    settings: request.settings,
    model: { id: info.modelId, engine: info.engine, adapter: context.adapter, device: info.device },
    detail: 'full',
  };
}
