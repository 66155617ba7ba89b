import { areEquivalent } from '../answers/equivalence';

/** How often a problem was labelled, and how often its label changed from one time to the next. */
export interface LabelRecord {
  readonly visits: number;
  readonly flips: number;
  /** The latest label. */
  readonly label: string;
}

/** By the problem's id. Needs no known answer. */
export type LabelHistory = Readonly<Record<string, LabelRecord>>;

/** With a new label; null, no label, changes nothing. */
export function withLabel(history: LabelHistory, id: string, label: string | null): LabelHistory {
  if (label === null) return history;
  const known = Object.hasOwn(history, id) ? history[id] : undefined;
  const flipped = known !== undefined && !areEquivalent(known.label, label);
  const record = { visits: (known?.visits ?? 0) + 1, flips: (known?.flips ?? 0) + Number(flipped), label };
  return { ...history, [id]: record };
}

/**
 * 1 − ½ · flip rate, 0.5 … 1; the flip rate is the share of a problem's labels that differ from the one before. A label that
 * keeps changing is less to be trusted. After TTRL-Guard (Lin et al. 2026, arXiv 2605.19444), which counts flips of the
 * majority too.
 */
export function labelTrust(record: LabelRecord | undefined): number {
  if (record === undefined || record.visits < 2) return 1;
  return 1 - (0.5 * record.flips) / (record.visits - 1);
}
