import { describe, expect, it } from 'vitest';
import { DEFAULT_MODEL } from '../../../src/cli/command';
import { dirSource } from '../../../src/cli/dir-source';
import { CpuEngine } from '../../../src/cpu/cpu-engine';
import { randomModel, SHAPES } from '../../../src/engine/random-model';
import { referenceLogits } from '../../../src/engine/reference/forward';
import { openModel } from '../../../src/model/load';
import { TraceRecorder } from '../../../src/policy/sampling';
import type { RunSettings } from '../../../src/run/settings';
import type { RunTrace } from '../../../src/run/trace';
import { onStep, silent } from '../../fixtures/listeners';
import { GOLDEN_MODELS, goldenExpected, goldenFiles, goldenLora } from '../../gpu/golden';
import { modelInMemory, TINY_CONFIG } from '../../gpu/tiny-model';

const PROBLEM = 'Solve for x: 3x + 5 = 20';
const SETTINGS: RunSettings = { paths: 4, seed: 7, temperature: 1.6, topP: 1, maxTokens: 48, entropyK: 20 };
const never = new AbortController().signal;

const tinyMath = async (): Promise<CpuEngine> => CpuEngine.load(await openModel(dirSource(DEFAULT_MODEL)));

async function traceOf(engine: CpuEngine, settings: RunSettings = SETTINGS): Promise<RunTrace> {
  const recorder = new TraceRecorder(settings.paths);
  await engine.sample({ problem: PROBLEM, settings }, recorder, never);
  return recorder.trace;
}

const largestGap = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? NaN))), 0);

describe.each(GOLDEN_MODELS)('the CPU engine on %s', (name) => {
  it('computes the logits of the independent implementation, without and with the adapter', async () => {
    const files = await goldenFiles(name);
    const { prompt, paths, path0 } = goldenExpected(name);
    const ids = [...prompt, ...(paths[0] ?? [])];
    const engine = await CpuEngine.load(files);
    expect(largestGap(path0.base_logits, await engine.logitsOf(ids))).toBeLessThanOrEqual(2e-3);
    const entropies = await engine.entropiesOf(ids, 20);
    expect(largestGap(path0.entropy_top20_base, entropies)).toBeLessThanOrEqual(1e-4);
    await engine.setAdapter(goldenLora(name, files.config));
    expect(largestGap(path0.adapted_logits, await engine.logitsOf(ids))).toBeLessThanOrEqual(2e-3);
    await engine.setAdapter(null);
    expect(largestGap(path0.base_logits, await engine.logitsOf(ids))).toBeLessThanOrEqual(2e-3);
  });
});

describe('the CPU engine', () => {
  it('computes the f64 reference’s logits for odd sizes', async () => {
    const files = await modelInMemory(TINY_CONFIG);
    const ids = Array.from({ length: 37 }, (_, i) => (i * 7) % TINY_CONFIG.vocabSize);
    const logits = await (await CpuEngine.load(files)).logitsOf(ids);
    expect(largestGap(referenceLogits(files, ids), logits)).toBeLessThan(1e-4);
  });

  it('draws the same paths for the same seed, others for another, and one path for temperature near 0', async () => {
    const engine = await tinyMath();
    const textsOf = async (settings: RunSettings): Promise<string[]> => {
      const trace = await traceOf(engine, settings);
      return trace.paths.map((path) => trace.text(path));
    };
    const texts = await textsOf(SETTINGS);
    expect(await textsOf(SETTINGS)).toEqual(texts);
    expect(await textsOf({ ...SETTINGS, seed: 8 })).not.toEqual(texts);
    const greedy = await textsOf({ ...SETTINGS, temperature: 1e-6 });
    expect(new Set(greedy).size).toBe(1);
    expect(greedy[0]).toContain('5');
  });

  it('samples on from a path’s own tokens as the path went on', async () => {
    const engine = await tinyMath();
    const whole = await traceOf(engine);
    const [path] = whole.paths;
    if (path === undefined) throw new Error('no path');
    const kept = 5;
    const continuation = { tokens: path.tokens.slice(0, kept), entropy: path.entropy.slice(0, kept) };
    const ids: number[] = [];
    const deviations: number[] = [];
    let firstStep = -1;
    const listener = onStep((batch) => {
      for (let row = 0; row < batch.rowCount; row++) {
        if (batch.path[row] !== 0) continue;
        if (firstStep < 0) firstStep = batch.step[row] ?? -1;
        ids.push(batch.tokens[row] ?? -1);
        deviations.push(Math.sqrt(batch.runningVariance[row] ?? NaN));
      }
    });
    await engine.sample({ problem: PROBLEM, settings: SETTINGS, continuation }, listener, never);
    expect(firstStep).toBe(kept);
    expect(ids).toEqual([...path.tokens.slice(kept, path.length)]);
    expect(deviations.at(-1)).toBeCloseTo(path.stability ?? NaN, 4);
  });

  it('stops within one step of the signal', async () => {
    const engine = await tinyMath();
    const stop = new AbortController();
    let steps = 0;
    const listener = onStep(() => {
      steps++;
      // As a message from the page would: not from within the engine's own turn.
      if (steps === 3) setTimeout(() => stop.abort(), 0);
    });
    await expect(engine.sample({ problem: PROBLEM, settings: SETTINGS }, listener, stop.signal)).rejects.toMatchObject({
      code: 'aborted',
    });
    expect(steps).toBeLessThanOrEqual(4);
    expect((await traceOf(engine)).tokenCount).toBeGreaterThan(0);
  });

  it('refuses a second call while one runs, and a model that needs a GPU', async () => {
    const engine = await tinyMath();
    const first = engine.sample({ problem: PROBLEM, settings: SETTINGS }, silent, never);
    await expect(engine.logitsOf([1])).rejects.toThrow('busy');
    await first;
    await expect(CpuEngine.load(randomModel('big', SHAPES['qwen2-0.5b']))).rejects.toThrow(
      'big has 494 million parameters; without a GPU models of up to 30 million run.',
    );
  });
});
