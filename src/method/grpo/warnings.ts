/** What the first step looked like. */
export interface LearnBaseline {
  /** Mean top-K entropy of the sampled tokens, in nats. */
  readonly entropy: number;
  /** Mean over problems of distinct answers / paths with an answer. */
  readonly diversity: number;
}

export interface LearnWarning {
  readonly code: 'entropy-collapse' | 'diversity-collapse' | 'kl-high' | 'rate-high' | 'step-skipped';
  readonly value: number;
  readonly bound: number;
}

export interface WatchedStep extends LearnBaseline {
  readonly majorityRatio: number;
  /** Mean k3 KL against the reference, in nats; null: not measured. */
  readonly kl: number | null;
  /** null: there was no update to take. */
  readonly gradNorm: number | null;
  /** AdamW's, at this step. */
  readonly learningRate: number;
}

/** Below this fraction of the first step's entropy or diversity, with the paths nearly agreed, variety is being lost. */
const COLLAPSED_PART = 0.5;
const NEARLY_AGREED = 0.9;
/** Mean k3 KL a token, in nats, beyond which the policy has moved far from the model it started from. */
const HIGH_KL = 0.2;
/** AdamW moves every number of the adapter by about the learning rate; LoRA's factors are about 0.01 to 0.1. */
const HIGH_RATE = 0.01;

/**
 * Early signs that the policy collapses onto its own votes: the paths nearly agree (majority ratio ≥ 0.9) while entropy
 * or answer diversity has halved, the KL is above 0.2 nats, the learning rate above 0.01, or a step was not finite. They also show when a model has
 * simply learned its problems; only held-out problems tell these apart.
 */
export function warningsOf(step: WatchedStep, baseline: LearnBaseline): LearnWarning[] {
  const warnings: LearnWarning[] = [];
  const isAgreed = step.majorityRatio >= NEARLY_AGREED;
  const entropyBound = COLLAPSED_PART * baseline.entropy;
  const diversityBound = COLLAPSED_PART * baseline.diversity;
  if (isAgreed && step.entropy < entropyBound) {
    warnings.push({ code: 'entropy-collapse', value: step.entropy, bound: entropyBound });
  }
  if (isAgreed && step.diversity < diversityBound) {
    warnings.push({ code: 'diversity-collapse', value: step.diversity, bound: diversityBound });
  }
  if (step.kl !== null && step.kl > HIGH_KL) warnings.push({ code: 'kl-high', value: step.kl, bound: HIGH_KL });
  if (step.learningRate > HIGH_RATE && Number.isFinite(step.gradNorm)) {
    warnings.push({ code: 'rate-high', value: step.learningRate, bound: HIGH_RATE });
  }
  if (step.gradNorm !== null && !Number.isFinite(step.gradNorm)) {
    warnings.push({ code: 'step-skipped', value: step.gradNorm, bound: Number.MAX_VALUE });
  }
  return warnings;
}
