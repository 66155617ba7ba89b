import type { GpuDevice } from '../../gpu/device';
import type { SelfTestReport } from '../../policy/self-test';
import { SELF_TESTS, type SelfTest } from './cases';

/**
 * Compares the kernels of decoding with the f64 reference, on small odd shapes: drivers do miscompile. Rejects with
 * GpuError 'device-lost' or the signal's reason; a kernel that fails is in the report.
 */
export async function selfTest(
  gpu: GpuDevice,
  signal: AbortSignal,
  tests: readonly SelfTest[] = SELF_TESTS,
): Promise<SelfTestReport> {
  const start = performance.now();
  // In parallel: most of the time is spent in the driver's compiler.
  const outcomes = await Promise.all(tests.map((test) => outcomeOf(gpu, test)));
  signal.throwIfAborted();
  gpu.check();
  return {
    device: gpu.adapterName,
    tests: tests.length,
    failures: outcomes.filter((outcome) => outcome !== null),
    milliseconds: performance.now() - start,
  };
}

/** null: the kernel is right. */
async function outcomeOf(
  gpu: GpuDevice,
  { kernel, tolerance, run }: SelfTest,
): Promise<SelfTestReport['failures'][number] | null> {
  try {
    const difference = await run(gpu);
    // Not `>`: NaN is a failure too.
    return difference <= tolerance ? null : { kernel, difference, tolerance, reason: null };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kernel, difference: null, tolerance, reason };
  }
}
