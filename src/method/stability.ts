/** Running mean and population standard deviation (ddof 0) of a path's entropies, by Welford's update. docs/METHOD.md#stability */
export class RunningStability {
  private count = 0;
  private average = 0;
  private squares = 0;

  /** @param entropy of the next token, in nats */
  add(entropy: number): void {
    this.count++;
    const before = entropy - this.average;
    this.average += before / this.count;
    this.squares += before * (entropy - this.average);
  }

  /** Mean entropy in nats; null before the first token. */
  get mean(): number | null {
    return this.count > 0 ? this.average : null;
  }

  /** s: lower is steadier; null before the first token. */
  get stability(): number | null {
    return this.count > 0 ? Math.sqrt(this.squares / this.count) : null;
  }
}

/** s of a whole path; null for a path without tokens. */
export function stabilityOf(entropies: Iterable<number>): number | null {
  const running = new RunningStability();
  for (const entropy of entropies) running.add(entropy);
  return running.stability;
}
