import { seedOf } from '../method/random';
import { EngineError, type Policy } from '../policy/types';
import type { EvaluationTask } from './head';
import { type Failure, logLine } from './log';
import { sampleProblem, type SampledProblem } from './sampled-problem';

/** Failures that say something of the problem, not of the engine: the others are sampled on. */
const PROBLEM_FAULTS = ['empty-problem', 'unknown-characters', 'problem-too-long'];

/** A log while it grows. */
export interface GrowingLog {
  readonly sampled: Map<string, SampledProblem>;
  readonly failures: Map<string, Failure>;
}

/** Where the sampling of an evaluation is. */
export interface EvaluationProgress {
  /** Problems sampled by this call, and how many it had to sample. */
  readonly done: number;
  readonly missing: number;
  /** 1-based place in the set of the problem under way, and problems of the set. */
  readonly place: number;
  readonly total: number;
  /** Tokens of its paths so far. */
  readonly tokens: number;
}

interface Sampling {
  readonly policy: Pick<Policy, 'sample'>;
  /** Keeps a line of the log; resolves when it is safe. */
  readonly append: (line: string) => Promise<void>;
  readonly onProgress: (progress: EvaluationProgress) => void;
  readonly signal: AbortSignal;
}

/**
 * Samples the problems that the log lacks, one after another; each is in the log when it is sampled. One that cannot be
 * sampled is noted there and left out. Resolves on abort; rejects with EngineError when the engine fails.
 */
export async function sampleMissing(
  { problems, settings, withGreedy }: EvaluationTask,
  log: GrowingLog,
  { policy, append, onProgress, signal }: Sampling,
): Promise<void> {
  const missing = problems.filter(({ id }) => !log.sampled.has(id));
  for (const [done, problem] of missing.entries()) {
    if (signal.aborted) return;
    const total = problems.length;
    const at = { done, missing: missing.length, place: total - missing.length + done + 1, total };
    const show = (tokens: number): void => onProgress({ ...at, tokens });
    const seed = seedOf(settings.seed, 'evaluate', problem.id);
    show(0);
    try {
      const one = await sampleProblem(
        policy,
        problem,
        { ...settings, seed },
        withGreedy,
        (trace) => show(trace.tokenCount),
        signal,
      );
      await append(logLine(one));
      log.sampled.set(one.id, one);
      log.failures.delete(one.id);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof EngineError) || !PROBLEM_FAULTS.includes(error.code)) throw error;
      const failure = { id: problem.id, error: error.message };
      await append(logLine(failure));
      log.failures.set(problem.id, failure);
    }
  }
}
