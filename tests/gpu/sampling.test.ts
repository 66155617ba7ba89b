import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileSamplerKernels, type SamplerKernels } from '../../src/engine/decode/kernels';
import { SamplerRows } from '../../src/policy/sampler-rows';
import { ROW_WORDS } from '../../src/run/columns';
import { Sampler, type Draw } from '../../src/engine/decode/sampler';
import { drawnToken, nucleusProbabilities, rankedIds, referenceStep } from '../../src/engine/reference/sampling';
import { uniformNumber } from '../../src/policy/hash';
import { RunningStability } from '../../src/method/stability';
import { BufferArena } from '../../src/gpu/arena';
import type { GpuDevice } from '../../src/gpu/device';
import { readBuffer } from '../../src/gpu/readback';
import { CommandRecorder } from '../../src/gpu/recorder';
import { worstDifference } from './compare';
import { testDevice } from './device';
import { gaussians, randomNumbers } from './random';

const PLAIN: Draw = { step: 0, seed: 7, temperature: 1, topP: 1, entropyK: 20 };

let gpu: GpuDevice;
let kernels: SamplerKernels;
let recorder: CommandRecorder;
beforeAll(async () => {
  gpu = await testDevice();
  kernels = await compileSamplerKernels(gpu);
  recorder = new CommandRecorder(gpu);
});
afterAll(() => recorder.dispose());

/**
 * Runs the sampler on rows of logits, one call a draw; row r is path slots[r]. `vocabulary` pads rows to a wider
 * stride.
 */
async function sampled(
  rows: readonly ArrayLike<number>[],
  draws: readonly Draw[],
  { slots = rows.map((_, r) => r), padding = 0 } = {},
): Promise<SamplerRows[]> {
  const active = rows[0]?.length ?? 0;
  const vocabSize = active + padding;
  const logits = new Float32Array(rows.length * vocabSize).fill(1e9);
  rows.forEach((row, r) => logits.set(row, r * vocabSize));
  const arena = new BufferArena(gpu);
  const paths = Math.max(...slots) + 1;
  const shape = { vocabSize, activeVocabSize: active };
  const sampler = new Sampler(arena, recorder, kernels, shape, paths, 1);
  try {
    const buffers = [arena.upload('logits', logits), arena.upload('slots', Uint32Array.from(slots))] as const;
    const all: SamplerRows[] = [];
    for (const draw of draws) {
      sampler.record(buffers[0], buffers[1], rows.length, 0, draw);
      all.push(new SamplerRows(await readBuffer(recorder, sampler.records, 4 * ROW_WORDS * rows.length)));
    }
    return all;
  } finally {
    recorder.forgetBindGroups();
    arena.dispose();
  }
}

/** Rows that make a top-K hard: few distinct values, −Infinity, all equal, one peak, plain noise. */
function hardRows(vocabulary: number): Float32Array[] {
  const next = randomNumbers(vocabulary);
  const row = (value: (id: number) => number): Float32Array =>
    Float32Array.from({ length: vocabulary }, (_, id) => value(id));
  return [
    row(() => Math.floor(4 * next())),
    row((id) => (id % 3 === 0 ? -Infinity : -Math.floor(8 * next()))),
    row(() => 2.5),
    row((id) => (id === vocabulary - 1 ? 40 : -20)),
    gaussians(vocabulary, vocabulary, 4),
    row(() => (next() < 0.5 ? 0 : -0)),
    row((id) => (id < vocabulary - 2 ? -Infinity : id)),
  ];
}

describe('figures of a step against the f64 reference', () => {
  it.each([{ vocabulary: 6 }, { vocabulary: 33 }, { vocabulary: 381 }, { vocabulary: 5001 }])(
    'vocabulary of $vocabulary: exact order, ties by id, −Infinity',
    async ({ vocabulary }) => {
      const rows = hardRows(vocabulary);
      const [records] = await sampled(rows, [PLAIN], { padding: 3 });
      if (records === undefined) throw new Error('No records.');
      rows.forEach((logits, r) => {
        const expected = referenceStep(logits);
        const likeliest = expected.ranked.slice(0, 5);
        expect([...records.values(r, 'alternativeToken')]).toEqual(likeliest);
        const logprobs = likeliest.map((id) => Math.max(-1e29, expected.logprobs[id] ?? NaN));
        const found = [...records.values(r, 'alternativeLogprob')].map((value) => Math.max(-1e29, value));
        expect(worstDifference(found, logprobs)).toBeLessThan(1e-4);
        const entropies = [5, 10, 20, 40].map((k) => expected.entropy(k));
        expect(worstDifference(records.values(r, 'entropyAtReportedK'), entropies)).toBeLessThan(1e-4);
        if (logits.includes(-Infinity)) return;
        expect(records.value(r, 'confidence')).toBeCloseTo(expected.confidence, 4);
        expect(records.value(r, 'meanLogprob')).toBeCloseTo(expected.meanLogprob, 3);
        const token = records.value(r, 'tokens');
        expect(records.value(r, 'logprob')).toBeCloseTo(expected.logprobs[token] ?? NaN, 4);
      });
    },
  );

  it('takes the entropy over K tokens for every K from 1 to 64', async () => {
    const rows = hardRows(151);
    const ks = Array.from({ length: 64 }, (_, i) => i + 1);
    const all = await sampled(
      rows,
      ks.map((entropyK) => ({ ...PLAIN, entropyK })),
    );
    for (const [r, logits] of rows.entries()) {
      const expected = referenceStep(logits);
      const found = all.map((records) => records.value(r, 'entropy'));
      expect(
        worstDifference(
          found,
          ks.map((k) => expected.entropy(k)),
        ),
      ).toBeLessThan(1e-4);
    }
  });

  it.each([NaN, Infinity])('reports %s at any position, and only in its own row', async (bad) => {
    const rows = [0, 100, 380, -1].map((at) => {
      const row = gaussians(381, 5);
      if (at >= 0) row[at] = bad;
      return row;
    });
    const [records] = await sampled(rows, [PLAIN]);
    expect(rows.map((_, r) => records?.isBad(r))).toEqual([true, true, true, false]);
  });

  it('keeps the running mean and variance of each path, whatever its row', async () => {
    const rows = Array.from({ length: 3 }, (_, r) => gaussians(90, r + 20, 3));
    const steps = [0, 1, 2, 3].map((step) => ({ ...PLAIN, step, entropyK: 5 + 10 * step }));
    const all = await sampled(rows, steps, { slots: [4, 0, 2] });
    rows.forEach((_, r) => {
      const running = new RunningStability();
      for (const records of all) {
        running.add(records.value(r, 'entropy'));
        expect(records.value(r, 'runningMean')).toBeCloseTo(running.mean ?? NaN, 5);
        expect(Math.sqrt(records.value(r, 'runningVariance'))).toBeCloseTo(running.stability ?? NaN, 4);
      }
      expect(all[0]?.value(r, 'path')).toBe([4, 0, 2][r]);
    });
  });
});

describe('drawing a token', () => {
  it.each([
    { temperature: 1, topP: 1 },
    { temperature: 0.6, topP: 0.95 },
    { temperature: 2.5, topP: 0.5 },
    { temperature: 1, topP: 1e-6 },
    { temperature: 1e-9, topP: 1 },
  ])('inverse CDF at temperature $temperature and top-p $topP agrees with f64', async ({ temperature, topP }) => {
    const vocabulary = 1003;
    const rows = Array.from({ length: 16 }, (_, r) => gaussians(vocabulary, 40 + r, 0.5 + r / 4));
    const steps = [0, 1, 2, 3, 4, 5].map((step) => ({ ...PLAIN, step, temperature, topP }));
    const all = await sampled(rows, steps);
    let onEdge = 0;
    rows.forEach((logits, path) => {
      const probabilities = nucleusProbabilities(logits, Math.max(temperature, 1e-6), topP);
      all.forEach((records, step) => {
        const token = records.value(path, 'tokens');
        const u = uniformNumber(PLAIN.seed, path, step);
        if (token === drawnToken(probabilities, u)) return;
        // In f32 a draw that falls on a step of the CDF, or a nucleus that ends within rounding, may differ by one
        // token.
        onEdge++;
        const near = [u - 1e-5, u + 1e-5].map((v) => drawnToken(probabilities, v));
        expect(near).toContain(token);
      });
    });
    expect(onEdge).toBeLessThan(4);
  });

  it('draws every token as often as its probability says, and none outside the nucleus', async () => {
    const logits = Float32Array.of(2, 0, 1, -1, 0.5, -Infinity, 1.5);
    const draws = 64 * 32;
    const rows = Array.from({ length: 64 }, () => logits);
    const steps = Array.from({ length: 32 }, (_, step) => ({ ...PLAIN, step, temperature: 1.3, topP: 0.9, seed: 3 }));
    const counts = new Array<number>(logits.length).fill(0);
    for (const records of await sampled(rows, steps)) {
      rows.forEach((_, r) => {
        const token = records.value(r, 'tokens');
        counts[token] = (counts[token] ?? 0) + 1;
      });
    }
    const expected = nucleusProbabilities(logits, 1.3, 0.9);
    expect(rankedIds(logits).filter((id) => (expected[id] ?? 0) > 0)).toEqual([0, 6, 2, 4, 1]);
    counts.forEach((count, id) => {
      const p = expected[id] ?? NaN;
      // Four standard deviations of a binomial count.
      expect(Math.abs(count - draws * p)).toBeLessThanOrEqual(4 * Math.sqrt(draws * p * (1 - p)));
    });
  });

  it("never draws one of Qwen2.5's 271 padding ids, however much the logits favour them", async () => {
    const [tokens, padding] = [151_665, 271];
    // `sampled` fills the padding with 1e9: if it were read, it would be the only choice.
    const rows = Array.from({ length: 2 }, (_, r) => gaussians(tokens, 70 + r, 6 + r));
    const draws = [
      { ...PLAIN, temperature: 2.5 },
      { ...PLAIN, step: 1, topP: 0.95, temperature: 0.6 },
      { ...PLAIN, step: 2, temperature: 1e-9 },
    ];
    for (const [call, records] of (await sampled(rows, draws, { padding })).entries()) {
      rows.forEach((logits, r) => {
        const seen = [records.value(r, 'tokens'), ...records.values(r, 'alternativeToken')];
        expect(Math.max(...seen)).toBeLessThan(tokens);
        expect(records.isBad(r)).toBe(false);
        expect(records.value(r, 'entropy')).toBeCloseTo(referenceStep(logits).entropy(20), 4);
        if (call === 2) expect(seen[0]).toBe(seen[1]);
      });
    }
  });
});
