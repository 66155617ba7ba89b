/**
 * How much work a comparison may still cost, in about microseconds. Counting instead of measuring time keeps verdicts the
 * same on every machine.
 */
export class Budget {
  constructor(private left: number) {}

  /** Whether the work may be done. */
  spend(units: number): boolean {
    this.left -= units;
    return this.left >= 0;
  }
}
