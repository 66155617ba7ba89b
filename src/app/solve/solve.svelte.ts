import type { ProblemReading } from '../../families/read-problem';
import { type Doubt, doubtOf } from '../result/doubt';
import type { ProblemFamily } from '../result/model-facts';
import type { RunRecord } from '../../run/saved-run';
import type { BranchesState } from '../session/branches.svelte';
import type { EngineState } from '../session/engine.svelte';
import type { ModelCardState } from '../session/model-card.svelte';
import { problemReader } from '../session/problem-reader.svelte';
import type { PromptMeter } from '../session/prompt-meter.svelte';
import type { RunContext } from '../session/run-keeping';
import type { RunState } from '../session/run.svelte';
import { nearestOffered } from '../../run/setting';
import { EMBEDDED_ID } from '../../model/catalog';
import { RUN_SETTINGS } from '../../run/settings';
import type { SettingsState } from '../session/settings.svelte';
import { bootSentinel } from '../storage/boot-sentinel';
import type { ClassTaskState } from '../share/class-task.svelte';

/** What solving needs to know of learning: both use the one engine. */
export interface AdapterInUse {
  readonly busy: boolean;
  /** Name of the adapter that the engine runs with; null: the model alone. */
  readonly label: string | null;
}

interface SolveParts {
  readonly settings: SettingsState;
  readonly engine: EngineState;
  readonly run: RunState;
  readonly branches: BranchesState;
  readonly classTask: ClassTaskState;
  readonly card: ModelCardState;
  readonly meter: PromptMeter;
  readonly adapter: AdapterInUse;
}

/** The Solve page: the problem typed, and when it may be solved, solved again, resumed or branched. */
export class SolveState implements SolveParts {
  readonly settings: SettingsState;
  readonly engine: EngineState;
  readonly run: RunState;
  readonly branches: BranchesState;
  readonly classTask: ClassTaskState;
  readonly card: ModelCardState;
  readonly meter: PromptMeter;
  readonly adapter: AdapterInUse;

  /** The problem that is to be solved in the user's own words. */
  #ownWords = $state.raw<string | null>(null);
  /** What was in the box before Reword put the wording there. */
  #reworded = $state.raw<{ readonly typed: string; readonly wording: string } | null>(null);
  readonly #reading = $derived.by(() => problemReader.reading(this.settings.current.problem, this.engine.model.id));
  readonly #readingOfRun = $derived.by(() => {
    const { request, record } = this.run;
    return request === null || record === null ? null : problemReader.reading(request.problem, record.model.id);
  });

  constructor(parts: SolveParts) {
    this.settings = parts.settings;
    this.engine = parts.engine;
    this.run = parts.run;
    this.branches = parts.branches;
    this.classTask = parts.classTask;
    this.card = parts.card;
    this.meter = parts.meter;
    this.adapter = parts.adapter;
  }

  /** A change by the user: the answer of an example or a saved run no longer belongs to the problem. */
  typeProblem(problem: string): void {
    const { problem: before, gold } = this.settings.current;
    const { record } = this.run;
    const cameAlong =
      this.card.families.some((family) => family.example === before && family.answer === gold) ||
      (this.run.isRecorded && record?.problem === before && record.gold === gold);
    bootSentinel.arm({ what: 'problem' });
    this.settings.change(cameAlong ? { problem, gold: '' } : { problem });
    this.run.dismissFailure();
  }

  takeExample(family: ProblemFamily): void {
    this.settings.change({ problem: family.example, gold: family.answer });
    this.run.dismissFailure();
  }

  /** What the problem in the box is to the embedded model; null: nothing typed, nothing known, or another model. */
  get reading(): ProblemReading | null {
    return this.#reading;
  }

  /** Whether what is measured of the model holds for the problem in the box. */
  get isMeasuredKind(): boolean {
    if (this.engine.model.id !== EMBEDDED_ID) return true;
    return this.#reading !== null && this.#reading.kind !== 'unknown';
  }

  /** The problem in the box is solved as it stands, though the model was taught other words for it. */
  get keepsOwnWords(): boolean {
    return this.#ownWords === this.settings.current.problem;
  }

  /** The problem as the model gets it. */
  get asked(): string {
    const { problem } = this.settings.current;
    return this.#reading?.kind === 'rewordable' && !this.keepsOwnWords ? this.#reading.wording : problem;
  }

  useOwnWords(use: boolean): void {
    this.#ownWords = use ? this.settings.current.problem : null;
  }

  /** What the user had typed before Reword; null: the box holds something else now. */
  get typedBefore(): string | null {
    return this.#reworded?.wording === this.settings.current.problem ? this.#reworded.typed : null;
  }

  /** Puts the trained wording into the box and solves it. */
  async reword(wording: string): Promise<void> {
    this.#reworded = { typed: this.settings.current.problem, wording };
    this.settings.change({ problem: wording });
    await this.start();
  }

  /** Back to the user's own words, which are then solved as they stand. */
  undoReword(): void {
    const typed = this.typedBefore;
    if (typed === null) return;
    this.settings.change({ problem: typed });
    this.useOwnWords(true);
  }

  /** Why the answer of the run shown is not to be shown as one; null: nothing speaks against it. */
  get doubt(): Doubt | null {
    const { view, record } = this.run;
    return view === null || record === null ? null : doubtOf(this.#readingOfRun, view, record.model.id);
  }

  /** How the model was taught the problem of the run shown; null: it was solved so, or there is no such wording. */
  get wordingOfRun(): string | null {
    return this.#readingOfRun?.kind === 'rewordable' ? this.#readingOfRun.wording : null;
  }

  /** Whether Solve can be pressed. */
  get canStart(): boolean {
    return this.engine.status !== 'failed' && !this.adapter.busy;
  }

  async start(): Promise<void> {
    if (this.adapter.busy) return;
    await this.branches.stop();
    this.classTask.hideAgain();
    const { problem } = this.settings.current;
    if (problem.trim() !== '') await problemReader.load();
    await this.run.solve({ problem: this.asked, settings: this.settings.current.run }, this.#context());
  }

  /** Solving now would write the same paths once more. */
  get repeatsRun(): boolean {
    const { request, record, isRecorded } = this.run;
    if (request === null || record === null || isRecorded) return false;
    const isSame = record.model.id === this.engine.model.id && record.model.adapter === this.adapter.label;
    const { run } = this.settings.current;
    const names = Object.keys(run) as (keyof typeof run)[];
    return isSame && request.problem === this.asked && names.every((name) => request.settings[name] === run[name]);
  }

  /** Other paths for the same problem: from another seed, which is short enough to be told to somebody. */
  async newSample(): Promise<void> {
    if (this.classTask.locked) return;
    const { seed } = this.settings.current.run;
    this.settings.changeRun({ seed: ((seed + Math.floor(Math.random() * 9998)) % 9999) + 1 });
    await this.start();
  }

  /** Solves the problem of the run shown once more, with its settings, by the model that is loaded. */
  async startAgain(): Promise<void> {
    const { record } = this.run;
    if (record !== null) {
      const { problem, gold, settings } = record;
      this.settings.change({ problem, gold: gold ?? '' });
      this.settings.changeRun(nearestOffered(RUN_SETTINGS, settings));
    }
    await this.start();
  }

  /** Whether the paths of the run shown that were cut short can be finished now, by the model that began them. */
  get canResume(): boolean {
    const { record, status } = this.run;
    if (record === null || status !== 'aborted' || this.adapter.busy) return false;
    return this.#wrote(record) && record.trace.paths.some(({ finish }) => finish === 'aborted');
  }

  async resume(): Promise<void> {
    if (!this.canResume) return;
    await this.branches.stop();
    await this.run.resume();
  }

  /** Whether the loaded model can sample on from the tokens of the run shown, now. */
  get canBranch(): boolean {
    const { record, isRecorded, status, busy } = this.run;
    if (record === null || status === 'playing' || (isRecorded && !this.#wrote(record))) return false;
    return this.engine.status === 'ready' && !busy && !this.branches.busy && !this.adapter.busy;
  }

  /** Whether the loaded model, with the adapter in use, wrote the run. */
  #wrote({ model, detail }: RunRecord): boolean {
    return detail === 'full' && model.id === this.engine.model.id && model.adapter === this.adapter.label;
  }

  #context(): RunContext {
    const { gold } = this.settings.current;
    return { gold: gold.trim() === '' ? null : gold, adapter: this.adapter.label };
  }
}
