import type { PromptMeasure } from '../../policy/types';
import type { EngineState } from './engine.svelte';

/** Typing pauses shorter than this are not worth a message to the worker. */
const PAUSE_MS = 120;

/** How long the problem is for the model, while it is typed. */
export class PromptMeter {
  #measure = $state.raw<PromptMeasure | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #latest = 0;

  constructor(private readonly engine: EngineState) {}

  /** null: nothing typed, or no engine to measure with. */
  get measure(): PromptMeasure | null {
    return this.#measure;
  }

  /** Call with every change of the problem, and when the engine has become ready. */
  update(problem: string): void {
    const call = ++this.#latest;
    clearTimeout(this.#timer);
    if (problem.trim() === '' || this.engine.status !== 'ready') {
      this.#measure = null;
      return;
    }
    this.#timer = setTimeout(async () => {
      const result = await this.engine.measure(problem);
      if (call === this.#latest) this.#measure = result.ok ? result.value : null;
    }, PAUSE_MS);
  }
}
