import { EngineState } from './engine.svelte';
import { type ModelFacts, type ProblemFamily, readModelFacts } from './model-facts';
import { embeddedModel, type ModelPlace } from './model-place';
import { PromptMeter } from './prompt-meter.svelte';
import { RunState } from './run.svelte';
import { SettingsState } from './settings.svelte';
import { ThemeState } from './theme.svelte';

/** Everything that the Solve page shows and does. */
export class SolveApp {
  readonly theme = new ThemeState();
  readonly settings = new SettingsState();
  readonly engine: EngineState;
  readonly meter: PromptMeter;
  readonly run: RunState;
  #facts = $state.raw<ModelFacts>({ families: [], measured: null });

  constructor(model: ModelPlace = embeddedModel()) {
    this.engine = new EngineState(model);
    this.meter = new PromptMeter(this.engine);
    this.run = new RunState(this.engine);
    void this.#readFacts(model.url);
  }

  /** Kinds of problem the model was trained on, and how it does on them; empty until they have been read. */
  get facts(): ModelFacts {
    return this.#facts;
  }

  /** A change by hand: an answer that came with an example no longer belongs to the problem. */
  typeProblem(problem: string): void {
    const { problem: before, gold } = this.settings.current;
    const wasExample = this.facts.families.some((family) => family.example === before && family.answer === gold);
    this.settings.change(wasExample ? { problem, gold: '' } : { problem });
    this.run.dismissFailure();
  }

  takeExample(family: ProblemFamily): void {
    this.settings.change({ problem: family.example, gold: family.answer });
    this.run.dismissFailure();
  }

  solve(): Promise<void> {
    const { problem, run } = this.settings.current;
    return this.run.solve({ problem, settings: run });
  }

  /** What a lost engine has written stays on the page. */
  reloadEngine(): void {
    this.run.dismissFailure();
    this.engine.reload();
  }

  /** On a first visit there is a problem in the box, so that Solve is one click away. */
  async #readFacts(modelUrl: string): Promise<void> {
    this.#facts = await readModelFacts(modelUrl);
    const first = this.facts.families[0];
    if (first !== undefined && this.settings.isFirstVisit) this.takeExample(first);
  }
}
