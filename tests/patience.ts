/**
 * Time limits that follow the machine: how much longer than on two idle cores of a usual server a fixed piece of work
 * takes here and now. Limits exist to end what hangs; a slow or busy machine is no fault.
 */
const WORK = 5_000_000;
/** ms for WORK on such a core. */
const USUAL_MS = 100;
const ROUNDS = 3;
/** Even an idle machine gets this much more than a limit says: others may begin to work on it later. */
const LEAST = 2;
const MOST = 15;

function measuredPatience(): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    let x = 1;
    for (let i = 0; i < WORK; i++) x = (x * 48271) % 2147483647;
    return x > 0 ? performance.now() - start : 0;
  });
  const median = times.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? USUAL_MS;
  return Math.min(MOST, Math.max(LEAST, (LEAST * median) / USUAL_MS));
}

/** Measured once a run: the processes that a test runner starts take it over from their environment. */
process.env.TEST_PATIENCE ??= measuredPatience().toFixed(2);
const factor = Number(process.env.TEST_PATIENCE);

/** A limit of `ms` on an idle machine, in ms for this one. */
export function patience(ms: number): number {
  return Math.round(ms * factor);
}
