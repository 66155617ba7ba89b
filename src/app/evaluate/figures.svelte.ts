import type { EvaluationFigures } from '../../evaluate/document';

/** ms between two judgements of an evaluation under way: the table need not follow every problem. */
const PAUSE_MS = 1500;

/** Judges an evaluation again whenever there is more of it, one judgement at a time and never in vain. */
export class LiveFigures {
  #figures = $state.raw<EvaluationFigures | null>(null);
  #isBehind = $state.raw(false);
  #wanted: (() => Promise<EvaluationFigures | null>) | null = null;
  #isJudging = false;
  /** What was judged before belongs to something else. */
  #era = 0;

  constructor(
    private readonly pause: (ms: number) => Promise<void> = (ms) => new Promise((go) => setTimeout(go, ms)),
  ) {}

  /** null: nothing has been judged yet. */
  get current(): EvaluationFigures | null {
    return this.#figures;
  }

  /** There is more than the figures say. */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  clear(): void {
    this.#era++;
    this.#figures = null;
    this.#wanted = null;
    this.#isBehind = false;
  }

  /** @param judge what there is when it is called */
  refresh(judge: () => Promise<EvaluationFigures | null>): void {
    this.#wanted = judge;
    this.#isBehind = true;
    if (!this.#isJudging) void this.#judge();
  }

  async #judge(): Promise<void> {
    this.#isJudging = true;
    while (this.#wanted !== null) {
      const [judge, era] = [this.#wanted, this.#era];
      this.#wanted = null;
      const figures = await judge();
      if (era !== this.#era) continue;
      if (figures !== null) this.#figures = figures;
      this.#isBehind = this.#wanted !== null;
      if (this.#isBehind) await this.pause(PAUSE_MS);
    }
    this.#isJudging = false;
  }
}
