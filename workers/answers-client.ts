import * as Comlink from 'comlink';
import type { AnswerClasses } from '../src/answers/classes';
import type { AnswersService } from './answers-service';

/** ms; a run's answers usually take a few. Includes the start of the worker. */
const TIME_LIMIT_MS = 3000;

interface Running {
  readonly worker: Worker;
  // Held for the life of the worker: comlink closes a channel whose proxy has been collected as garbage.
  readonly api: Comlink.Remote<AnswersService>;
  readonly died: Promise<null>;
}

/** The page's side of the answers worker, which is started when it is needed and again after it had to be ended. */
export class AnswersClient {
  #running: Running | null = null;

  /** Classes of equivalent answers; null if they took too long or the worker died. */
  async classes(answers: readonly string[]): Promise<AnswerClasses | null> {
    const running = (this.#running ??= start());
    let timer: ReturnType<typeof setTimeout> | undefined;
    const timedOut = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), TIME_LIMIT_MS);
    });
    const classes = await Promise.race([running.api.classes(answers), running.died, timedOut]);
    clearTimeout(timer);
    if (classes === null && this.#running === running) {
      running.worker.terminate();
      this.#running = null;
    }
    return classes;
  }
}

function start(): Running {
  const worker = new Worker(new URL('./answers.worker.ts', import.meta.url), { type: 'module', name: 'answers' });
  const died = new Promise<null>((resolve) => {
    worker.addEventListener('error', () => resolve(null));
    worker.addEventListener('messageerror', () => resolve(null));
  });
  return { worker, api: Comlink.wrap<AnswersService>(worker), died };
}
