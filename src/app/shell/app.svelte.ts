import type { WorkerFailure } from '../../../workers/protocol';
import type { EngineKind } from '../../run/engine-kind';
import { nearestOffered } from '../../run/setting';
import { RUN_SETTINGS } from '../../run/settings';
import { GalleryState } from '../gallery/gallery.svelte';
import { Playback } from '../gallery/playback.svelte';
import { HistoryState } from '../history/history.svelte';
import { SavedRuns } from '../history/saved-runs.svelte';
import { adapterLabel } from '../learn/learn-history';
import { type ExampleProblem, readExamples } from '../learn/learn-problems';
import { learnRequest, type LearnRequestResult } from '../learn/learn-request';
import { LearnSettingsState } from '../learn/learn-settings.svelte';
import { browserLearnStore, type LearnStore } from '../learn/learn-store';
import { LearnState } from '../learn/learn.svelte';
import { ModelsState } from '../models/models.svelte';
import { type MeasuredFacts, readModelFacts } from '../result/model-facts';
import type { AnswerComparer } from '../result/run-board.svelte';
import { BranchesState } from '../session/branches.svelte';
import type { EvaluateState } from '../evaluate/evaluate.svelte';
import type { EvaluatedProblem } from '../evaluate/problem-rows';
import { EngineState } from '../session/engine.svelte';
import { ModelCardState } from '../session/model-card.svelte';
import { embeddedModel, type ModelLocation } from '../session/model-location';
import { PromptMeter } from '../session/prompt-meter.svelte';
import { RunState } from '../session/run.svelte';
import { SettingsState, usualMaxTokens } from '../session/settings.svelte';
import { ClassTaskState } from '../share/class-task.svelte';
import { SolveState } from '../solve/solve.svelte';
import type { KeyValueStore } from '../storage/persisted.svelte';
import { TourState } from '../tour/tour.svelte';

/** What the app takes from the browser; tests give their own. */
export interface AppDeps {
  readonly engine: EngineState;
  readonly history: HistoryState;
  readonly learnStore: LearnStore | null;
  /** undefined: the browser's. */
  readonly answers?: AnswerComparer;
  readonly settingsStore?: KeyValueStore | null;
  readonly readFacts: typeof readModelFacts;
  readonly readExamples: (modelId: string) => Promise<ExampleProblem[]>;
  /** Fetches a file of the gallery as JSON; undefined: from the page's server. */
  readonly readGallery?: (name: string) => Promise<unknown>;
  /** Folders of other models have neither facts nor examples, and are on other servers. */
  readonly isEmbedded: boolean;
}

function browserDeps(model: ModelLocation): AppDeps {
  return {
    engine: new EngineState(model),
    history: new HistoryState(),
    learnStore: browserLearnStore(),
    readFacts: readModelFacts,
    readExamples: (modelId) => readExamples(modelId),
    isEmbedded: model.url === embeddedModel().url,
  };
}

/** Makes the states of all features and connects them; only the compositions in this folder know all of it. */
export class AppState {
  readonly settings: SettingsState;
  /** What a class link asks for. */
  readonly classTask: ClassTaskState;
  readonly engine: EngineState;
  readonly history: HistoryState;
  readonly run: RunState;
  /** Saved runs, shown in place of a new one. */
  readonly savedRuns: SavedRuns;
  /** A recorded run that is played. */
  readonly playback: Playback;
  readonly gallery: GalleryState;
  readonly tour: TourState;
  readonly branches: BranchesState;
  readonly learnSettings: LearnSettingsState;
  readonly learn: LearnState;
  readonly card: ModelCardState;
  readonly solve: SolveState;
  #examples = $state.raw<readonly ExampleProblem[]>([]);
  #evaluate = $state.raw<EvaluateState | null>(null);

  /**
   * @param useModel makes an app of another model and ends this one
   */
  constructor(
    model: ModelLocation = embeddedModel(),
    readonly models: ModelsState = new ModelsState(),
    readonly useModel: (id: string) => void = () => undefined,
    deps: AppDeps = browserDeps(model),
  ) {
    this.settings = new SettingsState(deps.settingsStore, usualMaxTokens(model.id));
    this.classTask = new ClassTaskState(this.settings);
    this.engine = deps.engine;
    this.history = deps.history;
    this.run = new RunState(this.engine, deps.answers, this.history.keeper);
    this.settings.onVoteRules(({ rule, ...options }) => {
      this.run.board.setVoteOptions(options);
      this.run.board.setVerdictRule(rule);
    });
    this.branches = new BranchesState(this.run, this.engine);
    this.learn = new LearnState(this.engine, deps.learnStore, () => this.card.measured?.overMajority ?? null);
    this.savedRuns = new SavedRuns(this.run, this.history, this.settings);
    this.learnSettings = new LearnSettingsState(model.id, () => this.settings.current.run.paths);
    this.playback = new Playback(this.run, this.savedRuns);
    this.gallery = new GalleryState(this.playback, deps.readGallery);
    this.tour = new TourState(this.run, this.playback, this.gallery, deps.settingsStore);
    this.card = new ModelCardState(model.id, deps.readFacts, deps.settingsStore);
    this.solve = this.#solve();
    void this.savedRuns.restoreInterrupted();
    if (deps.isEmbedded) {
      void deps.readExamples(model.id).then((examples) => (this.#examples = examples));
      void this.#readCard(model.url);
    } else {
      this.#measure();
    }
  }

  #solve(): SolveState {
    const { settings, engine, run, branches, classTask, card, learn } = this;
    const isEvaluating = (): boolean => this.isEvaluating;
    const label = (): string | null => this.adapterLabel;
    const adapter = {
      get busy() {
        return learn.busy || isEvaluating();
      },
      get label() {
        return label();
      },
    };
    return new SolveState({
      settings,
      engine,
      run,
      branches,
      classTask,
      card,
      meter: new PromptMeter(engine),
      adapter,
    });
  }

  /** Problems of the model's kinds that it was not trained on; empty until they have been read. */
  get examples(): readonly ExampleProblem[] {
    return this.#examples;
  }

  /** The state of Evaluate, which is made when its page is first opened. */
  evaluate(make: () => EvaluateState): EvaluateState {
    return (this.#evaluate ??= make());
  }

  get isEvaluating(): boolean {
    return this.#evaluate?.busy ?? false;
  }

  get evaluateFailure(): WorkerFailure | null {
    return this.#evaluate?.failure ?? null;
  }

  dismissEvaluateFailure(): void {
    this.#evaluate?.dismissFailure();
  }

  /** Name of the adapter that the engine runs with; null: the model alone. */
  get adapterLabel(): string | null {
    return this.learn.learned.isOn ? adapterLabel(this.learn.learned.history) : null;
  }

  /** What Learn would do now. */
  get learnRequest(): LearnRequestResult {
    return learnRequest({ ...this.settings.current, problem: this.solve.asked }, this.learnSettings);
  }

  /** The engine does one thing at a time: what is being branched stops. */
  async startLearning(): Promise<void> {
    const { request } = this.learnRequest;
    await this.branches.stop();
    if (request !== null && !this.run.busy && !this.isEvaluating) await this.learn.learn(request);
  }

  /** Samples a problem of an evaluation once more, to look into its paths. */
  sampleAgain({ problem, gold, settings }: EvaluatedProblem): void {
    this.settings.change({ problem, gold });
    this.settings.changeRun(nearestOffered(RUN_SETTINGS, settings));
    void this.solve.start();
  }

  /** Loads the engine again; what a lost one has written stays on the page. */
  reloadEngine(): void {
    this.#leaveEngine();
    this.engine.reload();
  }

  /** What a run has written stays on the page; learning works with the WebGPU engine alone. */
  chooseEngine(kind: EngineKind): void {
    if (this.run.busy || this.learn.busy || this.isEvaluating) return;
    this.#leaveEngine();
    this.engine.choose(kind);
  }

  /** Continues with a WebLLM library whose rotary base is not known. */
  acceptRope(): void {
    this.#leaveEngine();
    this.engine.acceptRope();
  }

  /** Frees the GPU and ends everything that is running. */
  close(): void {
    this.history.close();
    this.engine.close();
  }

  /** What was measured here decides from now on which rule `auto` is; null: the model's own card does. */
  takeMeasured(facts: MeasuredFacts | null): void {
    this.card.take(facts);
    this.#measure();
  }

  #measure(): void {
    const { measured } = this.card;
    this.run.board.setMeasured(measured === null ? null : { id: this.engine.model.id, facts: measured });
  }

  #leaveEngine(): void {
    this.run.dismissFailure();
    this.learn.dismissFailure();
    this.learn.abandon();
    this.branches.abandon();
    this.#evaluate?.abandon();
  }

  /** On a first visit there is a problem in the box, so that Solve is one click away. */
  async #readCard(modelUrl: string): Promise<void> {
    await this.card.read(modelUrl);
    this.#measure();
    const [first] = this.card.families;
    if (first !== undefined && this.settings.isFirstVisit) this.solve.takeExample(first);
  }
}
