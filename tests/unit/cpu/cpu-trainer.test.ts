import { expect, it } from 'vitest';
import { CpuEngine } from '../../../src/cpu/cpu-engine';
import { adamwStep } from '../../../src/engine/reference/adamw';
import { referenceTraining } from '../../../src/engine/reference/training';
import { LORA_TARGETS, loraWeights, type LoraConfig } from '../../../src/model/lora';
import { mulberry32 } from '../../../src/method/random';
import { DEFAULT_ADAMW } from '../../../src/policy/training';
import { modelInMemory, TINY_CONFIG } from '../../gpu/tiny-model';

const PROMPT = [3, 17, 5];
const PATH = [20, 0, 11, 11, 6];
const COEFFICIENTS = Float32Array.of(0.7, -1.2, 0, 0.4, 2);
const never = new AbortController().signal;
const nothing = (): void => undefined;

const gapOf = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? NaN))), 0);

it.each([
  { rank: 3, alpha: 5, targets: LORA_TARGETS },
  { rank: 2, alpha: 2, targets: ['k', 'o', 'up'] },
] satisfies LoraConfig[])('trains as the f64 reference does, rank $rank', async (config) => {
  const files = await modelInMemory(TINY_CONFIG);
  const random = mulberry32(3);
  const adapter = loraWeights(TINY_CONFIG, config, ({ shape: [rows, columns] }) =>
    Float32Array.from({ length: rows * columns }, () => 0.2 * (random() - 0.5)),
  );
  const engine = await CpuEngine.load(files);
  const trainer = await engine.startTraining(adapter);
  const group = { promptIds: PROMPT, paths: [PATH] };
  const expected = referenceTraining(files, adapter, { promptIds: PROMPT, path: PATH }, COEFFICIENTS);
  const [figures] = await trainer.accumulate(group, [COEFFICIENTS], nothing, never);
  expect(gapOf(expected.logprobs, figures?.logprobs ?? [])).toBeLessThan(1e-4);
  expect(gapOf(expected.entropies, figures?.entropies ?? [])).toBeLessThan(1e-4);
  const gradients = await trainer.gradients();
  gradients.tensors.forEach(({ values }, i) => {
    const reference = expected.gradients[i] ?? [];
    const size = Math.max(1, ...Array.from(reference, Math.abs));
    expect(gapOf(reference, values) / size).toBeLessThan(1e-4);
  });

  const before = Float64Array.from(adapter.tensors.flatMap(({ values }) => [...values]));
  const flat = Float64Array.from(gradients.tensors.flatMap(({ values }) => [...values]));
  const options = { ...DEFAULT_ADAMW, learningRate: 1e-2 };
  const zero = new Float64Array(before.length);
  const updated = adamwStep({ values: before, firstMoments: zero, secondMoments: zero }, flat, 1, options);
  const logitsBefore = await engine.logitsOf(PROMPT);
  const { skipped, gradNorm } = await trainer.step(options);
  expect([skipped, Math.abs(gradNorm - Math.hypot(...flat)) < 1e-4 * gradNorm]).toEqual([false, true]);
  const { weights, updates } = await trainer.state();
  expect(updates).toBe(1);
  expect(
    gapOf(
      updated.values,
      weights.tensors.flatMap(({ values }) => [...values]),
    ),
  ).toBeLessThan(1e-4);
  expect(gapOf(logitsBefore, await engine.logitsOf(PROMPT))).toBeGreaterThan(0);
  expect((await trainer.gradients()).tensors.every(({ values }) => values.every((value) => value === 0))).toBe(true);
});

it('an update that is stopped leaves no gradients', async () => {
  const files = await modelInMemory(TINY_CONFIG);
  const adapter = loraWeights(TINY_CONFIG, { rank: 2, alpha: 2, targets: ['q'] }, ({ shape: [rows, columns] }) =>
    new Float32Array(rows * columns).fill(0.1),
  );
  const trainer = await (await CpuEngine.load(files)).startTraining(adapter);
  const stop = new AbortController();
  stop.abort();
  const group = { promptIds: PROMPT, paths: [PATH] };
  const work = trainer.accumulate(group, [COEFFICIENTS], nothing, stop.signal);
  await expect(work).rejects.toMatchObject({ code: 'aborted' });
  expect((await trainer.gradients()).tensors.every(({ values }) => values.every((value) => value === 0))).toBe(true);
});
