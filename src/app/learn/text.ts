import { groupAnswers } from '../../answers/group';
import { formatCount, formatDuration, formatFixed, formatSmall } from '../../i18n/format';
import type { ModelLearnDefaults } from '../../learn/defaults';
import type { Stopped } from '../../learn/plan';
import type { LearnSettings } from '../../learn/settings';
import type { LearnedGroup, StepReport } from '../../learn/types';
import { RULE_IDS } from '../../method/rules';
import { m } from '../../paraglide/messages.js';
import { percent } from '../result/text';
import { ruleName } from '../result/verdict/text';
import { type Curve, type CurveId, type LineId, curveTop } from './learn-curves';
import { type LearnHistory, type LearnPoint } from './learn-history';
import type { LearnPhase, ShownPhase, ShownStep } from './learn-phases';
import type { ProblemFault } from './learn-problems';

type LabelRule = LearnSettings['labels'];
type Warning = StepReport['warnings'][number];

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
    case 'rate-high':
      return m.learn_warning_rate(figures);
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

export function labelRuleName(rule: string): string {
  switch (rule) {
    case 'auto':
      return m.verdict_auto();
    case 'random':
      return m.learn_setting_labels_random();
    case 'random-reward':
      return m.learn_setting_labels_random_reward();
  }
  const known = RULE_IDS.find((id) => id === rule);
  return known === undefined ? rule : ruleName(known);
}

/** Why learning ended before its plan, and where it is now. */
export function stoppedText({ set, best, last }: Stopped): string {
  const share = (value: number | null): string => formatFixed(100 * (value ?? NaN), 1);
  const figures = {
    last: formatCount(last.step),
    best: formatCount(best.step),
    before: share(best.pass1),
    now: share(last.pass1),
  };
  return set === 'held-out' ? m.learn_stopped_held_out(figures) : m.learn_stopped_train(figures);
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
  if (rule !== 'sasc') return m.learn_elected_rule({ rule: labelRuleName(rule), heads: headsOf(group), pool });
  const same = group.label === group.majority;
  return same ? m.learn_elected_sasc_same({ count, pool }) : m.learn_elected_sasc_other({ count, pool });
}

/** Paths with the label's answer, whatever they were paid. */
function headsOf({ label, paths }: LearnedGroup): string {
  const { groupOfPath } = groupAnswers([label, ...paths.map(({ answer }) => answer)]);
  return formatCount(groupOfPath.slice(1).filter((group) => group !== null && group === groupOfPath[0]).length);
}

/** What came of one problem's paths, over their table; ⟦ ⟧ marks bold. */
export function groupCaption(group: LearnedGroup, advantage: LearnSettings['advantage'], rule: LabelRule): string {
  const rewards = group.paths.flatMap(({ reward }) => (reward === null ? [] : [reward]));
  const total = formatCount(rewards.length);
  if (group.skipped === 'no-label') return m.learn_rewards_no_label();
  if (group.skipped === 'narrow-margin') return m.learn_rewards_margin();
  const agree = rewards.filter((reward) => reward === 1).length;
  if (group.skipped === 'unanimous') {
    return agree > 0 ? m.learn_rewards_unanimous({ total }) : m.learn_rewards_unanimous_none({ total });
  }
  if (rewards.includes(-1)) {
    const [disagree, dropped] = [rewards.length - agree, group.paths.length - rewards.length];
    const counts = { disagree: formatCount(disagree), dropped: formatCount(dropped) };
    return m.learn_rewards_signed({ agree: formatCount(agree), ...counts });
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

export function pointName({ origin }: LearnHistory, { step }: LearnPoint): string {
  if (step > 0) return m.adapter_point_step({ step: formatCount(step) });
  return origin === null ? m.adapter_point_start() : m.adapter_point_imported({ name: origin });
}

/** How the set that is learned from was answered at a point, in a few characters; '' where it was not. */
export function pointFigure({ evaluations }: LearnPoint): string {
  const report = evaluations.findLast(({ set }) => set === 'train')?.report;
  if (report === undefined) return '';
  const [only, ...others] = report.problems;
  if (only === undefined) return '';
  if (others.length > 0)
    return report.pass1 === null ? '' : m.adapter_percent({ value: formatFixed(100 * report.pass1, 1) });
  const paths = formatCount(only.answers.length);
  if (only.right !== null) return m.adapter_right({ count: formatCount(only.right.filter(Boolean).length), paths });
  const { groupOfPath } = groupAnswers(only.answers);
  const sizes = groupOfPath.map((group) => (group === null ? 0 : groupOfPath.filter((one) => one === group).length));
  return m.adapter_agree({ count: formatCount(Math.max(0, ...sizes)), paths });
}

const CURVES: Record<CurveId, { readonly title: () => string; readonly unit: () => string }> = {
  reward: { title: m.curve_reward, unit: m.curve_reward_unit },
  label: { title: m.curve_label, unit: m.curve_label_unit },
  pass1: { title: m.curve_pass1, unit: m.curve_pass1_unit },
  kl: { title: m.curve_kl, unit: m.curve_kl_unit },
  gradient: { title: m.curve_gradient, unit: m.curve_gradient_unit },
  entropy: { title: m.curve_entropy, unit: m.curve_entropy_unit },
  length: { title: m.curve_length, unit: m.curve_length_unit },
};

const LINES: Record<LineId, () => string> = {
  reward: m.curve_line_reward,
  truth: m.curve_line_truth,
  'label-accuracy': m.curve_line_label_accuracy,
  majority: m.curve_line_majority,
  trained: m.curve_line_trained,
  'held-out': m.curve_line_held_out,
  kl: m.curve_line_kl,
  gradient: m.curve_line_gradient,
  entropy: m.curve_line_entropy,
  length: m.curve_line_length,
};

export const curveTitle = (id: CurveId): string => CURVES[id].title();
export const lineName = (id: LineId): string => LINES[id]();

/** What the axis counts; the gradient's says where it is clipped. */
export function curveUnit({ id, bound }: Curve): string {
  if (id === 'gradient' && bound !== null) return m.curve_gradient_clipped({ bound: formatFixed(bound, 1) });
  return CURVES[id].unit();
}

/** As many decimals as tell the axis's ticks apart. */
export function curveFormat(curve: Curve, value: number): string {
  const top = curveTop(curve);
  if (top <= 0.01) return formatSmall(value);
  return formatFixed(value, value === 0 ? 0 : top <= 0.1 ? 3 : top <= 10 ? 2 : 0);
}
