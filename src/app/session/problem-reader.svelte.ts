import type { ProblemReading, readProblem } from '../../families/read-problem';
import { EMBEDDED_ID } from '../../model/catalog';

/** Reads problems as the embedded model was taught them. What reads them is fetched when there is a problem to read. */
class ProblemReader {
  #read = $state.raw<typeof readProblem | null>(null);
  #loading: Promise<void> | null = null;

  /** Settles also where it cannot be fetched; then nothing is known of any problem, and the next call tries again. */
  load(): Promise<void> {
    this.#loading ??= import('../../families/read-problem').then(
      (loaded) => void (this.#read = loaded.readProblem),
      () => void (this.#loading = null),
    );
    return this.#loading;
  }

  /** null: nothing to read, not fetched yet, or another model: what those know cannot be read off a text. */
  reading(problem: string, modelId: string): ProblemReading | null {
    if (modelId !== EMBEDDED_ID || problem.trim() === '') return null;
    return this.#read?.(problem) ?? null;
  }
}

export const problemReader = new ProblemReader();
