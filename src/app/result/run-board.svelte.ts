import { AnswersClient } from '../../../workers/answers-client';
import { classesByText, type AnswerClasses } from '../../answers/classes';
import { gateFlips, type GateInterval } from '../../method/gate-flips';
import type { RuleChoice } from '../../method/auto-rule';
import { changedOptions } from '../../method/vote-options';
import { DEFAULT_VOTE_OPTIONS, type VoteOptions } from '../../method/vote-types';
import { decideByClasses } from '../../run/decide';
import type { Decision } from '../../run/decision';
import { hasReportedKs } from '../../run/reported-k';
import { ruleElections, type RuleElection } from '../../run/rule-elections';
import { rulePaths } from '../../run/rule-paths';
import type { RunRecord } from '../../run/saved-run';
import type { RunSettings } from '../../run/settings';
import type { RunTrace } from '../../run/trace';
import { openedVerdict, type SavedVerdict, underVote, type ShownVerdict, verdictOf } from '../../run/verdict';
import type { MeasuredModel } from './model-facts';
import { keepRows, type PathRow, pathRows } from './path-rows';

/** What is shown of a run. A new object whenever something has changed; `trace` itself stays the same. */
export interface RunView {
  readonly trace: RunTrace;
  /** The run's paths and, after them, the branches that were sampled on from them: what the decision is about. */
  readonly shown: RunTrace;
  /** Rises with whatever is written, to be painted. */
  readonly version: number;
  /** Paths that have ended, other than by Stop. */
  readonly finishedPaths: number;
  readonly settings: RunSettings;
  /** The paths were written one after another, not all at once: by the run's own engine, whichever is chosen now. */
  readonly oneAfterAnother: boolean;
  readonly decision: Decision;
  /** One a path of `shown`; a row that has not changed is the same object as before. */
  readonly rows: readonly PathRow[];
  /** Who is elected by the rule that decides. */
  readonly verdict: ShownVerdict;
  /** The rules of that vote: the run's own, or others that are being tried. */
  readonly voteOptions: VoteOptions;
  /** The vote by the run's own rules; the same objects while no other rules are tried. */
  readonly own: { readonly decision: Decision; readonly voteOptions: VoteOptions };
  /** Whom a manual gate would elect, from the lowest gate up; empty when the pool is empty. */
  readonly flips: readonly GateInterval[];
  /** What the other rules say; empty when the pool is empty. */
  readonly elections: readonly RuleElection[];
  /** What is measured of the model that wrote the run; null: nothing is. */
  readonly measured: MeasuredModel | null;
}

/** What the reader looks at; step null: where the path's entropy is highest. */
export interface Focus {
  readonly path: number;
  readonly step: number | null;
  readonly pinned: boolean;
}

/** What the board needs to know of the run whose trace it shows. */
export type ShownRun = Pick<RunRecord, 'settings'> & {
  readonly model: Pick<RunRecord['model'], 'engine' | 'id' | 'adapter'>;
};

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
  /** The rules of runs that bring none. */
  #usual: VoteOptions = DEFAULT_VOTE_OPTIONS;
  /** The run's own rules, and what the reader tries instead. */
  #own: VoteOptions = DEFAULT_VOTE_OPTIONS;
  #tried: Partial<VoteOptions> = {};
  /** The rule that is to decide. */
  #choice: RuleChoice = 'auto';
  #measured: MeasuredModel | null = null;
  /** What wrote the run shown. */
  #model: ShownRun['model'] | null = null;
  /** The verdict that a recorded run brings; undefined: the run is decided here. */
  #saved: SavedVerdict | null | undefined;
  /** Which of the answers mean the same, as far as the worker has said. */
  #classes: AnswerClasses = classesByText([]);
  #grouping: Promise<void> | null = null;
  /** Paths and branches that had ended when the vote was taken. */
  #ended = 0;

  constructor(private readonly answers: AnswerComparer = new AnswersClient()) {}

  /** null: there is no run yet. */
  get view(): RunView | null {
    return this.#view;
  }

  get focus(): Focus {
    return this.#focus;
  }

  /**
   * Shows another run. What was tried belonged to the run before.
   * @param own the rules of a recorded run
   * @param saved the verdict of a recorded run; undefined: it is still to be decided
   */
  show(trace: RunTrace, { settings, model }: ShownRun, own = this.#usual, saved?: SavedVerdict | null): void {
    this.#own = own;
    this.#model = model;
    this.#saved = saved;
    this.#tried = {};
    this.#focus = NO_FOCUS;
    const { version, finishedCount: finishedPaths } = trace;
    const oneAfterAnother = model.engine === 'webllm';
    this.#publish({ trace, shown: trace, version, finishedPaths, settings, oneAfterAnother, ...this.#vote(trace) });
  }

  /** Shows nothing. */
  leave(): void {
    this.#own = this.#usual;
    this.#tried = {};
    this.#focus = NO_FOCUS;
    this.#view = null;
  }

  /** Shows these branches after the run's own paths; those that vote are in the pool. */
  showBranches(branches: readonly RunTrace[]): void {
    if (this.#view === null) return;
    const shown = branches.length === 0 ? this.#view.trace : this.#view.trace.joined(branches);
    this.#publish({ ...this.#view, shown, version: this.#view.version + 1, ...this.#vote(shown) });
    void this.group();
  }

  /** Follows the trace and its branches; the vote is taken anew only when a path has ended since. */
  follow(): void {
    if (this.#view === null) return;
    const { trace, shown, version } = this.#view;
    const vote = shown.finishedCount === this.#ended ? {} : this.#vote(shown);
    this.#publish({ ...this.#view, ...vote, finishedPaths: trace.finishedCount, version: version + 1 });
    void this.group();
  }

  /** Takes the vote anew on the paths as they are. */
  recount(): void {
    if (this.#view !== null) this.#publish({ ...this.#view, ...this.#vote(this.#view.shown) });
  }

  /** Sets rules, of this run and those that follow; what is tried instead, a manual gate for one, stays. */
  setVoteOptions(options: Partial<Omit<VoteOptions, 'threshold'>>): void {
    const changed = changedOptions(this.#usual, { ...this.#usual, ...options });
    this.#usual = { ...this.#usual, ...changed };
    this.#own = { ...this.#own, ...changed };
    this.tryRules({});
  }

  /** The rule that decides runs sampled here, from now on and of the run shown. */
  setVerdictRule(choice: RuleChoice): void {
    if (choice === this.#choice) return;
    this.#choice = choice;
    this.recount();
  }

  /** @param measured of the model whose card was read; null: nothing is */
  setMeasured(measured: MeasuredModel | null): void {
    this.#measured = measured;
    this.recount();
  }

  /** What if the vote had other rules? Nothing is sampled again. A manual gate lies on the old scale of s: it goes. */
  tryRules(change: Partial<VoteOptions>): void {
    const rescales = 'entropyK' in change || 'lengthAdjusted' in change;
    const tried = { ...this.#own, ...this.#tried, ...(rescales ? { threshold: null } : {}), ...change };
    this.#tried = changedOptions(this.#own, tried);
    this.#revote();
  }

  /** Back to the run's own rules. */
  resetRules(): void {
    this.#tried = {};
    this.#revote();
  }

  /** @param nats A manual gate; null: back to the percentile. */
  setThreshold(nats: number | null): void {
    this.tryRules({ threshold: nats });
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
  #revote(): void {
    if (this.#view !== null) this.#publish({ ...this.#view, ...this.#vote(this.#view.shown, this.#view) });
  }

  #publish(view: Omit<RunView, 'rows' | 'measured'>): void {
    const before = this.#view?.trace === view.trace ? this.#view.rows : [];
    const rows = keepRows(before, pathRows(view.shown, view.decision));
    this.#view = { ...view, rows, measured: this.#measuredHere };
  }

  /** @param known What is known already of a vote on these paths. */
  #vote(
    trace: RunTrace,
    known?: Pick<RunView, 'elections' | 'own' | 'flips' | 'voteOptions' | 'verdict'>,
  ): Pick<RunView, 'decision' | 'voteOptions' | 'own' | 'flips' | 'elections' | 'verdict'> {
    this.#ended = trace.finishedCount;
    const own = known?.own.voteOptions === this.#own ? known.own : this.#decide(trace, this.#own);
    const tried = Object.keys(this.#tried).length > 0;
    const { decision, voteOptions } = tried ? this.#decide(trace, { ...this.#own, ...this.#tried }) : own;
    const elections = known?.elections ?? ruleElections(rulePaths(trace, decision));
    const verdict = underVote(known?.verdict ?? this.#verdictOf(elections, decision), decision.vote);
    if (decision.vote.poolSize === 0) return { decision, voteOptions, own, flips: [], elections: [], verdict };
    const flips =
      known !== undefined && sameFlips(known.voteOptions, voteOptions)
        ? known.flips
        : gateFlips(decision.inputs, voteOptions);
    return { decision, voteOptions, own, flips, elections, verdict };
  }

  #verdictOf(elections: readonly RuleElection[], decision: Decision): ShownVerdict {
    if (this.#saved !== undefined) return openedVerdict(this.#saved, decision);
    return verdictOf(elections, this.#choice, this.#measuredHere?.facts.overMajority ?? null);
  }

  /** What is measured holds for the model alone, not for what it has learned since. */
  get #measuredHere(): MeasuredModel | null {
    return this.#model?.id === this.#measured?.id && this.#model?.adapter === null ? this.#measured : null;
  }

  #decide(trace: RunTrace, options: VoteOptions): RunView['own'] {
    // A run read from a link has the entropies of its own K alone.
    const entropyK = options.entropyK !== null && hasReportedKs(trace) ? options.entropyK : null;
    const voteOptions = entropyK === options.entropyK ? options : { ...options, entropyK };
    return { decision: decideByClasses(trace, voteOptions, this.#classes), voteOptions };
  }
}

/** Whom each gate elects does not depend on where the gate stands: dragging it finds that known. */
function sameFlips(before: VoteOptions, after: VoteOptions): boolean {
  return Object.keys(changedOptions(before, after)).every((key) => key === 'threshold' || key === 'gatePercentile');
}
