import { AnswersClient } from '../../workers/answers-client';
import { classesByText, type AnswerClasses } from '../answers/group';
import { gateFlips, type GateInterval } from '../method/gate-flips';
import { DEFAULT_VOTE_OPTIONS, type VoteOptions } from '../method/vote-types';
import { decideRun } from '../records/decide';
import type { Decision } from '../records/decision';
import { rulePaths } from '../records/rule-paths';
import type { RunSettings } from '../records/settings';
import type { RunTrace } from '../records/trace';
import { ruleElections, type RuleElection } from './rule-elections';

/** What is shown of a run. A new object whenever something has changed; `trace` itself stays the same. */
export interface RunView {
  readonly trace: RunTrace;
  /** The trace's version to be painted. */
  readonly version: number;
  /** Paths that have ended, other than by Stop. */
  readonly finishedPaths: number;
  readonly settings: RunSettings;
  readonly decision: Decision;
  readonly voteOptions: VoteOptions;
  /** Whom a gate by hand would elect, from the lowest gate up; empty when the pool is empty. */
  readonly flips: readonly GateInterval[];
  /** What the other rules say; empty when the pool is empty. */
  readonly elections: readonly RuleElection[];
}

/** What the reader looks at; step null: where the path's entropy is highest. */
export interface Focus {
  readonly path: number;
  readonly step: number | null;
  readonly pinned: boolean;
}

/** Whatever compares answers; the page has a worker do it, since models write anything. */
export type AnswerComparer = Pick<AnswersClient, 'classes'>;

const NO_FOCUS: Focus = { path: 0, step: null, pinned: false };

/**
 * A run as it is looked at, live or recorded: the vote over its paths, taken anew whenever a rule or the paths have
 * changed, and what the reader's eye is on. The only writer of all that.
 */
export class RunBoard {
  #view = $state.raw<RunView | null>(null);
  #focus = $state.raw<Focus>(NO_FOCUS);
  #voteOptions: VoteOptions = DEFAULT_VOTE_OPTIONS;
  /** Which of the answers mean the same, as far as the worker has said. */
  #classes: AnswerClasses = classesByText([]);
  #grouping: Promise<void> | null = null;

  constructor(private readonly answers: AnswerComparer = new AnswersClient()) {}

  /** null: there is no run yet. */
  get view(): RunView | null {
    return this.#view;
  }

  get focus(): Focus {
    return this.#focus;
  }

  /** Shows another run. The rules stay as they were set; a gate by hand belonged to the run before. */
  show(trace: RunTrace, settings: RunSettings): void {
    this.#voteOptions = { ...this.#voteOptions, threshold: null };
    this.#focus = NO_FOCUS;
    const finishedPaths = finishedCount(trace);
    this.#view = { trace, version: trace.version, finishedPaths, settings, ...this.#vote(trace) };
  }

  /** Follows the trace; the vote is taken anew only when a path has ended since. */
  follow(): void {
    if (this.#view === null) return;
    const { trace } = this.#view;
    const finishedPaths = finishedCount(trace);
    const vote = finishedPaths === this.#view.finishedPaths ? {} : this.#vote(trace);
    this.#view = { ...this.#view, ...vote, finishedPaths, version: trace.version };
    void this.group();
  }

  /** Takes the vote anew on the trace as it is. */
  recount(): void {
    if (this.#view !== null) this.#view = { ...this.#view, ...this.#vote(this.#view.trace) };
  }

  /** Takes the vote anew by these rules; a threshold by hand stays. */
  setVoteOptions(options: Partial<Omit<VoteOptions, 'threshold'>>): void {
    this.#revote({ ...this.#voteOptions, ...options });
  }

  /** @param nats A gate by hand; null: back to the percentile. */
  setThreshold(nats: number | null): void {
    this.#revote({ ...this.#voteOptions, threshold: nats });
  }

  setFocus(path: number, step: number | null, pinned?: boolean): void {
    this.#focus = { path, step, pinned: pinned ?? this.#focus.pinned };
  }

  /** Has the answers compared, and takes the vote anew when that is done. */
  group(): Promise<void> {
    this.#grouping ??= this.#groupAll().finally(() => {
      this.#grouping = null;
    });
    return this.#grouping;
  }

  async #groupAll(): Promise<void> {
    for (;;) {
      const answers = this.#view?.decision.groups.flatMap(({ forms }) => forms) ?? [];
      if (answers.every((answer) => this.#classes.has(answer))) return;
      // What the worker could not tell in time is told apart by its text.
      this.#classes = (await this.answers.classes(answers)) ?? classesByText(answers);
      this.recount();
    }
  }

  /** The other rules have options of their own: moving the gate must not run them all again. */
  #revote(options: VoteOptions): void {
    this.#voteOptions = options;
    if (this.#view !== null) this.#view = { ...this.#view, ...this.#vote(this.#view.trace, this.#view.elections) };
  }

  /** @param elections What the other rules are known to say on these paths. */
  #vote(
    trace: RunTrace,
    elections?: readonly RuleElection[],
  ): Pick<RunView, 'decision' | 'voteOptions' | 'flips' | 'elections'> {
    const voteOptions = this.#voteOptions;
    const decision = decideRun(trace, voteOptions, this.#classes);
    if (decision.vote.poolSize === 0) return { decision, voteOptions, flips: [], elections: [] };
    const paths = rulePaths(trace, decision);
    return {
      decision,
      voteOptions,
      flips: gateFlips(paths, voteOptions),
      elections: elections ?? ruleElections(paths),
    };
  }
}

function finishedCount(trace: RunTrace): number {
  return trace.paths.filter(({ finish }) => finish === 'stop' || finish === 'length').length;
}
