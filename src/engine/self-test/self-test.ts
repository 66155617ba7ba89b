import type { GpuDevice } from '../../gpu/device';
import { SELF_TESTS, type SelfTest } from './cases';

interface KernelFailure {
  /** The kernel, or the two that work together. */
  readonly kernel: string;
  /** Largest difference from the f64 twin; null where the kernel did not even run, and `reason` says why. */
  readonly difference: number | null;
  readonly tolerance: number;
  readonly reason: string | null;
}

export interface SelfTestReport {
  /** Name of the GPU adapter. */
  readonly device: string;
  /** How many kernels were held against their twins. */
  readonly tests: number;
  readonly failures: readonly KernelFailure[];
  readonly milliseconds: number;
}

/**
 * Holds the kernels of decoding against their f64 twins, on small odd shapes: drivers do miscompile. Rejects with GpuError
 * 'device-lost' or the signal's reason; a kernel that fails is in the report.
 */
export async function selfTest(
  gpu: GpuDevice,
  signal: AbortSignal,
  tests: readonly SelfTest[] = SELF_TESTS,
): Promise<SelfTestReport> {
  const start = performance.now();
  // Side by side: most of the time is the driver's compiler's.
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
async function outcomeOf(gpu: GpuDevice, { kernel, tolerance, run }: SelfTest): Promise<KernelFailure | null> {
  try {
    const difference = await run(gpu);
    // Not `>`: NaN is a failure too.
    return difference <= tolerance ? null : { kernel, difference, tolerance, reason: null };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kernel, difference: null, tolerance, reason };
  }
}
