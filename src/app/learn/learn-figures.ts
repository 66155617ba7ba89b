import { formatCount, formatDuration, formatFixed, formatPower, formatSmall } from '../../i18n/format';
import { m } from '../../paraglide/messages.js';
import { percent } from '../result/text';

/** One figure of a step: in plain words, and under the name that TRL or TTRL logs it by. */
export interface StepFigure {
  readonly name: string;
  readonly words: string;
  readonly value: string;
}

type Format = (value: number) => string;

const share: Format = (value) => percent(value);
const nats: Format = (value) => m.learn_nats({ value: formatSmall(value) });
const decimal: Format = (value) => formatFixed(value, 3);
const whole: Format = (value) => formatCount(Math.round(value));

const FIGURES: readonly (readonly [name: string, words: () => string, format: Format])[] = [
  ['reward', m.learn_figure_reward, share],
  ['majority_ratio', m.learn_figure_majority_ratio, share],
  ['label_accuracy', m.learn_figure_label_accuracy, share],
  ['reward_accuracy', m.learn_figure_reward_accuracy, share],
  ['ground_truth_ratio', m.learn_figure_ground_truth, share],
  ['frac_reward_zero_std', m.learn_figure_zero_std, share],
  ['answer_diversity', m.learn_figure_diversity, decimal],
  ['loss', m.learn_figure_loss, formatSmall],
  ['grad_norm', m.learn_figure_grad_norm, decimal],
  ['kl', m.learn_figure_kl, nats],
  ['learning_rate', m.learn_figure_learning_rate, formatPower],
  ['clip_ratio/region_mean', m.learn_figure_clip, share],
  ['entropy', m.learn_figure_entropy, nats],
  ['entropy_top_k', m.learn_figure_entropy_top_k, nats],
  ['sampling/sampling_logp_difference/max', m.learn_figure_logp_difference, formatSmall],
  ['completions/mean_length', m.learn_figure_length, (value) => formatFixed(value, 1)],
  ['completions/clipped_ratio', m.learn_figure_truncated, share],
  ['num_tokens', m.learn_figure_tokens, whole],
  ['step_time', m.learn_figure_time, (value) => formatDuration(1000 * value)],
];

/** What there is of a step's figures, in a fixed order. */
export function stepFigures(metrics: Readonly<Record<string, number>>): StepFigure[] {
  return FIGURES.flatMap(([name, words, format]) => {
    const value = metrics[name];
    return value === undefined ? [] : [{ name, words: words(), value: format(value) }];
  });
}
