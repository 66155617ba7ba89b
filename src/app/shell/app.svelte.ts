import { prefersReducedMotion } from 'svelte/motion';
import type { WorkerFailure } from '../../../workers/protocol';
import type { EngineKind } from '../../run/engine-kind';
import type { RunRecord } from '../../run/saved-run';
import { BranchesState } from '../session/branches.svelte';
import { EngineState } from '../session/engine.svelte';
import { GalleryState } from '../gallery/gallery.svelte';
import { HistoryState } from '../history/history.svelte';
import { LearnState } from '../learn/learn.svelte';
import { type ExampleProblem, readExamples } from '../learn/learn-problems';
import { adapterLabel } from '../learn/learn-history';
import { learnRequest, type LearnRequestResult } from '../learn/learn-request';
import { LearnSettingsState } from '../learn/learn-settings.svelte';
import { browserLearnStore } from '../learn/learn-store';
import { type ModelFacts, type ProblemFamily, readModelFacts } from '../result/model-facts';
import { embeddedModel, type ModelPlace } from '../session/model-place';
import { ModelsState } from '../models/models.svelte';
import { PromptMeter } from '../session/prompt-meter.svelte';
import { Playback } from '../gallery/playback.svelte';
import { SavedRuns } from '../history/saved-runs.svelte';
import { RunState } from '../session/run.svelte';
import type { RunContext } from '../session/run-keeping';
import { ClassTaskState } from '../share/class-task.svelte';
import { SettingsState, usualMaxTokens } from '../session/settings.svelte';
import { TourState } from '../tour/tour.svelte';

/** Failures that say that this browser or device cannot solve at all. */
const WITHOUT_GPU: readonly WorkerFailure['code'][] = ['no-webgpu', 'no-adapter'];

/** Everything that the pages show and do. */
export class SolveApp {
  readonly settings: SettingsState;
  /** What a class link asks for. */
  readonly classTask: ClassTaskState;
  readonly engine: EngineState;
  readonly meter: PromptMeter;
  readonly history: HistoryState;
  readonly run: RunState;
  /** Runs of earlier, shown in place of a new one. */
  readonly savedRuns: SavedRuns;
  /** A recorded run that is played. */
  readonly playback: Playback;
  readonly gallery: GalleryState;
  readonly tour: TourState;
  readonly branches: BranchesState;
  readonly learnSettings: LearnSettingsState;
  readonly learn: LearnState;
  #facts = $state.raw<ModelFacts>({ families: [], measured: null });
  #awaitsFacts = $state.raw(false);
  #examples = $state.raw<readonly ExampleProblem[]>([]);

  /**
   * @param useModel makes an app of another model and ends this one
   */
  constructor(
    model: ModelPlace = embeddedModel(),
    readonly models: ModelsState = new ModelsState(),
    readonly useModel: (id: string) => void = () => undefined,
  ) {
    this.settings = new SettingsState(undefined, usualMaxTokens(model.id));
    this.classTask = new ClassTaskState(this.settings);
    this.engine = new EngineState(model);
    this.meter = new PromptMeter(this.engine);
    this.history = new HistoryState();
    this.run = new RunState(this.engine, undefined, this.history.keeper);
    this.settings.onVoteRules((rules) => this.run.board.setVoteOptions(rules));
    this.branches = new BranchesState(this.run, this.engine);
    this.learn = new LearnState(this.engine, browserLearnStore());
    this.savedRuns = new SavedRuns(this.run, this.history, this.settings);
    this.learnSettings = new LearnSettingsState(model.id, () => this.settings.current.run.paths);
    this.playback = new Playback(this.run, this.savedRuns);
    this.gallery = new GalleryState(this.playback);
    this.tour = new TourState(this.run, this.playback, this.gallery);
    if (this.settings.isFirstVisit) void this.#greet();
    void this.savedRuns.takeUpInterrupted();
    // Other models' folders have no such files, and lie on other servers.
    if (model.url === embeddedModel().url) {
      void this.#readExamples(model.id);
      void this.#readFacts(model.url);
    }
  }

  /** Kinds of problem the model was trained on, and how it does on them; empty until they have been read. */
  get facts(): ModelFacts {
    return this.#facts;
  }

  /** Whether the facts are on their way: their places are kept. */
  get awaitsFacts(): boolean {
    return this.#awaitsFacts;
  }

  /** A change by the user: the answer of an example or a saved run no longer belongs to the problem. */
  typeProblem(problem: string): void {
    const { problem: before, gold } = this.settings.current;
    const { record } = this.run;
    const cameAlong =
      this.facts.families.some((family) => family.example === before && family.answer === gold) ||
      (this.run.isRecorded && record?.problem === before && record.gold === gold);
    this.settings.change(cameAlong ? { problem, gold: '' } : { problem });
    this.run.dismissFailure();
  }

  takeExample(family: ProblemFamily): void {
    this.settings.change({ problem: family.example, gold: family.answer });
    this.run.dismissFailure();
  }

  /** Problems of the model's kinds that it was not trained on; empty until they have been read. */
  get examples(): readonly ExampleProblem[] {
    return this.#examples;
  }

  /** What Learn would do now. */
  learnRequest(): LearnRequestResult {
    return learnRequest(this.settings.current, this.learnSettings);
  }

  /** The engine does one thing at a time. */
  async takeSteps(): Promise<void> {
    const { request } = this.learnRequest();
    await this.branches.stop();
    if (request !== null && !this.run.busy) await this.learn.learn(request);
  }

  async solve(): Promise<void> {
    if (this.learn.busy) return;
    await this.branches.stop();
    this.classTask.hideAgain();
    const { problem, run } = this.settings.current;
    await this.run.solve({ problem, settings: run }, this.#context());
  }

  /** The problem of the run shown again, as it was set, by the model that is loaded. */
  async solveAgain(): Promise<void> {
    this.savedRuns.takeSettings();
    await this.solve();
  }

  /** Whether the paths of the run shown that were cut short can be written now, by what wrote the others. */
  get canGoOn(): boolean {
    const { record, status } = this.run;
    if (record === null || status !== 'aborted' || this.learn.busy) return false;
    return this.#wrote(record) && record.trace.paths.some(({ finish }) => finish === 'aborted');
  }

  /** Whether what is loaded can sample on from the tokens of the run shown. */
  get canBranch(): boolean {
    const { record, isRecorded, status } = this.run;
    return record !== null && status !== 'playing' && (!isRecorded || this.#wrote(record));
  }

  async goOn(): Promise<void> {
    if (!this.canGoOn) return;
    await this.branches.stop();
    await this.run.goOn();
  }

  /** What a lost engine has written stays on the page. */
  reloadEngine(): void {
    this.#leaveEngine();
    this.engine.reload();
  }

  /** What a run has written stays on the page; learning goes on with our own engine alone. */
  chooseEngine(kind: EngineKind): void {
    if (this.run.busy || this.learn.busy) return;
    this.#leaveEngine();
    this.engine.choose(kind);
  }

  /** Goes on with a WebLLM library whose rotary base is not known. */
  acceptRope(): void {
    this.#leaveEngine();
    this.engine.acceptRope();
  }

  #leaveEngine(): void {
    this.run.dismissFailure();
    this.learn.dismissFailure();
    this.learn.abandon();
    this.branches.abandon();
  }

  /** Whether the model that is loaded, with the adapter in force, is the one that wrote the run. */
  #wrote({ model, detail }: RunRecord): boolean {
    return detail === 'full' && model.id === this.engine.model.id && model.adapter === this.#context().adapter;
  }

  #context(): RunContext {
    const { gold } = this.settings.current;
    return {
      gold: gold.trim() === '' ? null : gold,
      adapter: this.learn.isOn ? adapterLabel(this.learn.history) : null,
    };
  }

  async #readExamples(modelId: string): Promise<void> {
    this.#examples = await readExamples(modelId);
  }

  /** Frees the GPU; whatever was under way ends. */
  close(): void {
    this.history.close();
    this.engine.close();
  }

  /** Where nothing can be solved, a first visit shows at once what would be seen. */
  async #greet(): Promise<void> {
    const loaded = await this.engine.loaded();
    if (loaded.ok || !WITHOUT_GPU.includes(loaded.code) || this.run.view !== null || this.classTask.link !== null)
      return;
    await this.gallery.look();
    const [first] = this.gallery.entries;
    // What somebody has typed or chosen meanwhile is not put aside for it.
    const isUntouched = (): boolean =>
      ['', this.facts.families[0]?.example].includes(this.settings.current.problem) && this.run.view === null;
    const from = prefersReducedMotion.current ? 'end' : 'beginning';
    if (first !== undefined) await this.gallery.open(first.kind, from, isUntouched);
  }

  /** On a first visit there is a problem in the box, so that Solve is one click away. */
  async #readFacts(modelUrl: string): Promise<void> {
    this.#awaitsFacts = true;
    this.#facts = await readModelFacts(modelUrl);
    this.#awaitsFacts = false;
    const first = this.facts.families[0];
    if (first !== undefined && this.settings.isFirstVisit) this.takeExample(first);
  }
}
