import { beforeAll, describe, expect, it } from 'vitest';
import { selfTest } from '../../src/engine/self-test/self-test';
import { SELF_TESTS } from '../../src/engine/self-test/cases';
import type { GpuDevice } from '../../src/gpu/device';
import { withShaders } from '../../src/webllm/rope';
import { freshDevice, testDevice } from './device';

const never = new AbortController().signal;

/** Faults as a driver's compiler could make them: one for each test. */
const FAULTS: Record<string, (code: string) => string> = {
  embed: (code) => code.replace('y[2u * id.x] = low_weights', 'y[2u * id.x] = high_weights'),
  rmsnorm: (code) => code.replace('+ params.eps', '+ 0.001'),
  matmul_q4: (code) => code.replace('group < groups', 'group < groups - 1u'),
  'lora_down and lora_up': (code) => code.replace('params.scale * sums', 'sums'),
  rope_kv: (code) => code.replace('params.positionStride', '1u'),
  'attention_scores and attention_mix': (code) => code.replace('exp(partial.x - largest)', '1.0'),
  silu_mul: (code) => code.replace('min(-gate', 'min(gate'),
  'logit_blocks, logit_groups and sample': (code) => code.replace('log(PROBABILITY_FLOOR)', '-1.0'),
};

describe('the self-test', () => {
  let gpu: GpuDevice;
  beforeAll(async () => {
    gpu = await testDevice();
  });

  it('finds nothing wrong with this device', async () => {
    const report = await selfTest(gpu, never);
    expect(report).toMatchObject({ device: gpu.adapterName, tests: SELF_TESTS.length, failures: [] });
    console.log(`self-test on ${report.device}: ${report.milliseconds.toFixed(0)} ms`);
  });

  it.each(Object.keys(FAULTS))('names %s alone when it is wrong', async (kernel) => {
    const breakCode = FAULTS[kernel] ?? ((code) => code);
    let broken = 0;
    const rewrite = (code: string): string => {
      const wrong = breakCode(code);
      if (wrong !== code) broken++;
      return wrong;
    };
    // A separate device: a device reuses the pipelines of texts that it has compiled before.
    const own = await freshDevice();
    const tests = SELF_TESTS.filter((test) => test.kernel === kernel || test.kernel === 'embed');
    const { failures } = await withShaders(
      rewrite,
      () => undefined,
      () => selfTest(own, never, tests),
    );
    expect(broken).toBeGreaterThan(0);
    expect(failures.map((failure) => failure.kernel)).toEqual([kernel]);
    expect(failures[0]?.difference).toBeGreaterThan(failures[0]?.tolerance ?? Infinity);
    own.destroy();
  });

  it('reports why a kernel did not run, and runs the others', async () => {
    const failing = {
      kernel: 'failing',
      tolerance: 1,
      run: () => Promise.reject(new Error('line 3: unknown identifier')),
    };
    const wrong = { kernel: 'wrong', tolerance: 1, run: () => Promise.resolve(NaN) };
    const { failures } = await selfTest(gpu, never, [failing, wrong, ...SELF_TESTS.slice(0, 1)]);
    expect(failures).toEqual([
      { kernel: 'failing', difference: null, tolerance: 1, reason: 'line 3: unknown identifier' },
      { kernel: 'wrong', difference: NaN, tolerance: 1, reason: null },
    ]);
  });

  it('stops on request, and when the device is lost', async () => {
    await expect(selfTest(gpu, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
    const lost = await freshDevice();
    lost.destroy();
    await lost.lost;
    await expect(selfTest(lost, never)).rejects.toMatchObject({ code: 'device-lost' });
  });
});
