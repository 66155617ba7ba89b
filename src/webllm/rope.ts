import type { RopeFinding } from '../policy/types';

/**
 * The base of the rotary embedding that a compiled library has inside. MLC's stock Qwen2 libraries are made for base 1e6,
 * written into the text of their rotary kernel; Qwen2.5-Math needs 10,000, and no setting of WebLLM changes it.
 */

/** The base of the stock Qwen2 libraries. */
const STOCK_BASE = 1_000_000;

/** The kernel that turns queries and keys; the attention kernels' own rotation is switched off in these libraries. */
const ROTARY_KERNEL = /\bfn\s+fused_rope\w*/;

/** A power of a constant, as the compiler writes an angle's frequency. */
const POWER = /\bpow\(\s*(\d+(?:\.\d*)?(?:e[+-]?\d+)?)f?\s*,/g;

/** Rewrites the library's shaders for the base that the model needs, and notes which bases it found. */
export class RopeRepair {
  readonly #found = new Set<number>();

  constructor(readonly needed: number) {}

  /** The shader to compile instead of `code`: the same but for the base. */
  rewrite(code: string): string {
    if (!ROTARY_KERNEL.test(code)) return code;
    return code.replace(POWER, (power, base: string) => {
      this.#found.add(Number(base));
      return Number(base) === STOCK_BASE ? power.replace(base, this.needed.toExponential(6)) : power;
    });
  }

  get finding(): RopeFinding {
    const found = [...this.#found];
    const known = found.length > 0 && found.every((base) => base === this.needed || base === STOCK_BASE);
    const state = !known ? 'unknown' : found.every((base) => base === this.needed) ? 'right' : 'repaired';
    return { needed: this.needed, found, state };
  }
}

/** Runs `work` with every shader that any device compiles passed through `rewrite`; `onDevice` is called with their devices. */
export async function withShaders<T>(
  rewrite: (code: string) => string,
  onDevice: (device: GPUDevice) => void,
  work: () => Promise<T>,
): Promise<T> {
  const prototype = GPUDevice.prototype;
  const original = Object.getOwnPropertyDescriptor(prototype, 'createShaderModule');
  if (original === undefined) throw new TypeError('GPUDevice.prototype has no createShaderModule.');
  const create = original.value as GPUDevice['createShaderModule'];
  prototype.createShaderModule = function (this: GPUDevice, descriptor) {
    onDevice(this);
    return create.call(this, { ...descriptor, code: rewrite(descriptor.code) });
  };
  try {
    return await work();
  } finally {
    Object.defineProperty(prototype, 'createShaderModule', original);
  }
}
