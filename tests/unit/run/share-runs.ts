import type { RunRecord } from '../../../src/run/saved-run';
import { syntheticRun, type SyntheticRunOptions } from '../../fixtures/synthetic-run';
import { sampleRun } from './sample-run';

/** A made-up run of many paths as a record. */
export function syntheticRecord(options: Partial<SyntheticRunOptions> = {}): RunRecord {
  const { trace } = syntheticRun({ paths: 16, seed: 7, capacity: 256, sentences: 3, ...options });
  const { settings } = sampleRun();
  return {
    ...sampleRun(),
    problem: 'One shop asks 5 more than three times the price; another takes 10 percent off. What is the price?',
    gold: '12',
    settings: { ...settings, paths: trace.pathCount, maxTokens: trace.capacity, seed: options.seed ?? 7 },
    trace,
  };
}
