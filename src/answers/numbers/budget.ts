/**
 * How much work a comparison may still cost, in about microseconds. Counting instead of measuring time keeps verdicts the
 * same on every machine.
 */
export class Budget {
  /** Units of work done or refused so far. */
  spent = 0;

  constructor(private readonly limit: number) {}

  /** Whether the work may be done. */
  spend(units: number): boolean {
    if (this.spent > this.limit) return false;
    this.spent += units;
    return this.spent <= this.limit;
  }
}
