import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_MODEL } from '../../src/cli/command';
import { dirSource } from '../../src/cli/dir-source';
import { CpuEngine } from '../../src/cpu/cpu-engine';
import { BatchEngine } from '../../src/engine/batch-engine';
import { nucleusProbabilities } from '../../src/engine/reference/sampling';
import { openModel } from '../../src/model/load';
import { promptIds } from '../../src/model/prompt';
import { uniformNumber } from '../../src/policy/hash';
import { TraceRecorder } from '../../src/policy/sampling';
import type { Policy } from '../../src/policy/types';
import { DEFAULT_RUN_SETTINGS, type RunSettings } from '../../src/run/settings';
import type { PathTrace, RunTrace } from '../../src/run/trace';
import { testDevice } from './device';

const PROBLEM = 'Solve for x: 7x+12=54';
/** How near to a step of the running probability a drawn number may be for two engines to disagree about it. */
const TIE = 1e-4;

let batch: BatchEngine;
let cpu: CpuEngine;
beforeAll(async () => {
  const files = await openModel(dirSource(DEFAULT_MODEL));
  batch = await BatchEngine.load(await testDevice(), files);
  cpu = await CpuEngine.load(files);
});
afterAll(async () => batch.dispose());

async function traceOf(engine: Policy, settings: RunSettings): Promise<RunTrace> {
  const recorder = new TraceRecorder(settings.paths);
  await engine.sample({ problem: PROBLEM, settings }, recorder, new AbortController().signal);
  return recorder.trace;
}

const idsOf = (path: PathTrace | undefined): number[] => [...(path?.tokens.subarray(0, path.length) ?? [])];

/** How far the number that was drawn is from the step of the running probability between the two engines' tokens. */
async function distanceOfTie(settings: RunSettings, path: number, ours: number[], theirs: number[]): Promise<number> {
  const step = ours.findIndex((id, i) => id !== theirs[i]);
  const before = [...promptIds(cpu.files, PROBLEM), ...ours.slice(0, step)];
  const { vocabSize, activeVocabSize } = cpu.files.config;
  const logits = (await cpu.logitsOf(before)).subarray((before.length - 1) * vocabSize).subarray(0, activeVocabSize);
  const probabilities = nucleusProbabilities(logits, settings.temperature, settings.topP);
  const lower = Math.min(ours[step] ?? 0, theirs[step] ?? 0);
  const below = probabilities.subarray(0, lower + 1).reduce((sum, p) => sum + p, 0);
  return Math.abs(below - uniformNumber(settings.seed, path, step));
}

describe('the CPU engine beside the batch engine', () => {
  it.each([
    { temperature: 1, topP: 1, seed: 1 },
    { temperature: 1.4, topP: 0.9, seed: 2 },
  ])('draws the same tokens at $temperature, top-p $topP, but for ties of floats', async (asked) => {
    const settings: RunSettings = { ...DEFAULT_RUN_SETTINGS, ...asked, paths: 16, maxTokens: 64 };
    const [onGpu, onCpu] = [await traceOf(batch, settings), await traceOf(cpu, settings)];
    let same = 0;
    for (const [i, path] of onCpu.paths.entries()) {
      const other = onGpu.paths[i];
      const [ours, theirs] = [idsOf(path), idsOf(other)];
      if (ours.join() !== theirs.join()) {
        expect(await distanceOfTie(settings, i, ours, theirs)).toBeLessThan(TIE);
        continue;
      }
      same++;
      const gaps = ours.map((_, step) => Math.abs((path.entropy[step] ?? NaN) - (other?.entropy[step] ?? NaN)));
      expect(Math.max(...gaps)).toBeLessThanOrEqual(1e-4);
    }
    expect(same).toBeGreaterThanOrEqual(14);
  });

  it('reports the same figures of the same tokens', async () => {
    const settings: RunSettings = { ...DEFAULT_RUN_SETTINGS, temperature: 1e-6, paths: 1, maxTokens: 32 };
    const [[ours], [theirs]] = [(await traceOf(cpu, settings)).paths, (await traceOf(batch, settings)).paths];
    expect(idsOf(ours)).toEqual(idsOf(theirs));
    for (const column of ['logprob', 'confidence', 'meanLogprob', 'alternativeLogprob'] as const) {
      const [a, b] = [ours?.[column] ?? [], theirs?.[column] ?? []];
      const gap = Math.max(...Array.from(a, (value, i) => Math.abs(value - (b[i] ?? NaN))));
      expect(gap, column).toBeLessThan(2e-3);
    }
  });
});
