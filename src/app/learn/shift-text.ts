import { formatCount, formatFixed, formatPoints } from '../../i18n/format';
import { flipLedger, pairedShares } from '../../learn/flips';
import { bootstrapInterval, wilsonInterval } from '../../method/statistics';
import { m } from '../../paraglide/messages.js';
import { answerText } from '../kit/charts/answer-text';
import { type AnswerShift, type Comparison, largestMove } from './answer-shift';

/** Sentences on what moved from before to now. */

/** What has moved most; ⟦ ⟧ marks bold. */
export function shiftCaption(shift: AnswerShift, step: number): string {
  const facts = { paths: formatCount(shift.paths), step: formatCount(step) };
  if (step === 0) return m.shift_caption_start(facts);
  const move = largestMove(shift);
  if (move === null) return m.shift_caption_same(facts);
  const { before, now } = move;
  const moved = { answer: answerText(move.answer ?? ''), before: formatCount(before), now: formatCount(now) };
  return m.shift_caption({ ...facts, ...moved });
}

/** How much a group of this size says: of the known answer where there is one, else of the leading answer. */
export function shiftNote({ rows, paths, right }: AnswerShift): string {
  const count = right?.now ?? Math.max(0, ...rows.flatMap(({ answer, now }) => (answer === null ? [] : [now])));
  const { low, high } = wilsonInterval(count, Math.max(1, paths));
  const facts = {
    count: formatCount(count),
    paths: formatCount(paths),
    share: formatFixed(count / Math.max(1, paths), 2),
    low: formatFixed(low, 2),
    high: formatFixed(high, 2),
  };
  if (right === null) return m.shift_note(facts);
  return m.shift_note_gold({ ...facts, before: formatFixed(right.before / Math.max(1, paths), 2) });
}

export interface SetFigures {
  /** pass@1, 0..1. */
  readonly before: number;
  readonly now: number;
  readonly text: string;
}

/** pass@1 of a set before and now, with the interval of the difference; null: no known answers. */
export function setFigures(comparison: Comparison): SetFigures | null {
  const shares = pairedShares(comparison.before, comparison.now);
  if (shares.length === 0) return null;
  const before = mean(shares.map((one) => one.before));
  const now = mean(shares.map((one) => one.now));
  const { low, high } = bootstrapInterval(shares, (sample) => mean(sample.map((one) => one.now - one.before)));
  const facts = {
    problems: formatCount(shares.length),
    before: formatFixed(100 * before, 1),
    now: formatFixed(100 * now, 1),
    change: formatPoints(now - before),
    low: formatPoints(low),
    high: formatPoints(high),
  };
  const isStart = comparison.before === comparison.now;
  return { before, now, text: isStart ? m.shift_set_start(facts) : m.shift_set_figures(facts) };
}

/** The sentence over a set's figures. */
export function setShiftText(trained: Comparison, heldOut: Comparison | null): string {
  const facts = { problems: formatCount(trained.now.problems.length), step: formatCount(trained.now.step) };
  return heldOut === null ? m.shift_set_caption(facts) : m.shift_set_caption_held_out(facts);
}

/** What became of a set's problems; '' where that is not known. */
export function flipsText({ before, now }: Comparison): string {
  const ledger = before === now ? null : flipLedger(before, now);
  if (ledger === null) return '';
  return m.shift_set_flips({
    learned: formatCount(ledger.learned.length),
    unlearned: formatCount(ledger.unlearned.length),
    right: formatCount(ledger.keptRight.length),
    wrong: formatCount(ledger.keptWrong.length),
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
