import { bestOf, fallFromBest } from './flips';
import type { Learner } from './learner';
import type { Evaluation, EvalSet, LearnHooks, LearnPlan, Stopped } from './plan';
import type { EvalReport, LearnCheckpoint, LearnProgress } from './types';

/** Watches the evaluations of a plan, passes them on, and takes the learner back to the best of them when they fall. */
export class FallGuard implements Pick<LearnHooks, 'onProgress' | 'onEvaluation'> {
  readonly #set: EvalSet;
  readonly #reports: EvalReport[];
  #best: LearnCheckpoint | null;

  /** @param best the state at the best evaluation among `known`; null: it was not kept, and cannot be gone back to */
  constructor(
    private readonly learner: Learner,
    { heldOut }: LearnPlan,
    known: readonly Evaluation[],
    private readonly hooks: LearnHooks,
    best: LearnCheckpoint | null,
  ) {
    this.#set = heldOut.length > 0 ? 'held-out' : 'train';
    this.#reports = known
      .flatMap(({ set, report }) => (set === this.#set ? [report] : []))
      .sort((a, b) => a.step - b.step);
    this.#best = best;
  }

  onProgress(progress: LearnProgress): void {
    this.hooks.onProgress(progress);
  }

  async onEvaluation(evaluation: Evaluation): Promise<void> {
    await this.hooks.onEvaluation(evaluation);
    if (evaluation.set === this.#set) this.#reports.push(evaluation.report);
  }

  /** After the evaluations of a step. Resolves with why learning should end; null: it goes on. */
  async check(): Promise<Stopped | null> {
    const { stepsDone, settings } = this.learner;
    if (!settings.stopOnFall) return null;
    const fall = fallFromBest(this.#reports);
    if (fall !== null && this.#best?.stepsDone === fall.best.step) {
      this.learner.restore(this.#best);
      return { set: this.#set, ...fall };
    }
    if (bestOf(this.#reports)?.step === stepsDone) {
      this.#best = await this.learner.checkpoint();
      await this.hooks.onBest?.(this.#best);
    }
    return null;
  }
}
