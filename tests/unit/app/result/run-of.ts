import { pathRows, type PathRow } from '../../../../src/app/result/path-rows';
import { voteTable, type VoteTable } from '../../../../src/app/result/votes/vote-rows';
import { gateFlips, type GateInterval } from '../../../../src/method/gate-flips';
import { DEFAULT_VOTE_OPTIONS, type VoteOptions } from '../../../../src/method/vote-types';
import { decidePaths } from '../../../../src/run/decide-run';
import type { Decision } from '../../../../src/run/decision';
import { RunTrace, type Finish } from '../../../../src/run/trace';

/** A path as a test writes it down: its answer, its stability in nats, how it ended (stop unless told). */
export type PathSpec = readonly [answer: string | null, stability: number, finish?: Finish | null];

export interface RunFacts {
  readonly trace: RunTrace;
  readonly decision: Decision;
  readonly rows: readonly PathRow[];
  readonly table: VoteTable;
  readonly flips: readonly GateInterval[];
  readonly voteOptions: VoteOptions;
}

/** What the result derives from a run of these paths. Each has three tokens of entropy 0, 1 and 0.5 nats. */
export function runOf(specs: readonly PathSpec[], options: Partial<VoteOptions> = {}): RunFacts {
  const trace = new RunTrace(specs.length, 8);
  const running = specs.some(([, , finish]) => finish === null);
  trace.paths.forEach((path, i) => {
    const [, stability = 0, finish = 'stop'] = specs[i] ?? [null, 0];
    path.entropy.set([0, 1, 0.5]);
    path.length = 3;
    path.stability = stability;
    path.finish = finish;
  });
  const voteOptions = { ...DEFAULT_VOTE_OPTIONS, ...options };
  const decision = decidePaths(
    specs.map(([answer, stability]) => ({ answer, stability })),
    voteOptions,
  );
  const rows = pathRows(trace, decision);
  const inputs = specs.map(([, stability], i) => ({ group: decision.groupOfPath[i] ?? null, stability }));
  const flips = gateFlips(inputs, voteOptions);
  return { trace, decision, rows, table: voteTable(decision, rows, running), flips, voteOptions };
}
