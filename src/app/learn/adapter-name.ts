import { formatCount, plural } from '../../i18n/format';
import { m } from '../../paraglide/messages.js';
import { currentPoint, type LearnHistory } from './learn-history';

/** What the present adapter is, in a word or two. Apart from the other sentences, since the bar shows it from the start. */
export function adapterName(history: LearnHistory): string {
  const { step } = currentPoint(history);
  return step === 0 ? m.learn_adapter_imported() : m.learn_adapter_steps({ steps: stepsText(step) });
}

/** "3 steps" */
export function stepsText(count: number): string {
  return plural(count, { one: m.learn_steps_one(), other: m.learn_steps_other({ count: formatCount(count) }) });
}
