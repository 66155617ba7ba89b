/** What ops that read int4 weights share: the unpacking code, and the format of the scales as its override. */
export { default as q4Source } from '../../../shaders/q4.wgsl?raw';

const SCALE_FORMATS = { float16: 0, bfloat16: 1, float32: 2 } as const;

/** Number type of a model's scales. */
export type ScaleDtype = keyof typeof SCALE_FORMATS;

/** Value of q4.wgsl's override SCALE_FORMAT. */
export function scaleFormat(dtype: ScaleDtype): number {
  return SCALE_FORMATS[dtype];
}
