import { formatCount, formatMoment, formatPercent, joinSentences, plural } from '../../i18n/format';
import { m } from '../../paraglide/messages.js';
import { answerText } from '../kit/charts/answer-text';
import { withoutPiles } from '../kit/shown-text';
import { writerName } from '../session/writer-name';
import type { HistoryEntry } from './history-entry';
import { HISTORY_LIMIT } from './history-store';
import type { HistoryNotice, ShownEntry } from './history.svelte';

/** Characters of a problem that stand for it in a list. */
const FIRST_WORDS = 60;

/** Characters of a problem that a list looks at; it shows as many as have room. */
const LIST_CHARACTERS = 500;

type Named = Pick<HistoryEntry, 'name' | 'problem' | 'verdict'>;

/** As somebody called it, or the problem's first words and the answer elected. */
export function runName({ name, problem, verdict }: Named): string {
  if (name !== null) return name;
  const words = withoutPiles(problem.slice(0, LIST_CHARACTERS)).trim().replace(/\s+/g, ' ');
  const short = words.length > FIRST_WORDS ? `${words.slice(0, FIRST_WORDS).trimEnd()}…` : words;
  if (verdict === null) return m.history_name_nobody({ problem: short });
  return m.history_name_by_answer({ problem: short, answer: answerText(verdict.answer ?? verdict.sasc) });
}

/** The problem of a run that has a name of its own. */
export function problemInList({ problem }: Pick<HistoryEntry, 'problem'>): string {
  return withoutPiles(problem.slice(0, LIST_CHARACTERS));
}

/** When, by whom, how many paths, how far. */
export function runFacts({ createdAt, model, adapter, paths, finished, state }: ShownEntry): string[] {
  const counts = { paths: formatCount(paths), finished: formatCount(finished) };
  const facts = [formatMoment(new Date(createdAt)), writerName(model, adapter), m.history_paths(counts)];
  if (state === 'done') return facts;
  if (state === 'running') return [...facts, m.history_state_running()];
  return [...facts, state === 'stopped' ? m.history_state_stopped(counts) : m.history_state_interrupted(counts)];
}

export function runVerdict({ verdict }: ShownEntry): string {
  if (verdict === null) return m.history_verdict_none();
  return m.history_verdict({ answer: answerText(verdict.sasc), share: formatPercent(verdict.share) });
}

const damagedText = (names: readonly string[]): string[] => {
  const facts = { count: formatCount(names.length), names: names.join('; ') };
  if (names.length === 0) return [];
  return [plural(names.length, { one: m.history_damaged_one(facts), other: m.history_damaged_other(facts) })];
};

/** What happened last, in a sentence or two. */
export function noticeText(notice: HistoryNotice): string {
  switch (notice.kind) {
    case 'deleted':
      return m.history_deleted({ name: runName(notice.entry) });
    case 'cleared':
      return plural(notice.count, {
        one: m.history_cleared_one(),
        other: m.history_cleared_other({ count: formatCount(notice.count) }),
      });
    case 'made-room':
      return madeRoomText(notice.count, notice.reason);
    case 'imported':
      return importedText(notice);
    case 'exported': {
      const count = formatCount(notice.count);
      const exported = plural(notice.count, {
        one: m.history_exported_one(),
        other: m.history_exported_other({ count }),
      });
      return joinSentences([exported, ...damagedText(notice.damaged)]);
    }
    case 'import-fault':
      return m.history_import_fault();
    case 'unreadable':
      return m.history_unreadable({ name: runName(notice.entry) });
    case 'refused':
      return m.history_refused();
  }
}

function madeRoomText(removed: number, reason: 'limit' | 'space'): string {
  const count = formatCount(removed);
  const limit = formatCount(HISTORY_LIMIT);
  if (reason === 'space') {
    return plural(removed, {
      one: m.history_made_room_space_one(),
      other: m.history_made_room_space_other({ count }),
    });
  }
  return plural(removed, {
    one: m.history_made_room_limit_one({ limit }),
    other: m.history_made_room_limit_other({ count, limit }),
  });
}

function importedText({ added, known, damaged }: Extract<HistoryNotice, { kind: 'imported' }>): string {
  const sentences = [
    plural(added, { one: m.history_imported_one(), other: m.history_imported_other({ count: formatCount(added) }) }),
  ];
  if (known > 0) {
    const count = formatCount(known);
    sentences.push(
      plural(known, { one: m.history_imported_known_one(), other: m.history_imported_known_other({ count }) }),
    );
  }
  return joinSentences([...sentences, ...damagedText(damaged)]);
}
