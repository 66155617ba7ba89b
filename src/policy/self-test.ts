interface KernelFailure {
  /** The kernel, or the two that work together. */
  readonly kernel: string;
  /** Largest difference from the f64 reference; null where the kernel did not even run, and `reason` says why. */
  readonly difference: number | null;
  readonly tolerance: number;
  readonly reason: string | null;
}

/** What an engine found when it compared its kernels with their f64 references on this device. */
export interface SelfTestReport {
  /** Name of the GPU adapter. */
  readonly device: string;
  /** How many kernels were compared. */
  readonly tests: number;
  readonly failures: readonly KernelFailure[];
  readonly milliseconds: number;
}
