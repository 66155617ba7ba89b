import { entropyCeiling } from '../../method/entropy';
import { fittedCeiling } from '../kit/charts/ramp';
import { undecided } from '../../run/decision';
import { peakStep, stepExtent } from '../kit/charts/steps';
import type { Branch } from './branch';
import { firstComparison } from './comparable';
import { focusAfterKey } from './focus-keys';
import { Inspection } from './inspection.svelte';
import { arrangeRows } from './overview/row-order';
import { hiddenRow, stabilityDigits } from './path-rows';
import type { ResultActions, ResultModel } from './result-model';
import { allowedSignals } from './signals';
import { type PathSlip, slipOf } from './slips';

/** One and the same list: a new one would repaint the rows. */
const NO_BRANCHES: readonly Branch[] = [];

/** What a result is given; read anew whenever it changes. */
export interface ResultInput {
  readonly model: ResultModel;
  readonly actions: ResultActions;
  /** The elected answer must not be shown yet. */
  readonly hidesVotes: boolean;
}

/**
 * Everything that the parts of a result show, derived in one place from the board's view, and what the reader does to it.
 * One derived value each: a focus that moves must not repaint what has not changed.
 */
export class ResultState {
  readonly inspection = new Inspection();
  readonly #input: () => ResultInput;

  readonly #model = $derived.by(() => this.#input().model);
  readonly run = $derived.by(() => this.#model.trace);
  /** The run's paths, branches last. */
  readonly trace = $derived.by(() => this.#model.shown);
  readonly version = $derived.by(() => this.#model.version);
  readonly settings = $derived.by(() => this.#model.settings);
  readonly #taken = $derived.by(() => this.#model.decision);
  readonly hidesVotes = $derived.by(() => this.#input().hidesVotes);
  readonly decision = $derived.by(() => (this.hidesVotes ? undecided(this.#taken) : this.#taken));
  readonly voteOptions = $derived.by(() => this.#model.voteOptions);
  readonly own = $derived.by(() => this.#model.own);
  readonly ownOptions = $derived.by(() => this.own.voteOptions);
  readonly flips = $derived.by(() => this.#model.flips);
  readonly running = $derived.by(() => this.#model.running);
  readonly oneAfterAnother = $derived.by(() => this.#model.oneAfterAnother);
  readonly branches = $derived.by(() => this.#model.branches ?? NO_BRANCHES);
  readonly rows = $derived.by(() => (this.hidesVotes ? this.#model.rows.map(hiddenRow) : this.#model.rows));
  readonly ownRows = $derived.by(() => this.rows.slice(0, this.rows.length - this.branches.length));
  /** Rows of what is in the vote: branches that have no vote are left out. */
  readonly voters = $derived.by(() => this.rows.filter((row) => row.status !== 'outside'));
  /** Rows of the run in the order in which they are shown. While paths are being written no row changes its place. */
  readonly arranged = $derived.by(() =>
    this.running ? this.ownRows : arrangeRows(this.ownRows, this.inspection.order, this.inspection.filter),
  );
  readonly #order = $derived.by(() => [
    ...this.arranged.map((shown) => shown.path),
    ...this.branches.map((branch) => branch.path.index),
  ]);
  /** Steps that the shared x axis spans. */
  readonly extent = $derived.by(() =>
    stepExtent(Math.max(1, ...this.rows.map((row) => row.tokens)), this.trace.capacity, this.running),
  );
  /** Decimals of s. */
  readonly digits = $derived.by(() => stabilityDigits(this.rows));
  /** Entropy at the dark end of the colour scale, nats: one for all of the run, so that its paths can be compared. */
  readonly ceiling = $derived.by(() => {
    void this.version;
    const most = entropyCeiling(this.settings.entropyK);
    return this.inspection.signals.fullScale ? most : fittedCeiling(this.trace.paths, most);
  });
  /** Signals that the strip can show of this run. */
  readonly signals = $derived.by(() => {
    void this.version;
    return allowedSignals(this.trace);
  });
  /** The signal that the strip shows: the one chosen, where the run's data allow it. */
  readonly signal = $derived.by(() => {
    const { signal } = this.inspection.signals;
    return this.signals.includes(signal) ? signal : 'stability';
  });
  readonly #allSlips = $derived.by(() => {
    void this.version;
    return this.trace.paths.map(slipOf);
  });
  /** The run has slips that can be marked. */
  readonly hasSlips = $derived.by(() => this.#allSlips.some((slip) => slip !== null));
  /** Of each path, what is marked of it: nothing where the reader wants no marks. */
  readonly slips = $derived.by((): readonly (PathSlip | null)[] =>
    this.inspection.signals.marksSlips ? this.#allSlips : this.#allSlips.map(() => null),
  );
  readonly measured = $derived.by(() => this.#model.measured);
  /** Group of the elected answer; null: none. */
  readonly elected = $derived.by(() => this.decision.vote.sasc?.group ?? null);

  readonly #focusPath = $derived.by(() => this.#model.focus.path);
  readonly #focusStep = $derived.by(() => this.#model.focus.step);
  readonly pinned = $derived.by(() => this.#model.focus.pinned);
  /** The path in focus. */
  readonly path = $derived.by(() => {
    const path = this.trace.paths[this.#focusPath] ?? this.trace.paths[0];
    if (path === undefined) throw new Error('A run has at least one path.');
    return path;
  });
  readonly row = $derived.by(() => {
    const row = this.rows[this.path.index];
    if (row === undefined) throw new Error('Every path has a row.');
    return row;
  });
  /** Step at which the entropy of the path in focus is highest; null before its first token. */
  readonly peak = $derived.by(() => {
    void this.version;
    return peakStep(this.path.entropy, this.path.length);
  });
  /** The step in focus; null before the first token. */
  readonly step = $derived.by(() =>
    this.row.tokens === 0 ? null : Math.min(this.#focusStep ?? this.peak ?? 0, this.row.tokens - 1),
  );

  constructor(input: () => ResultInput) {
    this.#input = input;
  }

  get actions(): ResultActions {
    return this.#input().actions;
  }

  hover(path: number, step: number | null): void {
    if (!this.pinned && (path !== this.#focusPath || step !== this.#focusStep)) this.actions.setFocus(path, step);
  }

  /** A click pins, a second one on the same place unpins. A finger cannot hover, so it never pins. */
  pick(path: number, step: number | null, event: MouseEvent): void {
    const byFinger = event instanceof PointerEvent && event.pointerType === 'touch';
    const again = this.pinned && path === this.#focusPath && step === this.#focusStep;
    this.actions.setFocus(path, step, !byFinger && !again);
  }

  unpin(): void {
    this.actions.setFocus(this.#focusPath, this.#focusStep, false);
  }

  /** @param marks the steps passed are marked */
  moveByKey(key: string, marks = false): boolean {
    const { inspection, path, step } = this;
    const place = focusAfterKey(key, { path: path.index, step }, this.trace, this.#order);
    if (place === null) return false;
    if (marks && place.path === path.index) inspection.extendRange(step ?? 0, place.step ?? 0);
    if (place.step !== null) inspection.reveal(place.step, this.extent);
    // Another path shows its own peak first, unless a step had been chosen.
    const keepsPeak = place.path !== path.index && this.#focusStep === null;
    this.actions.setFocus(place.path, keepsPeak ? null : place.step);
    return true;
  }

  compare(on: boolean): void {
    this.inspection.compared = on ? firstComparison(this.#focusPath, this.rows, this.elected, this.branches) : null;
  }

  /** The compared path comes into focus, and this one is read beside it. */
  swap(): void {
    const other = this.inspection.compared;
    if (other === null) return;
    this.inspection.compared = this.#focusPath;
    this.actions.setFocus(other, this.#focusStep);
  }

  /** The keys of overview and trace. */
  readonly press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!this.#inspectByKey(event.key) && !this.moveByKey(event.key, event.shiftKey)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  #inspectByKey(key: string): boolean {
    const { inspection, extent } = this;
    const about = this.step ?? 0;
    if (key === 'c') this.compare(inspection.compared === null);
    else if (key === '+' || key === '=') inspection.zoom(2, about, extent);
    else if (key === '-' || key === '\u2212') inspection.zoom(0.5, about, extent);
    else if (key === '0' || (key === 'Escape' && inspection.isNarrowed)) inspection.showAll();
    else if (key === 'Escape' && this.pinned) this.unpin();
    else if (key === 'Escape' && inspection.compared !== null) this.compare(false);
    else if (key === 'Enter') this.actions.setFocus(this.#focusPath, this.#focusStep, !this.pinned);
    else return false;
    return true;
  }
}
