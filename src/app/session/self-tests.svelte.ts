import * as v from 'valibot';
import type { SelfTestReport } from '../../policy/self-test';
import { type KeyValueStore, Persisted } from '../storage/persisted.svelte';

const reportSchema = v.object({
  device: v.string(),
  tests: v.number(),
  // JSON has no NaN: a difference that was no number comes back as null.
  failures: v.array(
    v.object({
      kernel: v.string(),
      difference: v.nullable(v.number()),
      tolerance: v.number(),
      reason: v.nullable(v.string()),
    }),
  ),
  milliseconds: v.number(),
});

/** Self-tests that were taken here. A new browser brings new compilers, so that the test is taken again. */
export class SelfTests {
  readonly #reports: Persisted<Record<string, SelfTestReport>>;

  constructor(
    private readonly browser: string = navigator.userAgent,
    store?: KeyValueStore | null,
  ) {
    const schema = v.record(v.string(), reportSchema);
    this.#reports = new Persisted<Record<string, SelfTestReport>>('sasc-lab.self-tests', schema, {}, store);
  }

  /** null: not taken yet on this device with this browser. */
  reportOf(device: string): SelfTestReport | null {
    return this.#reports.current[this.#keyOf(device)] ?? null;
  }

  keep(report: SelfTestReport): void {
    this.#reports.current = { ...this.#reports.current, [this.#keyOf(report.device)]: report };
  }

  #keyOf(device: string): string {
    return `${device} in ${this.browser}`;
  }
}
