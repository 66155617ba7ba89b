import { m } from '../../paraglide/messages.js';
import type { ProblemFamily } from '../result/model-facts';

// Apart from the families' names: only the list of examples, which is fetched when it is opened, shows them.

const GLOSSES: Readonly<Record<string, () => string>> = {
  linear: m.gloss_linear,
  order: m.gloss_order,
  gcd: m.gloss_gcd,
  percent: m.gloss_percent,
  arithmetic: m.gloss_arithmetic,
  geometric: m.gloss_geometric,
  fraction: m.gloss_fraction,
  power: m.gloss_power,
  rectangle: m.gloss_rectangle,
  mean: m.gloss_mean,
  shopping: m.gloss_shopping,
};

/** An example of the embedded model in the reader's language; '': it is in it, or nobody has translated it. */
export function glossOf({ id }: ProblemFamily): string {
  return GLOSSES[id]?.() ?? '';
}
