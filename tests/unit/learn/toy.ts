import type {
  AdamWOptions,
  PathFigures,
  TokenPolicy,
  TrainGroup,
  Trainer,
  TrainerState,
} from '../../../src/policy/training';
import { dirSource } from '../../../src/cli/dir-source';
import { mulberry32, seedOf } from '../../../src/method/random';
import { loadModelFiles } from '../../../src/model/load';
import { type LoraTensor, type LoraWeights, LORA_TARGETS } from '../../../src/model/lora';
import { FLAG_STOPPED, type StepBatch, type TokenPiece } from '../../../src/run/step-batch';
import { stepBatch } from '../../fixtures/step-batch';

/** Answers 0 … 3, and one path that never answers; then the end of the text. */
const ANSWER_COUNT = 5;
const STOP = ANSWER_COUNT;
const PIECES: readonly TokenPiece[] = Array.from({ length: ANSWER_COUNT + 1 }, (_, id) => ({
  id,
  bytes: new TextEncoder().encode(id < ANSWER_COUNT - 1 ? `\\boxed{${id}}` : '…'),
  special: id === STOP,
}));

const files = await loadModelFiles(dirSource('public/models/tiny-math'));

/**
 * A policy of five numbers in place of a model: each path is one of five answers, drawn from softmax(θ + what the prompt
 * favours), and the stop token. Sampler and trainer share θ, as engine and trainer share an adapter.
 */
export class ToyPolicy implements TokenPolicy, Trainer {
  readonly info = { modelId: 'toy', contextTokens: 256 };
  readonly files = files;
  /** What `accumulate` was called with. */
  readonly accumulated: TrainGroup[] = [];
  /** Runs before each piece of work. */
  onWork: (work: 'sample' | 'figures' | 'accumulate') => void = () => undefined;
  gradNorm: number | null = null;
  /** Answers other than the fifth only. */
  answersAlways = false;
  theta = new Float32Array(ANSWER_COUNT);
  first = new Float32Array(ANSWER_COUNT);
  second = new Float32Array(ANSWER_COUNT);
  updates = 0;
  gradient = new Float64Array(ANSWER_COUNT);

  sampleIds: TokenPolicy['sampleIds'] = async (promptIds, settings, listener, signal) => {
    this.onWork('sample');
    signal.throwIfAborted();
    const probabilities = this.probabilities(promptIds, true);
    const steps = Array.from({ length: settings.paths }, (_, path) => {
      const random = mulberry32(seedOf(settings.seed, path));
      let left = random();
      const answer = probabilities.findIndex((p) => (left -= p) < 0);
      return { path, answer: answer < 0 ? 0 : answer, entropy: random() };
    });
    const promptTokens = promptIds.length;
    listener.onStart({ promptTokens, capacity: this.info.contextTokens - promptTokens });
    listener.onStep(batchOf(steps, probabilities));
    const tokens = 2 * settings.paths;
    return { promptTokens, prefillMs: 1, decodeMs: 1, tokens, tokensPerSecond: 1000 * tokens };
  };

  async figures(group: TrainGroup, { adapter }: { readonly adapter: boolean }): Promise<PathFigures[]> {
    this.onWork('figures');
    return this.#figures(group, adapter);
  }

  async accumulate(group: TrainGroup, coefficients: readonly Float32Array[]): Promise<PathFigures[]> {
    this.onWork('accumulate');
    this.accumulated.push(group);
    const probabilities = this.probabilities(group.promptIds, true);
    group.paths.forEach(([answer], i) => {
      const coefficient = coefficients[i]?.[0] ?? NaN;
      probabilities.forEach((p, a) => {
        this.gradient[a] = (this.gradient[a] ?? NaN) + coefficient * (Number(a === answer) - p);
      });
    });
    return this.#figures(group, true);
  }

  async step({ learningRate, beta1 }: AdamWOptions) {
    const gradNorm = this.gradNorm ?? Math.hypot(...this.gradient);
    const skipped = !Number.isFinite(gradNorm);
    if (!skipped) {
      this.first = this.first.map((m, a) => beta1 * m + (this.gradient[a] ?? NaN));
      this.theta = this.theta.map((value, a) => value - learningRate * (this.first[a] ?? NaN));
      this.updates++;
    }
    this.zeroGradients();
    return { gradNorm, skipped };
  }

  zeroGradients(): void {
    this.gradient = new Float64Array(ANSWER_COUNT);
  }

  async gradients(): Promise<LoraWeights> {
    return weightsOf(Float32Array.from(this.gradient));
  }

  async state(): Promise<TrainerState> {
    return {
      weights: weightsOf(this.theta),
      firstMoments: weightsOf(this.first),
      secondMoments: weightsOf(this.second),
      updates: this.updates,
    };
  }

  restore({ weights, firstMoments, secondMoments, updates }: TrainerState): void {
    this.theta = valuesOf(weights);
    this.first = valuesOf(firstMoments);
    this.second = valuesOf(secondMoments);
    this.updates = updates;
  }

  dispose(): void {
    // Nothing is held.
  }

  /** Prompts favour answer 1, each to a degree of its own. */
  probabilities(promptIds: readonly number[], adapter: boolean): number[] {
    const favour = 0.5 + (promptIds.reduce((a, b) => a + b, 0) % 7) / 7;
    const powers = Array.from({ length: ANSWER_COUNT }, (_, a) =>
      Math.exp((adapter ? (this.theta[a] ?? NaN) : 0) + (a === 1 ? favour : 0)),
    );
    if (this.answersAlways) powers[ANSWER_COUNT - 1] = 0;
    const total = powers.reduce((a, b) => a + b, 0);
    return powers.map((power) => power / total);
  }

  #figures({ promptIds, paths }: TrainGroup, adapter: boolean): PathFigures[] {
    const probabilities = this.probabilities(promptIds, adapter);
    const entropy = probabilities.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
    return paths.map(([answer = 0]) => ({
      logprobs: Float32Array.of(Math.log(probabilities[answer] ?? NaN), 0),
      entropies: Float32Array.of(entropy, 0),
    }));
  }
}

interface ToyPath {
  readonly path: number;
  readonly answer: number;
  readonly entropy: number;
}

/** Both tokens of every path in one batch. */
function batchOf(paths: readonly ToyPath[], probabilities: readonly number[]): StepBatch {
  const rows = paths.flatMap(({ path, answer, entropy }) => {
    const figures = { entropy, confidence: 1, meanLogprob: -1, runningMean: entropy, runningVariance: entropy ** 2 };
    return [
      { path, step: 0, tokens: answer, logprob: Math.log(probabilities[answer] ?? NaN), ...figures },
      { path, step: 1, tokens: STOP, ...figures, flags: FLAG_STOPPED },
    ];
  });
  return stepBatch(rows, PIECES);
}

function weightsOf(values: Float32Array): LoraWeights {
  const tensor: LoraTensor = { layer: 0, target: 'q', part: 'A', shape: [1, ANSWER_COUNT], values: values.slice() };
  return { config: { rank: 1, alpha: 1, targets: LORA_TARGETS }, tensors: [tensor] };
}

function valuesOf({ tensors }: LoraWeights): Float32Array<ArrayBuffer> {
  return Float32Array.from(tensors[0]?.values ?? []);
}
