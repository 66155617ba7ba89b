import { GROUP_SIZE } from '../config';
import { floatToBfloat, floatToHalf, halfToFloat, roundToEven, roundTo11Bits } from '../floats';
import type { ModelConfig } from '../types';

type Quantization = ModelConfig['quantization'];

/** The largest step from the zero of a 4-bit weight, which is 7; 15 is not used. */
const MAX_STEP = 7;
const WORD = 8;

export interface QuantizedRows {
  /** Eight weights a word, the first one in the lowest bits. */
  readonly words: Uint32Array<ArrayBuffer>;
  /** One a group of 32, as stored: f16 for q4f16_1, bf16 for q4f32_1. */
  readonly scales: Uint16Array<ArrayBuffer>;
}

/**
 * MLC's group quantisation, bit by bit: scale = max|w| / 7 and q = clip(round(w / scale + 7), 0, 14) in the model's number
 * type, every operation rounded to it and ties to even. q4f32_1 rounds its scales to bf16 only when they are stored. A
 * group of zeros gets scale 0 and q = 7.
 * (mlc-llm, quantization/group_quantization.py; ties: apache/tvm pull request 19368, and 10460 for f16 on CUDA)
 * @param values whole groups, finite, already numbers of the model's type
 */
export function quantizeRows(values: Float32Array, quantization: Quantization): QuantizedRows {
  const isHalf = quantization === 'q4f16_1';
  const steps = isHalf ? halfSteps : floatSteps;
  const words = new Uint32Array(values.length / WORD);
  const scales = new Uint16Array(values.length / GROUP_SIZE);
  for (let group = 0; group < scales.length; group++) {
    const first = group * GROUP_SIZE;
    let max = 0;
    for (let i = first; i < first + GROUP_SIZE; i++) max = Math.max(max, Math.abs(values[i] ?? 0));
    const half = floatToHalf(max / MAX_STEP);
    const scale = isHalf ? halfToFloat(half) : Math.fround(max / MAX_STEP);
    scales[group] = isHalf ? half : floatToBfloat(scale);
    for (let i = first; i < first + GROUP_SIZE; i += WORD) {
      let word = 0;
      for (let k = WORD - 1; k >= 0; k--) word = (word << 4) | steps(values[i + k] ?? 0, scale);
      words[i / WORD] = word;
    }
  }
  return { words, scales };
}

/** Quotients too small for f16 vanish in the sum, so its limits need no thought. */
function halfSteps(value: number, scale: number): number {
  return scale === 0 ? unscaledStep(value) : clip(roundTo11Bits(roundTo11Bits(value / scale) + MAX_STEP));
}

function floatSteps(value: number, scale: number): number {
  return scale === 0 ? unscaledStep(value) : clip(Math.fround(Math.fround(value / scale) + MAX_STEP));
}

function clip(step: number): number {
  return Math.min(Math.max(roundToEven(step), 0), 2 * MAX_STEP);
}

/** A scale that has vanished: w / 0 is infinite with w's sign, and 0 / 0 is taken for 0. */
function unscaledStep(value: number): number {
  return MAX_STEP + MAX_STEP * Math.sign(value);
}
