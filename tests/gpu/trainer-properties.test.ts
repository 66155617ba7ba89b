import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Decoder } from '../../src/engine/decode/decoder';
import { initialLora } from '../../src/model/initial-lora';
import { loraLayout } from '../../src/engine/lora/layout';
import { LoraBuffers } from '../../src/engine/lora/lora-buffers';
import { referenceTraining } from '../../src/engine/reference/training';
import { LoraTrainer, type TrainerLimits } from '../../src/engine/train/lora-trainer';
import { DEFAULT_ADAMW, type PathFigures, type TrainProgress } from '../../src/policy/training';
import { LORA_TARGETS, loraWeights, type LoraConfig, type LoraWeights } from '../../src/model/lora';
import type { ModelFiles } from '../../src/model/types';
import { relativeL2, worstDifference } from './compare';
import { testDevice } from './device';
import { gaussians, randomNumbers } from './random';
import { modelInMemory, TINY_CONFIG } from './tiny-model';

const never = new AbortController().signal;
const silent = (): void => undefined;
const ALL: LoraConfig = { rank: 3, alpha: 5, targets: LORA_TARGETS };
const OPTIONS = { ...DEFAULT_ADAMW, learningRate: 1e-2 };

/** Paths of odd lengths, one token and none among them. */
const random = randomNumbers(5);
const draw = (count: number): number[] => Array.from({ length: count }, () => Math.floor(41 * random()));
const GROUP = { promptIds: draw(5), paths: [9, 1, 0, 14, 2].map(draw) };
const COEFFICIENTS = GROUP.paths.map((path, i) => gaussians(path.length, 20 + i));

let files: ModelFiles;
let decoder: Decoder;
beforeAll(async () => {
  files = await modelInMemory(TINY_CONFIG);
  decoder = await Decoder.load(await testDevice(), files, silent, never);
});
afterAll(() => decoder.dispose());

/** An adapter of random numbers, B too. */
function drawn(config: LoraConfig): LoraWeights {
  let seed = 0;
  return loraWeights(TINY_CONFIG, config, ({ shape: [rows, columns] }) => gaussians(rows * columns, ++seed, 0.2));
}

async function withTrainer<T>(
  weights: LoraWeights,
  limits: Partial<TrainerLimits>,
  work: (trainer: LoraTrainer) => Promise<T>,
): Promise<T> {
  const adapter = new LoraBuffers(decoder.arena, loraLayout(TINY_CONFIG, weights.config), 'adapter');
  adapter.write(weights);
  const trainer = await LoraTrainer.create(decoder, adapter, limits);
  try {
    return await work(trainer);
  } finally {
    trainer.dispose();
    adapter.dispose();
  }
}

interface Gradients {
  readonly figures: readonly PathFigures[];
  readonly gradients: LoraWeights;
}

async function gradientsOf(trainer: LoraTrainer): Promise<Gradients> {
  const figures = await trainer.accumulate(GROUP, COEFFICIENTS, silent, never);
  return { figures, gradients: await trainer.gradients() };
}

function expectSame(actual: Gradients, expected: Gradients, tolerance: number): void {
  actual.figures.forEach(({ logprobs, entropies }, i) => {
    expect(worstDifference(logprobs, expected.figures[i]?.logprobs ?? [])).toBeLessThanOrEqual(tolerance);
    expect(worstDifference(entropies, expected.figures[i]?.entropies ?? [])).toBeLessThanOrEqual(tolerance);
  });
  actual.gradients.tensors.forEach(({ values }, i) => {
    expect(relativeL2(values, expected.gradients.tensors[i]?.values ?? [])).toBeLessThanOrEqual(tolerance);
  });
}

describe('gradients', () => {
  // The reference computes each path alone and stores every activation, so it checks packing, checkpoints and chunks.
  it.each([
    ALL,
    { rank: 4, alpha: 4, targets: ['k', 'o', 'up'] },
    { rank: 17, alpha: 8, targets: ['q', 'v', 'down'] },
  ] satisfies LoraConfig[])("are the f64 reference's: rank $rank on $targets", async (config) => {
    const weights = drawn(config);
    const actual = await withTrainer(weights, {}, gradientsOf);
    const totals = weights.tensors.map(({ values }) => new Float64Array(values.length));
    GROUP.paths.forEach((path, i) => {
      const { promptIds } = GROUP;
      const reference = referenceTraining(files, weights, { promptIds, path }, COEFFICIENTS[i] ?? []);
      expect(worstDifference(actual.figures[i]?.logprobs ?? [], reference.logprobs)).toBeLessThan(1e-4);
      expect(worstDifference(actual.figures[i]?.entropies ?? [], reference.entropies)).toBeLessThan(1e-4);
      reference.gradients.forEach((gradient, j) => {
        const total = totals[j];
        gradient.forEach((value, k) => total?.set([(total[k] ?? NaN) + value], k));
      });
    });
    actual.gradients.tensors.forEach(({ values }, j) => {
      expect(relativeL2(values, totals[j] ?? [])).toBeLessThan(1e-4);
    });
  });

  it('do not depend on packing or on the size of head chunks', async () => {
    const weights = drawn(ALL);
    const packed = await withTrainer(weights, {}, gradientsOf);
    for (const limits of [{ rows: 1 }, { rows: 20 }, { headChunk: 7 }]) {
      expectSame(await withTrainer(weights, limits, gradientsOf), packed, 1e-5);
    }
  });

  it('are the same bits each time, and add up', async () => {
    await withTrainer(drawn(ALL), {}, async (trainer) => {
      const first = await gradientsOf(trainer);
      trainer.zeroGradients();
      expectSame(await gradientsOf(trainer), first, 0);
      const { gradients } = await gradientsOf(trainer);
      gradients.tensors.forEach(({ values }, i) => {
        const single = first.gradients.tensors[i]?.values ?? new Float32Array();
        expect(
          relativeL2(
            values,
            single.map((value) => 2 * value),
          ),
        ).toBeLessThan(1e-6);
      });
    });
  });
});

describe('figures', () => {
  it('are those of the gradient pass, and change with the adapter', async () => {
    await withTrainer(drawn(ALL), {}, async (trainer) => {
      const forward = await trainer.figures(GROUP, { adapter: true }, silent, never);
      const { figures } = await gradientsOf(trainer);
      expect(forward).toEqual(figures);
      const reference = await trainer.figures(GROUP, { adapter: false }, silent, never);
      expect(worstDifference(reference[0]?.logprobs ?? [], forward[0]?.logprobs ?? [])).toBeGreaterThan(0.01);
    });
  });

  it("are the base model's, bit for bit, while B is 0", async () => {
    await withTrainer(initialLora(TINY_CONFIG, ALL, 3), {}, async (trainer) => {
      const adapted = await trainer.figures(GROUP, { adapter: true }, silent, never);
      expect(adapted).toEqual(await trainer.figures(GROUP, { adapter: false }, silent, never));
    });
  });
});

describe('an update', () => {
  it('after a restore is the same as without it', async () => {
    const [once, restored] = await withTrainer(drawn(ALL), {}, async (trainer) => {
      await gradientsOf(trainer);
      expect(await trainer.step(OPTIONS)).toMatchObject({ skipped: false });
      const saved = await trainer.state();
      await gradientsOf(trainer);
      await trainer.step(OPTIONS);
      const after = await trainer.state();
      trainer.restore(saved);
      await gradientsOf(trainer);
      await trainer.step(OPTIONS);
      return [after, await trainer.state()];
    });
    expect(once.updates).toBe(2);
    expect(restored).toEqual(once);
  });

  it.each([NaN, Infinity])('is skipped at a coefficient of %d and changes nothing', async (bad) => {
    await withTrainer(drawn(ALL), {}, async (trainer) => {
      await gradientsOf(trainer);
      await trainer.step(OPTIONS);
      const before = await trainer.state();
      const broken = COEFFICIENTS.map((path) => path.map((value, t) => (t === 4 ? bad : value)));
      await trainer.accumulate(GROUP, broken, silent, never);
      const outcome = await trainer.step(OPTIONS);
      expect(outcome.skipped).toBe(true);
      expect(Number.isFinite(outcome.gradNorm)).toBe(false);
      expect(await trainer.state()).toEqual(before);
      const { tensors } = await trainer.gradients();
      expect(tensors.every(({ values }) => values.every((value) => value === 0))).toBe(true);
    });
  });
});

describe('an abort', () => {
  it.each([1, 4, 9])('after %i layers leaves the adapter and no gradients', async (layers) => {
    await withTrainer(drawn(ALL), { rows: 20 }, async (trainer) => {
      const before = await trainer.state();
      const bytes = decoder.arena.bytesInUse;
      const controller = new AbortController();
      const onProgress = ({ done }: TrainProgress): void => {
        if (done === layers) controller.abort();
      };
      const work = trainer.accumulate(GROUP, COEFFICIENTS, onProgress, controller.signal);
      await expect(work).rejects.toMatchObject({ code: 'aborted' });
      expect(decoder.arena.bytesInUse).toBe(bytes);
      expect(await trainer.state()).toEqual(before);
      const { tensors } = await trainer.gradients();
      expect(tensors.every(({ values }) => values.every((value) => value === 0))).toBe(true);
      expect(await trainer.figures(GROUP, { adapter: true }, silent, never)).toHaveLength(GROUP.paths.length);
    });
  });
});

describe('a call', () => {
  it('reports every layer of every micro-batch and frees its memory', async () => {
    await withTrainer(drawn(ALL), { rows: 20 }, async (trainer) => {
      const bytes = decoder.arena.bytesInUse;
      const seen: TrainProgress[] = [];
      await trainer.accumulate(GROUP, COEFFICIENTS, (progress) => seen.push(progress), never);
      const total = seen[0]?.total ?? 0;
      // Two micro-batches, each three layers forward, the head, three layers back.
      expect(total).toBe(14);
      expect(seen.map(({ done }) => done)).toEqual(Array.from({ length: total + 1 }, (_, i) => i));
      expect(new Set(seen.map(({ phase }) => phase))).toEqual(new Set(['gradient']));
      expect(decoder.arena.bytesInUse).toBe(bytes);
    });
  });

  it.each([
    { name: 'no prompt', group: { ...GROUP, promptIds: [] } },
    { name: 'a path beyond the context', group: { ...GROUP, paths: [draw(61)] } },
    { name: 'a padding id', group: { ...GROUP, paths: [[41]] } },
    { name: 'no integer', group: { ...GROUP, promptIds: [1.5] } },
  ])('rejects $name', async ({ group }) => {
    await withTrainer(drawn(ALL), {}, async (trainer) => {
      const work = trainer.figures(group, { adapter: true }, silent, never);
      await expect(work).rejects.toMatchObject({ code: 'bad-settings' });
    });
  });

  it('rejects coefficients that do not match the paths', async () => {
    await withTrainer(drawn(ALL), {}, async (trainer) => {
      const work = trainer.accumulate(GROUP, COEFFICIENTS.slice(1), silent, never);
      await expect(work).rejects.toMatchObject({ code: 'bad-settings' });
    });
  });
});
