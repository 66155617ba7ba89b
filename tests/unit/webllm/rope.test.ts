import { afterEach, describe, expect, it, vi } from 'vitest';
import { RopeRepair, withShaders } from '../../../src/webllm/rope';

/** As a compiler writes it: the rotation of one element, the base twice. */
const rotary = (base: string): string => `
@compute @workgroup_size(256, 1, 1)
fn fused_rope_kernel(@builtin(workgroup_id) block : vec3<u32>) {
  let c = cos(f32(position[i]) / pow(${base}, (f32(((i32(t.x) & 31i) * 2i)) * 1.562500e-02f)));
  let s = sin(f32(position[i]) / pow(${base}, (f32(((i32(t.x) & 31i) * 2i)) * 1.562500e-02f)));
  let other = pow(x, 2.0f);
}`;
const ATTENTION = 'fn batch_decode_paged_kv_kernel() { let f = pow(1.000000e+06f, 2.0f); }';

describe('the rotary base of a compiled library', () => {
  it('is rewritten where it is the stock one and the model needs another, and nothing else is', () => {
    const repair = new RopeRepair(10_000);
    expect(repair.rewrite(rotary('1.000000e+06f'))).toBe(rotary('1.000000e+4f'));
    expect(repair.finding).toEqual({ needed: 10_000, found: [1_000_000], state: 'repaired' });
  });

  it.each(['1000000.0f', '1e6f', '1.000000e+06f', ' 1000000.'])('is found however it is spelled: %s', (base) => {
    const repair = new RopeRepair(10_000);
    const rewritten = repair.rewrite(rotary(base));
    const bases = [...rewritten.matchAll(/pow\(\s*([\d.e+]+)/g)].map(([, literal]) => Number(literal));
    expect(bases).toEqual([10_000, 10_000]);
    expect(repair.finding.state).toBe('repaired');
  });

  it.each([1_000_000, 10_000])('stays when the library has the base that is needed: %d', (needed) => {
    const repair = new RopeRepair(needed);
    const code = rotary(`${needed.toExponential(6)}f`);
    expect(Number(/pow\(([\d.e+]+)f/.exec(repair.rewrite(code))?.[1])).toBe(needed);
    expect(repair.finding).toEqual({ needed, found: [needed], state: 'right' });
  });

  it('is unknown when it is another, when there are several, or when there is none', () => {
    const other = new RopeRepair(10_000);
    const code = rotary('5.000000e+05f');
    expect(other.rewrite(code)).toBe(code);
    expect(other.finding).toEqual({ needed: 10_000, found: [500_000], state: 'unknown' });
    other.rewrite(rotary('1.000000e+06f'));
    expect(other.finding.state).toBe('unknown');
    const none = new RopeRepair(10_000);
    none.rewrite(rotary('podArgs.rope_theta'));
    expect(none.finding).toEqual({ needed: 10_000, found: [], state: 'unknown' });
  });

  it('is looked for in the rotary kernel alone', () => {
    const repair = new RopeRepair(10_000);
    expect(repair.rewrite(ATTENTION)).toBe(ATTENTION);
    expect(repair.finding.found).toEqual([]);
  });
});

describe('the way to the shaders', () => {
  class FakeDevice {
    createShaderModule({ code, label }: { code: string; label?: string }): string {
      return `${label}: ${code}`;
    }
  }
  afterEach(() => vi.unstubAllGlobals());

  it('is open during the work alone, and tells of the devices', async () => {
    vi.stubGlobal('GPUDevice', FakeDevice);
    const device = new FakeDevice();
    const devices: unknown[] = [];
    const compiled = await withShaders(
      (code) => code.toUpperCase(),
      (seen) => devices.push(seen),
      async () => device.createShaderModule({ code: 'fn main', label: 'a' }),
    );
    expect(compiled).toBe('a: FN MAIN');
    expect(devices).toEqual([device]);
    expect(device.createShaderModule({ code: 'fn main', label: 'b' })).toBe('b: fn main');
  });

  it('closes when the work fails', async () => {
    vi.stubGlobal('GPUDevice', FakeDevice);
    const failing = withShaders(
      () => '',
      () => undefined,
      () => Promise.reject(new Error('no')),
    );
    await expect(failing).rejects.toThrow('no');
    expect(new FakeDevice().createShaderModule({ code: 'x', label: 'c' })).toBe('c: x');
  });
});
