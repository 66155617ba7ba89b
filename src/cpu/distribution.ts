/** What −Infinity counts as in sums, as in logits.wgsl: a token that is never drawn. */
const LOWEST = -1e30;
/** Floor of a probability within an entropy's logarithm. docs/METHOD.md#entropy */
const LOG_FLOOR = Math.log(1e-10);
/** Lower temperatures are greedy already, and the quotient would overflow. */
const LEAST_TEMPERATURE = 1e-6;

/** One row of logits over the real vocabulary: its likeliest tokens, its sums, and what is drawn from it. */
export class Distribution {
  private constructor(
    private readonly logits: Float32Array,
    private readonly temperature: number,
    /** Ids by falling logit, ties by rising id. */
    readonly likeliest: readonly number[],
    /** Of the largest logit, ln Σ exp(logit − largest), and the mean of all. */
    private readonly sums: { readonly largest: number; readonly logSum: number; readonly mean: number },
    /** Σ exp((logit − largest) / temperature) */
    private readonly temperedSum: number,
  ) {}

  /**
   * null where a logit is NaN or +Infinity.
   * @param logits [vocabulary without padding] raw
   * @param taken how many of the likeliest are wanted
   */
  static of(logits: Float32Array, taken: number, temperature: number): Distribution | null {
    if (logits.some((logit) => Number.isNaN(logit) || logit === Infinity)) return null;
    const likeliest = largestIds(logits, taken);
    const largest = Math.max(LOWEST, logits[likeliest[0] ?? 0] ?? NaN);
    const usedTemperature = Math.max(temperature, LEAST_TEMPERATURE);
    let [sum, tempered, total] = [0, 0, 0];
    for (let id = 0; id < logits.length; id++) {
      const logit = Math.max(LOWEST, logits[id] ?? NaN);
      sum += Math.exp(logit - largest);
      tempered += Math.exp((logit - largest) / usedTemperature);
      total += logit;
    }
    const sums = { largest, logSum: Math.log(sum), mean: total / logits.length };
    return new Distribution(logits, usedTemperature, likeliest, sums, tempered);
  }

  /** ln p over the vocabulary at temperature 1. */
  logprob(id: number): number {
    return this.#below(id) - this.sums.logSum;
  }

  /** Mean over the vocabulary of ln p. */
  get meanLogprob(): number {
    return this.sums.mean - this.sums.largest - this.sums.logSum;
  }

  /** Entropy of the k likeliest, renormalised among themselves, in nats. docs/METHOD.md#entropy */
  topEntropy(k: number): number {
    const top = this.likeliest.slice(0, k);
    const logSum = Math.log(top.reduce((sum, id) => sum + Math.exp(this.#below(id)), 0));
    return top.reduce((entropy, id) => {
      const logP = Math.max(this.#below(id) - logSum, LOG_FLOOR);
      return entropy - Math.exp(logP) * logP;
    }, 0);
  }

  /** −mean of ln p of the k likeliest. (DeepConf, arXiv 2508.15260) */
  confidence(k: number): number {
    const top = this.likeliest.slice(0, k);
    return -top.reduce((sum, id) => sum + this.logprob(id), 0) / top.length;
  }

  /**
   * Inverse CDF in the order of ids, tempered and cut to the smallest set of likeliest tokens that holds `topP`.
   * @param u in [0, 1)
   */
  draw(topP: number, u: number): number {
    const nucleus = topP < 1 ? this.#nucleus(topP) : null;
    const target = u * (nucleus?.mass ?? this.temperedSum);
    let [sum, last] = [0, 0];
    for (let id = 0; id < this.logits.length; id++) {
      if (nucleus !== null && this.#isBehind(id, nucleus.last)) continue;
      const weight = this.#tempered(id);
      if (weight === 0) continue;
      last = id;
      sum += weight;
      if (sum > target) return id;
    }
    return last;
  }

  /** The last token that belongs to the nucleus, and the weight of all that do. */
  #nucleus(topP: number): { readonly last: number; readonly mass: number } {
    const wanted = topP * this.temperedSum;
    let mass = 0;
    let last = this.likeliest[0] ?? 0;
    const isEnough = (id: number): boolean => {
      last = id;
      mass += this.#tempered(id);
      return mass >= wanted;
    };
    if (!this.likeliest.some(isEnough)) {
      const all = largestIds(this.logits, this.logits.length);
      all.slice(this.likeliest.length).some(isEnough);
    }
    return { last, mass };
  }

  /** Whether `id` comes after `other` in the order of falling logits and rising ids. */
  #isBehind(id: number, other: number): boolean {
    const [own, its] = [this.logits[id] ?? NaN, this.logits[other] ?? NaN];
    return own < its || (own === its && id > other);
  }

  #below(id: number): number {
    return Math.max(LOWEST, this.logits[id] ?? NaN) - this.sums.largest;
  }

  #tempered(id: number): number {
    return Math.exp(this.#below(id) / this.temperature);
  }
}

/** Ids of the largest `count` logits, by falling logit, ties by rising id. */
function largestIds(logits: Float32Array, count: number): number[] {
  if (count >= logits.length) {
    return Array.from(logits.keys()).sort((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0) || a - b);
  }
  const ids: number[] = [];
  let least = -Infinity;
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id] ?? NaN;
    if (ids.length === count && logit <= least) continue;
    let at = Math.min(ids.length, count - 1);
    while (at > 0 && (logits[ids[at - 1] ?? 0] ?? NaN) < logit) {
      ids[at] = ids[at - 1] ?? 0;
      at--;
    }
    ids[at] = id;
    least = logits[ids.at(-1) ?? 0] ?? NaN;
  }
  return ids;
}
