import * as v from 'valibot';
import type { Decision } from '../../run/decision';
import type { RunRecord } from '../../run/saved-run';
import type { KeptState } from '../session/run-keeping';

/** What the history's list says of a run without opening it. */
export interface HistoryEntry {
  readonly id: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** As somebody called it; null: by its problem and its verdict. */
  readonly name: string | null;
  readonly pinned: boolean;
  readonly state: KeptState;
  readonly problem: string;
  readonly model: string;
  readonly adapter: string | null;
  readonly paths: number;
  /** Paths that ended by themselves. */
  readonly finished: number;
  /** null: nobody was elected. */
  readonly verdict: {
    readonly sasc: string;
    readonly share: number;
    readonly majority: string;
    /** By the rule that decided; undefined: the entry is older than such rules, and SASC decided. */
    readonly answer?: string | undefined;
  } | null;
  /** About what it takes in the browser's store. */
  readonly bytes: number;
}

/** What can be changed of a run that is kept. */
export type EntryChange = Partial<Pick<HistoryEntry, 'name' | 'pinned' | 'state'>>;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

export const HistoryEntrySchema: v.GenericSchema<unknown, HistoryEntry> = v.object({
  id: v.string(),
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
  name: v.nullable(v.string()),
  pinned: v.boolean(),
  state: v.picklist(['running', 'done', 'stopped']),
  problem: v.string(),
  model: v.string(),
  adapter: v.nullable(v.string()),
  paths: count,
  finished: count,
  verdict: v.nullable(
    v.object({ sasc: v.string(), share: v.number(), majority: v.string(), answer: v.optional(v.string()) }),
  ),
  bytes: v.number(),
});

/** JSON takes four characters for three bytes of figures, and 19 figures of four bytes a token. */
const BYTES_A_TOKEN = (19 * 4 * 4) / 3;

export function entryOf(
  record: RunRecord,
  { groups, vote }: Decision,
  state: KeptState,
  known: Pick<HistoryEntry, 'name' | 'pinned'> = { name: null, pinned: false },
): HistoryEntry {
  const { id, createdAt, problem, model, trace } = record;
  const answer = (group: number): string => groups[group]?.answer ?? '';
  const { sasc, majority } = vote;
  return {
    id,
    createdAt,
    name: known.name,
    pinned: known.pinned,
    state,
    problem,
    model: model.id,
    adapter: model.adapter,
    paths: trace.pathCount,
    finished: trace.finishedCount,
    verdict:
      sasc === null || majority === null
        ? null
        : {
            sasc: answer(sasc.group),
            share: sasc.share,
            majority: answer(majority.group),
            answer: record.verdict?.answer ?? undefined,
          },
    bytes: Math.round(trace.tokenCount * BYTES_A_TOKEN),
  };
}

/** Pinned ones first, then the newest. */
export function inListOrder<E extends Pick<HistoryEntry, 'pinned' | 'createdAt'>>(entries: readonly E[]): E[] {
  return [...entries].sort((a, b) => Number(b.pinned) - Number(a.pinned) || newestFirst(a, b));
}

/** Entries in which every word of the query is found: in the name, the problem, the answers, the model. */
export function matching<E extends Omit<HistoryEntry, 'state'>>(entries: readonly E[], query: string): readonly E[] {
  const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter(({ name, problem, model, adapter, verdict }) => {
    const text = [name, problem, model, adapter, verdict?.answer, verdict?.sasc, verdict?.majority]
      .join('\n')
      .toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/**
 * Which entries have to go, so that no more than `limit` stay: the oldest, but none that is pinned, still being written,
 * or `kept`.
 */
export function surplus(entries: readonly HistoryEntry[], limit: number, kept: string): readonly HistoryEntry[] {
  const removable = entries.filter(({ id, pinned, state }) => !pinned && state !== 'running' && id !== kept);
  const excess = Math.min(entries.length - limit, removable.length);
  return excess <= 0 ? [] : removable.sort(newestFirst).slice(-excess);
}

/** For sorting. */
export function newestFirst(a: Pick<HistoryEntry, 'createdAt'>, b: Pick<HistoryEntry, 'createdAt'>): number {
  return Date.parse(b.createdAt) - Date.parse(a.createdAt);
}
