import type { MeasuredRules } from '../method/auto-rule';
import type { LearnBaseline } from '../method/grpo/warnings';
import { seedOf } from '../method/random';
import type { RunSettings } from '../run/settings';
import type { RunTrace } from '../run/trace';
import { checkedPrompt } from '../policy/checks';
import { toEngineError } from '../policy/errors';
import type { TokenPolicy, Trainer } from '../policy/training';
import { EngineError } from '../policy/types';
import { evaluate } from './evaluate';
import { labelAnswer, type TrainingGroup, trainingGroupOf, weighed } from './label';
import { type LabelHistory, withLabel } from './label-history';
import { pathLimit, samplePaths, type Sampled } from './policy';
import { describeGroups, describeStep } from './report';
import { problemsOfStep } from './seeds';
import { checkLearnSettings, type LearnSettings } from './settings';
import { type TrainedStep, trainOn } from './train';
import type { EvalReport, LearnCheckpoint, LearnProblem, LearnProgress, StepReport } from './types';

type OnProgress = (progress: LearnProgress) => void;

/** A problem as sampling, labels and rewards see it: without its gold answer. */
interface BlindProblem {
  readonly id: string;
  readonly problem: string;
}

/**
 * Test-time reinforcement learning (docs/METHOD.md#grpo): each step samples paths of a few problems, votes, and moves the
 * adapter towards the paths that agree with the vote. One call at a time. Every call rejects with EngineError, after which policy
 * and step count are those of the last finished step.
 */
export class Learner {
  #stepsDone = 0;
  #tokensSeen = 0;
  #baseline: LearnBaseline | null = null;
  #labelHistory: LabelHistory = {};

  /**
   * @param policy samples with the adapter that `trainer` trains
   * @param problems to learn from, ids distinct; their gold answers only reach the figures
   * @param measured rules of the model, for labels by `auto`; null: nothing is measured
   * Throws EngineError 'bad-settings', and for a problem that cannot be solved as `checkedPrompt` does.
   */
  constructor(
    private readonly policy: TokenPolicy,
    private readonly trainer: Trainer,
    private readonly problems: readonly LearnProblem[],
    readonly settings: LearnSettings,
    private readonly measured: MeasuredRules | null = null,
  ) {
    checkLearnSettings(settings);
    if (problems.length === 0) throw new EngineError('bad-settings', 'There is no problem to learn from.');
    const ids = new Set(problems.map(({ id }) => id));
    if (ids.size < problems.length) throw new EngineError('bad-settings', 'Two problems have the same id.');
    // A problem that cannot be read is found now, not after an hour of steps.
    for (const { problem } of problems) checkedPrompt(policy.files, problem);
  }

  get stepsDone(): number {
    return this.#stepsDone;
  }

  /** Takes the next step, the plan's or one beyond it. The same seed takes the same steps, resumed or not. */
  async step(onProgress: OnProgress, signal: AbortSignal): Promise<StepReport> {
    const start = performance.now();
    const step = this.#stepsDone + 1;
    const { seed, problemsPerStep } = this.settings;
    const problems = problemsOfStep(this.problems, problemsPerStep, seed, step);
    try {
      const { groups, labelHistory } = await this.#trainingGroups(problems, step, onProgress, signal);
      const total = problems.length;
      onProgress({ phase: 'vote', done: total, total, unit: 'problems', groups: describeGroups(problems, groups) });
      const trained = await this.#train(groups, step, onProgress, signal);
      const tokensSeen = this.#tokensSeen + tokensOf(groups);
      const elapsedMs = performance.now() - start;
      const taken = {
        step,
        problems,
        trainingGroups: groups,
        trained,
        tokensSeen,
        elapsedMs,
        baseline: this.#baseline,
      };
      const { report, baseline } = describeStep(taken);
      this.#stepsDone = step;
      this.#labelHistory = labelHistory;
      this.#tokensSeen = tokensSeen;
      this.#baseline = baseline;
      return report;
    } catch (error) {
      throw toEngineError(error, signal);
    }
  }

  /** Answers a set with the policy as it is, `paths` times each at the training temperature. See `evaluate`. */
  async evaluate(
    problems: readonly LearnProblem[],
    paths: number,
    onProgress: OnProgress,
    signal: AbortSignal,
  ): Promise<EvalReport> {
    try {
      return await evaluate(this.policy, problems, this.#runSettings(paths), this.#stepsDone, onProgress, signal);
    } catch (error) {
      throw toEngineError(error, signal);
    }
  }

  /** Everything that `restore` needs to go on, or back: keep one before a step to undo it. */
  async checkpoint(): Promise<LearnCheckpoint> {
    const { weights, firstMoments, secondMoments, updates } = await this.trainer.state();
    return {
      version: 1,
      modelId: this.policy.info.modelId,
      settings: this.settings,
      stepsDone: this.#stepsDone,
      adapter: weights,
      firstMoments,
      secondMoments,
      updates,
      tokensSeen: this.#tokensSeen,
      baseline: this.#baseline,
      labelHistory: this.#labelHistory,
    };
  }

  /** Back or on to a checkpoint of the same model and adapter shapes; its settings are not taken over. */
  restore(checkpoint: LearnCheckpoint): void {
    const { adapter: weights, firstMoments, secondMoments, updates, modelId } = checkpoint;
    if (modelId !== this.policy.info.modelId) {
      const message = `This checkpoint is of the model ${modelId}, not of ${this.policy.info.modelId}.`;
      throw new EngineError('bad-settings', message);
    }
    this.trainer.restore({ weights, firstMoments, secondMoments, updates });
    this.#stepsDone = checkpoint.stepsDone;
    this.#tokensSeen = checkpoint.tokensSeen;
    this.#baseline = checkpoint.baseline;
    this.#labelHistory = checkpoint.labelHistory;
  }

  #runSettings(paths: number): RunSettings {
    const { seed, temperature, maxTokens, entropyK } = this.settings;
    return { paths, seed, temperature, topP: 1, maxTokens, entropyK };
  }

  async #trainingGroups(
    problems: readonly BlindProblem[],
    step: number,
    onProgress: OnProgress,
    signal: AbortSignal,
  ): Promise<{ readonly groups: TrainingGroup[]; readonly labelHistory: LabelHistory }> {
    const seeds = problems.map(({ id }) => seedOf(this.settings.seed, step, id));
    const sampled = await this.#sample(problems, seeds, onProgress, signal);
    let labelHistory = this.#labelHistory;
    const groups = sampled.map((one, i) => {
      onProgress({ phase: 'vote', done: i, total: sampled.length, unit: 'problems' });
      const group = trainingGroupOf(one, this.settings, seeds[i] ?? 0, this.measured);
      const id = problems[i]?.id ?? '';
      labelHistory = withLabel(labelHistory, id, labelAnswer(group));
      return weighed(group, labelHistory[id], this.settings);
    });
    return { groups, labelHistory };
  }

  /** Progress counts paths: a problem's paths end at about the same time, each problem's one after the other. */
  async #sample(
    problems: readonly BlindProblem[],
    seeds: readonly number[],
    onProgress: OnProgress,
    signal: AbortSignal,
  ): Promise<Sampled[]> {
    const { votes } = this.settings;
    const total = problems.length * votes;
    const sampled: Sampled[] = [];
    for (const [i, { problem }] of problems.entries()) {
      const report = (trace: RunTrace): void => {
        const ended = trace.paths.filter(({ finish }) => finish !== null).length;
        onProgress({ phase: 'sample', done: i * votes + ended, total, unit: 'items' });
      };
      const settings = { ...this.#runSettings(votes), seed: seeds[i] ?? 0 };
      sampled.push(await samplePaths(this.policy, problem, settings, report, signal));
    }
    return sampled;
  }

  #train(
    groups: readonly TrainingGroup[],
    step: number,
    onProgress: OnProgress,
    signal: AbortSignal,
  ): Promise<TrainedStep> {
    const maxLength = pathLimit(this.policy, this.settings.maxTokens);
    return trainOn(
      this.trainer,
      groups,
      this.settings,
      step,
      maxLength,
      (progress) => onProgress({ ...progress, unit: progress.phase === 'optimiser' ? 'items' : 'layers' }),
      signal,
    );
  }
}

function tokensOf(groups: readonly TrainingGroup[]): number {
  return groups.reduce(
    (sum, { promptIds, trace }) =>
      sum + trace.paths.reduce((tokens, { length }) => tokens + length, promptIds.length * trace.paths.length),
    0,
  );
}
