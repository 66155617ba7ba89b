import type { ModelLearnDefaults } from '../../learn/defaults';
import type { LearnSettings } from '../../learn/settings';
import type { LearnedGroup, StepReport } from '../../learn/types';
import { formatCount, formatDuration, formatFixed, plural } from '../../i18n/format';
import { m } from '../../paraglide/messages.js';
import { currentPoint, type LearnHistory } from './learn-history';
import type { LearnPhase, ShownPhase, ShownStep } from './learn-phases';
import type { ProblemFault } from './learn-problems';
import { percent } from '../result/measured-text';

type LabelRule = LearnSettings['labels'];
type Warning = StepReport['warnings'][number];

const RULES: Record<LabelRule, { readonly name: () => string; readonly hint: () => string }> = {
  sasc: { name: m.learn_labels_sasc, hint: m.learn_labels_sasc_hint },
  majority: { name: m.learn_labels_majority, hint: m.learn_labels_majority_hint },
  random: { name: m.learn_labels_random, hint: m.learn_labels_random_hint },
  'random-reward': { name: m.learn_labels_coin, hint: m.learn_labels_coin_hint },
};

export const labelRuleName = (rule: LabelRule): string => RULES[rule].name();
export const labelRuleHint = (rule: LabelRule): string => RULES[rule].hint();

const PHASES: Record<LearnPhase, { readonly name: () => string; readonly sentence: () => string }> = {
  before: { name: m.learn_phase_before, sentence: m.learn_phase_before_now },
  sample: { name: m.learn_phase_sample, sentence: m.learn_phase_sample_now },
  vote: { name: m.learn_phase_vote, sentence: m.learn_phase_vote_now },
  reference: { name: m.learn_phase_reference, sentence: m.learn_phase_reference_now },
  gradient: { name: m.learn_phase_gradient, sentence: m.learn_phase_gradient_now },
  optimiser: { name: m.learn_phase_optimiser, sentence: m.learn_phase_optimiser_now },
  after: { name: m.learn_phase_after, sentence: m.learn_phase_after_now },
};

export const learnPhaseName = (phase: LearnPhase): string => PHASES[phase].name();

/** What is being done, and how long it will take as far as that is known; ⟦ ⟧ marks bold. */
export function learnPhaseSentence(step: ShownStep): string {
  const now = step.phases.find(({ state }) => state === 'now');
  if (now === undefined) return m.learn_starting();
  const sentence = PHASES[now.phase].sentence();
  const { stepRemainingMs, allRemainingMs } = step;
  if (stepRemainingMs === null) return sentence;
  const times = { sentence, time: formatDuration(stepRemainingMs), all: formatDuration(allRemainingMs ?? 0) };
  const isLast = allRemainingMs === null || allRemainingMs - stepRemainingMs < 1000;
  return isLast ? m.learn_left_step(times) : m.learn_left_all(times);
}

/** The line under a phase's name: the time it took, how far it is, or how long it took last time. */
export function phaseNote({ state, progress, tookMs, expectedMs }: ShownPhase): string {
  if (state === 'done' && tookMs !== null) return seconds(tookMs);
  if (state === 'now' && progress !== null && progress.total > 1) {
    const counts = { done: formatCount(progress.done), total: formatCount(progress.total) };
    if (progress.phase === 'sample') return m.learn_note_paths(counts);
    return progress.unit === 'problems' ? m.learn_note_problems(counts) : m.learn_note_layers(counts);
  }
  return expectedMs === null ? '' : m.learn_note_about({ time: seconds(expectedMs) });
}

/** "0.4 s" where whole seconds would say too little. */
function seconds(ms: number): string {
  return ms < 10_000 ? m.time_seconds({ seconds: formatFixed(ms / 1000, 1) }) : formatDuration(ms);
}

/** What a warning means and what to do about it. */
export function warningText({ code, value, bound }: Warning): string {
  const figures = { value: formatFixed(value, 3), bound: formatFixed(bound, 3) };
  switch (code) {
    case 'entropy-collapse':
      return m.learn_warning_entropy(figures);
    case 'diversity-collapse':
      return m.learn_warning_diversity(figures);
    case 'kl-high':
      return m.learn_warning_kl(figures);
    case 'step-skipped':
      return m.learn_warning_skipped();
  }
}

/** Why a model learns with its defaults. */
export function defaultReason(model: string, labelsRight: ModelLearnDefaults['labelsRight']): string {
  if (labelsRight === null) return m.learn_default_published();
  const figures = { majority: percent(labelsRight.majority), sasc: percent(labelsRight.sasc) };
  return m.learn_default_measured({ model, ...figures });
}

/** Why a problem set cannot be read. */
export function faultText({ line, reason }: ProblemFault): string {
  const place = { line: formatCount(line ?? 0) };
  switch (reason) {
    case 'not-json':
      return m.learn_fault_json(place);
    case 'no-problem':
      return m.learn_fault_no_problem(place);
    case 'same-id':
      return m.learn_fault_same_id(place);
    case 'too-many':
      return m.learn_fault_too_many();
  }
}

/** Who elected the label, with the figures. */
export function electionText(group: LearnedGroup, rule: LabelRule): string {
  const answered = group.paths.filter(({ answer }) => answer !== null).length;
  const pool = formatCount(answered);
  const count = formatCount(Math.round(group.majorityRatio * answered));
  if (rule === 'random-reward') return m.learn_elected_coin();
  if (group.label === null) return m.learn_elected_nobody();
  if (rule === 'random') return m.learn_elected_random({ pool });
  if (rule === 'majority') return m.learn_elected_majority({ count, pool });
  const same = group.label === group.majority;
  return same ? m.learn_elected_sasc_same({ count, pool }) : m.learn_elected_sasc_other({ count, pool });
}

/** What came of one problem's paths, over their table; ⟦ ⟧ marks bold. */
export function groupCaption(group: LearnedGroup, advantage: LearnSettings['advantage'], rule: LabelRule): string {
  const rewards = group.paths.flatMap(({ reward }) => (reward === null ? [] : [reward]));
  const total = formatCount(rewards.length);
  if (group.skipped === 'no-label') return m.learn_rewards_no_label();
  const agree = rewards.filter((reward) => reward === 1).length;
  if (group.skipped === 'unanimous') {
    return agree > 0 ? m.learn_rewards_unanimous({ total }) : m.learn_rewards_unanimous_none({ total });
  }
  const mean = agree / rewards.length;
  const squares = rewards.reduce((sum, reward) => sum + (reward - mean) ** 2, 0);
  const freedom = advantage === 'bessel' ? rewards.length - 1 : rewards.length;
  const figures = {
    agree: formatCount(agree),
    total,
    mean: formatFixed(mean, 2),
    sd: formatFixed(Math.sqrt(squares / freedom), 2),
  };
  if (rule === 'random-reward') return m.learn_rewards_coin(figures);
  return advantage === 'centred' ? m.learn_rewards_centred(figures) : m.learn_rewards_scaled(figures);
}

/** What the present adapter is, in a word or two. */
export function adapterName(history: LearnHistory): string {
  const { step } = currentPoint(history);
  return step === 0 ? m.learn_adapter_imported() : m.learn_adapter_steps({ steps: stepsText(step) });
}

/** "3 steps" */
export function stepsText(count: number): string {
  return plural(count, { one: m.learn_steps_one(), other: m.learn_steps_other({ count: formatCount(count) }) });
}

/** "5e−4", as learning rates are written; small whole and decimal numbers as they are. */
export function powerText(value: number): string {
  if (value === 0 || value >= 0.001) return formatFixed(value, value === 0 ? 0 : decimalsOf(value));
  return value.toExponential().replace('-', '\u2212');
}

function decimalsOf(value: number): number {
  return Math.max(0, -Math.floor(Math.log10(value) + 1e-9));
}
