import { hasAdapter, type LearnHistory } from './learn-history';
import type { KeptLearning, LearnStore } from './learn-store';

/** What the browser keeps of learning, for the next visit and from the last. */
export class LearnKeeper {
  #kept = $state.raw<KeptLearning | null>(null);
  #isSaved = $state.raw(true);
  /** Nothing has been saved or thrown away on this visit: what is found may be offered. */
  #isUntouched = true;

  constructor(
    private readonly modelId: string,
    private readonly store: LearnStore | null,
  ) {
    void this.#read();
  }

  /** Learning of an earlier visit that can be taken up. */
  get kept(): KeptLearning | null {
    return this.#kept;
  }

  /** Whether the browser has kept the present state for the next visit. */
  get isSaved(): boolean {
    return this.#isSaved;
  }

  /** Takes the place of what was kept before. */
  async save(history: LearnHistory): Promise<void> {
    this.#forgetOffer();
    this.#isSaved = this.store !== null && (await this.store.write(this.modelId, history));
  }

  async discard(): Promise<void> {
    this.#forgetOffer();
    await this.store?.clear(this.modelId);
  }

  #forgetOffer(): void {
    this.#isUntouched = false;
    this.#kept = null;
  }

  async #read(): Promise<void> {
    const kept = (await this.store?.read(this.modelId)) ?? null;
    if (kept !== null && hasAdapter(kept.history) && this.#isUntouched) this.#kept = kept;
  }
}
