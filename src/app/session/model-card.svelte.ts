import * as v from 'valibot';
import { cardOf, cardSchema } from '../../model/card';
import { type MeasuredFacts, type ModelFacts, type ProblemFamily, readModelFacts } from '../result/model-facts';
import { type KeyValueStore, Persisted } from '../storage/persisted.svelte';

const NOTHING: ModelFacts = { families: [], measured: null };

type MeasuredHere = Readonly<Record<string, MeasuredFacts>>;
const hereSchema = v.record(v.string(), cardSchema);

/** What is known of the loaded model besides its weights: what its folder says, and what was measured on this page. */
export class ModelCardState {
  #facts = $state.raw<ModelFacts>(NOTHING);
  #isReading = $state.raw(false);
  /** By model. */
  readonly #here: Persisted<MeasuredHere>;

  constructor(
    private readonly modelId: string,
    private readonly readFacts: typeof readModelFacts = readModelFacts,
    store?: KeyValueStore | null,
  ) {
    this.#here = new Persisted<MeasuredHere>('sasc-lab.measured', hereSchema, {}, store, (all) =>
      Object.fromEntries(Object.entries(all).map(([id, facts]) => [id, cardOf(facts)])),
    );
  }

  /** Kinds of problem the model was trained on; empty until they have been read. */
  get families(): readonly ProblemFamily[] {
    return this.#facts.families;
  }

  /**
   * How the model does on problems that it was not trained on, as the user has measured it, or else as its card says; null:
   * not read yet, or nobody has measured.
   */
  get measured(): MeasuredFacts | null {
    return this.#here.current[this.modelId] ?? this.#facts.measured;
  }

  /** Whether `measured` was measured on this page. */
  get isMeasuredHere(): boolean {
    return this.modelId in this.#here.current;
  }

  /** The page reserves the space meanwhile. */
  get isReading(): boolean {
    return this.#isReading;
  }

  /** From now on this counts, also after a reload; null: the model's own card again. */
  take(facts: MeasuredFacts | null): void {
    const others = Object.entries(this.#here.current).filter(([id]) => id !== this.modelId);
    this.#here.current = Object.fromEntries(facts === null ? others : [...others, [this.modelId, facts]]);
  }

  async read(modelUrl: string): Promise<void> {
    this.#isReading = true;
    this.#facts = await this.readFacts(modelUrl);
    this.#isReading = false;
  }
}
