import * as Comlink from 'comlink';
import type { AnswerClasses } from '../src/answers/classes';
import type { EvaluationFigures } from '../src/evaluate/document';
import type { AnswersService } from './answers-service';

/** ms; a run's answers usually take a few. Includes the start of the worker. */
const TIME_LIMIT_MS = 3000;
/** ms; 500 problems of 16 paths take a few seconds. */
const SET_TIME_LIMIT_MS = 120_000;

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
  classes(answers: readonly string[]): Promise<AnswerClasses | null> {
    return this.#ask((service) => service.classes(answers), TIME_LIMIT_MS);
  }

  /** As `evaluationFigures`; null if it took too long or the worker died. */
  evaluation(...args: Parameters<AnswersService['evaluation']>): Promise<EvaluationFigures | null> {
    return this.#ask((service) => service.evaluation(...args), SET_TIME_LIMIT_MS);
  }

  /** As `AnswersService.trainingFile`; null if it took too long or the worker died. */
  trainingFile(...args: Parameters<AnswersService['trainingFile']>): Promise<Uint8Array<ArrayBuffer> | null> {
    return this.#ask((service) => service.trainingFile(...args), SET_TIME_LIMIT_MS);
  }

  /** A worker that does not reply in time is ended. */
  async #ask<T>(work: (service: Comlink.Remote<AnswersService>) => Promise<T>, limitMs: number): Promise<T | null> {
    const running = (this.#running ??= start());
    let timer: ReturnType<typeof setTimeout> | undefined;
    const timedOut = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), limitMs);
    });
    const reply = await Promise.race([work(running.api), running.died, timedOut]);
    clearTimeout(timer);
    if (reply === null && this.#running === running) {
      running.worker.terminate();
      this.#running = null;
    }
    return reply;
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
