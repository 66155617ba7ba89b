import type { LoraWeights } from '../model/lora';
import type { AdamWOptions, StepOutcome } from '../policy/training';

/** An adapter, its gradients and its moments, tensor by tensor. */
interface AdamWTensors {
  readonly weights: LoraWeights;
  readonly gradients: LoraWeights;
  readonly firstMoments: LoraWeights;
  readonly secondMoments: LoraWeights;
}

/** Update number `update` (1-based) in place, as src/engine/reference/adamw.ts does it; nothing changes at a norm that is not finite. */
export function adamWStep(state: AdamWTensors, update: number, options: AdamWOptions): StepOutcome {
  const { learningRate, beta1, beta2, eps, weightDecay, maxGradNorm } = options;
  let squares = 0;
  for (const { values } of state.gradients.tensors) for (const gradient of values) squares += gradient * gradient;
  const gradNorm = Math.sqrt(squares);
  if (!Number.isFinite(gradNorm)) return { gradNorm, skipped: true };
  const factor = Math.min(1, maxGradNorm / (gradNorm + 1e-6));
  const [first, second] = [1 - beta1 ** update, 1 - beta2 ** update];
  state.weights.tensors.forEach(({ values }, i) => {
    const m = state.firstMoments.tensors[i]?.values ?? values;
    const v = state.secondMoments.tensors[i]?.values ?? values;
    const gradients = state.gradients.tensors[i]?.values ?? values;
    for (let at = 0; at < values.length; at++) {
      const gradient = factor * (gradients[at] ?? NaN);
      const mean = beta1 * (m[at] ?? NaN) + (1 - beta1) * gradient;
      const square = beta2 * (v[at] ?? NaN) + (1 - beta2) * gradient * gradient;
      m[at] = mean;
      v[at] = square;
      const change = (learningRate * (mean / first)) / (Math.sqrt(square / second) + eps);
      values[at] = (values[at] ?? NaN) * (1 - learningRate * weightDecay) - change;
    }
  });
  return { gradNorm, skipped: false };
}
