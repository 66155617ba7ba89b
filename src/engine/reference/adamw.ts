import type { AdamWOptions } from '../../policy/training';

export interface AdamWState {
  readonly values: Float64Array;
  readonly firstMoments: Float64Array;
  readonly secondMoments: Float64Array;
}

/**
 * Reference of sum_squares.wgsl, gradient_norm.wgsl and adamw.wgsl: step number `update` (1-based) with clipping by the
 * norm of all gradients and decoupled weight decay, as torch.nn.utils.clip_grad_norm_ and torch.optim.AdamW do it.
 */
export function adamwStep(
  state: AdamWState,
  gradients: Float64Array,
  update: number,
  options: AdamWOptions,
): AdamWState {
  const { learningRate, beta1, beta2, eps, weightDecay, maxGradNorm } = options;
  const norm = Math.hypot(...gradients);
  const factor = Math.min(1, maxGradNorm / (norm + 1e-6));
  const clipped = gradients.map((gradient) => factor * gradient);
  const at = (values: Float64Array, i: number): number => values[i] ?? NaN;
  const firstMoments = clipped.map((gradient, i) => beta1 * at(state.firstMoments, i) + (1 - beta1) * gradient);
  const secondMoments = clipped.map((gradient, i) => beta2 * at(state.secondMoments, i) + (1 - beta2) * gradient ** 2);
  const values = state.values.map((value, i) => {
    const first = at(firstMoments, i) / (1 - beta1 ** update);
    const second = at(secondMoments, i) / (1 - beta2 ** update);
    return value * (1 - learningRate * weightDecay) - (learningRate * first) / (Math.sqrt(second) + eps);
  });
  return { values, firstMoments, secondMoments };
}
