import type { LogitProcessor } from './library';

/** Far below any logit, and still a number: TVM's softmax is not asked about infinities. */
const NEVER = -1e30;

/** Passes every step's raw logits, and the token that WebLLM drew from them, to a listener. */
export class LogitTap implements LogitProcessor {
  /** Called once a step. The listener may keep the logits. */
  onToken: (logits: Float32Array, token: number) => void = () => undefined;
  #logits: Float32Array | null = null;
  #forced: number[] = [];

  /** Ids from `activeVocabSize` on are padding. */
  constructor(private readonly activeVocabSize: number) {}

  /** Makes WebLLM draw these tokens next, one a step; they are not reported. */
  force(tokens: Iterable<number>): void {
    this.#forced = [...tokens].reverse();
  }

  processLogits(logits: Float32Array): Float32Array {
    const forced = this.#forced.pop();
    if (forced !== undefined) {
      logits.fill(NEVER);
      logits[forced] = 0;
      return logits;
    }
    this.#logits = logits;
    return logits.fill(NEVER, this.activeVocabSize);
  }

  processSampledToken(token: number): void {
    const logits = this.#logits;
    this.#logits = null;
    if (logits !== null) this.onToken(logits, token);
  }

  resetState(): void {
    this.#logits = null;
  }
}
