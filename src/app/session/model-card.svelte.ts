import { type MeasuredFacts, type ModelFacts, type ProblemFamily, readModelFacts } from '../result/model-facts';

const NOTHING: ModelFacts = { families: [], measured: null };

/** What the folder of the loaded model says about the model besides its weights. */
export class ModelCardState {
  #facts = $state.raw<ModelFacts>(NOTHING);
  #isReading = $state.raw(false);

  constructor(private readonly readFacts: typeof readModelFacts = readModelFacts) {}

  /** Kinds of problem the model was trained on; empty until they have been read. */
  get families(): readonly ProblemFamily[] {
    return this.#facts.families;
  }

  /** How the model does on problems that it was not trained on; null: not read yet, or nobody has measured. */
  get measured(): MeasuredFacts | null {
    return this.#facts.measured;
  }

  /** The page reserves the space meanwhile. */
  get isReading(): boolean {
    return this.#isReading;
  }

  async read(modelUrl: string): Promise<void> {
    this.#isReading = true;
    this.#facts = await this.readFacts(modelUrl);
    this.#isReading = false;
  }
}
