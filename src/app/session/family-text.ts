import { formatList } from '../../i18n/format';
import { m } from '../../paraglide/messages.js';
import type { ProblemFamily } from '../result/model-facts';

/** Kinds of problem of the embedded model; another model's own titles are shown as they are. */
const NAMES: Readonly<Record<string, () => string>> = {
  linear: m.family_linear,
  order: m.family_order,
  gcd: m.family_gcd,
  percent: m.family_percent,
  arithmetic: m.family_arithmetic,
  geometric: m.family_geometric,
  fraction: m.family_fraction,
  power: m.family_power,
  rectangle: m.family_rectangle,
  mean: m.family_mean,
  shopping: m.family_shopping,
};

export function familyName({ id, title }: ProblemFamily): string {
  return NAMES[id]?.() ?? title;
}

/** "linear equations, order of operations, …" within a sentence. */
export function familyList(families: readonly ProblemFamily[]): string {
  return formatList(families.map((family) => familyName(family).toLowerCase()));
}
