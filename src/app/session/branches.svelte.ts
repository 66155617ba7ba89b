import type { WorkerResult } from '../../../workers/protocol';
import type { SampleRequest, SampleTiming } from '../../policy/types';
import { ALTERNATIVE_COUNT } from '../../run/columns';
import type { StepBatch } from '../../run/step-batch';
import type { PathTrace, RunTrace } from '../../run/trace';
import type { Branch } from '../result/branch';
import type { RunState, Sampler } from './run.svelte';

/** The page follows a branch at most this often. */
const TICK_MS = 100;
/** Seeds of a run's branches: 2³² / φ apart, so that neither neighbouring seeds nor branches share one. */
const SEED_STRIDE = 0x9e3779b9;

/** The branches of the run shown; they go when another run begins. The only writer of them. */
export class BranchesState {
  #run: RunTrace | null = null;
  #branches = $state.raw<readonly Branch[]>([]);
  #sampling = $state.raw<Promise<void> | null>(null);
  /** Ends the branch that is being sampled. */
  #abort = new AbortController();
  /** Branches of this run so far, removed ones included: no two have the same seed. */
  #count = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly run: RunState,
    private readonly engine: Pick<Sampler, 'sample'>,
  ) {}

  /** In the order in which they were begun, as they are shown. */
  get all(): readonly Branch[] {
    return this.#run === this.run.view?.trace ? this.#branches : [];
  }

  /** A branch is being sampled. */
  get busy(): boolean {
    return this.#sampling !== null;
  }

  /**
   * Samples on from `step` of a path shown (0-based index) as if `token` had been drawn there. Settles when the branch
   * has ended. Nothing happens while something else is sampled.
   */
  begin(pathIndex: number, step: number, token: number): Promise<void> {
    const { view, request } = this.run;
    const parent = view?.shown.paths[pathIndex];
    if (view === null || request === null || parent === undefined || step >= parent.length) return Promise.resolve();
    if (this.busy || this.run.busy) return Promise.resolve();
    if (this.#run !== view.trace) {
      this.#branches = [];
      this.#count = 0;
      this.#run = view.trace;
    }
    const trace = view.shown.branch(parent, step, token, logprobOf(parent, step, token));
    const path = trace.paths[0];
    if (path === undefined) return Promise.resolve();
    const parentToken = parent.tokens[step] ?? 0;
    this.#show([...this.#branches, { trace, path, parent, step, token, parentToken, status: 'running', votes: false }]);
    this.run.board.setFocus(path.index, step, false);
    const sampling = this.#sample(request, trace, path).finally(() => {
      if (this.#sampling === sampling) this.#sampling = null;
    });
    this.#sampling = sampling;
    return sampling;
  }

  /** Ends the branch that is being sampled; what it has written stays. Settles when the engine is free. */
  async stop(): Promise<void> {
    if (this.#sampling === null) return;
    this.#abort.abort();
    await this.#sampling;
  }

  /** The engine is gone, and with it whoever would have said that the branch has ended. */
  abandon(): void {
    this.#sampling = null;
    for (const { path } of this.all) path.finish ??= 'aborted';
    this.#show(this.all.map((branch) => (branch.status === 'running' ? { ...branch, status: 'stopped' } : branch)));
  }

  /** Takes a branch away. Those that came from it become branches of what it came from. */
  async remove(path: PathTrace): Promise<void> {
    const removed = this.all.find((branch) => branch.path === path);
    if (removed === undefined) return;
    if (removed.status === 'running') await this.stop();
    const rest = this.all.filter((branch) => branch.path !== path).map((branch) => withoutParent(branch, removed));
    const first = this.run.view?.trace.pathCount ?? 0;
    rest.forEach((branch, i) => {
      branch.path.index = first + i;
    });
    const { board } = this.run;
    if (board.focus.path >= path.index) board.setFocus(removed.parent.index, null, false);
    this.#show(rest);
  }

  /** Whether a branch counts in the vote. */
  setVotes(path: PathTrace, votes: boolean): void {
    path.votes = votes;
    this.#show(this.all.map((branch) => (branch.path === path ? { ...branch, votes } : branch)));
  }

  async #sample(request: SampleRequest, trace: RunTrace, path: PathTrace): Promise<void> {
    const seed = (request.settings.seed + Math.imul(++this.#count, SEED_STRIDE)) >>> 0;
    const continuation = {
      tokens: path.tokens.slice(0, path.length),
      entropy: path.entropy.slice(0, path.length),
    };
    const branchRequest = { ...request, settings: { ...request.settings, paths: 1, seed }, continuation };
    const listener = { onStart: () => undefined, onStep: (batch: StepBatch) => this.#append(trace, batch) };
    this.#abort = new AbortController();
    // A token at the limit is the last one: there is nothing to ask for.
    const result: WorkerResult<Pick<SampleTiming, 'tokens'>> =
      path.length >= trace.capacity
        ? { ok: true, value: { tokens: 0 } }
        : await this.engine.sample(branchRequest, listener, this.#abort.signal);
    // A path without an end was complete from the start.
    if (result.ok) path.finish ??= path.length >= trace.capacity ? 'length' : 'stop';
    else path.finish ??= 'aborted';
    const status = result.ok ? 'done' : result.code === 'aborted' ? 'stopped' : 'failed';
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#show(this.all.map((branch) => (branch.path === path ? { ...branch, status } : branch)));
  }

  #append(trace: RunTrace, batch: StepBatch): void {
    trace.append(batch);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.run.board.follow();
    }, TICK_MS);
  }

  /** A run that has begun meanwhile has no branches yet, and is not given those of the run before. */
  #show(branches: readonly Branch[]): void {
    if (this.#run !== this.run.view?.trace) return;
    this.#branches = branches;
    this.run.board.showBranches(branches.map(({ trace }) => trace));
  }
}

function withoutParent(branch: Branch, removed: Branch): Branch {
  if (branch.parent !== removed.path) return branch;
  const { parent } = removed;
  const step = Math.min(branch.step, removed.step);
  return { ...branch, parent, step, token: branch.path.tokens[step] ?? 0, parentToken: parent.tokens[step] ?? 0 };
}

function logprobOf(path: PathTrace, step: number, token: number): number {
  if (path.tokens[step] === token) return path.logprob[step] ?? NaN;
  const first = step * ALTERNATIVE_COUNT;
  const at = path.alternativeToken.subarray(first, first + ALTERNATIVE_COUNT).indexOf(token);
  return at < 0 ? NaN : (path.alternativeLogprob[first + at] ?? NaN);
}
