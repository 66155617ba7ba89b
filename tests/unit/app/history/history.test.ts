import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answerClasses } from '../../../../src/answers/group';
import { decideRun } from '../../../../src/run/decide-run';
import type { RunRecord } from '../../../../src/run/saved-run';
import { entryOf, type HistoryEntry, inListOrder, matching, surplus } from '../../../../src/app/history/history-entry';
import {
  type FiledRun,
  HistoryFileError,
  historyFileParts,
  readHistoryFile,
} from '../../../../src/app/history/history-file';
import { HistoryState, type ShownEntry } from '../../../../src/app/history/history.svelte';
import type { KeptState } from '../../../../src/app/session/run-keeping';
import { sampleRun } from '../../run/sample-run';
import { MemoryHistoryStore } from './memory-history-store';

const day = (n: number): string => `2026-11-${String(n).padStart(2, '0')}T10:00:00.000Z`;

function runOf(id: string, createdAt = day(1)): RunRecord {
  return { ...sampleRun(), id, createdAt };
}

function entry(id: string, change: Partial<HistoryEntry> = {}): HistoryEntry {
  const record = runOf(id);
  return { ...entryOf(record, decideRun(record.trace), 'done'), ...change };
}

const filed = (record: RunRecord): FiledRun => ({ record, name: null, pinned: false, state: 'done' });

describe('an entry', () => {
  it('says what the vote elected, and how far the run came', () => {
    const { verdict, paths, finished, bytes } = entry('a');
    expect(verdict).toMatchObject({ sasc: '5', majority: '5' });
    expect([paths, finished]).toEqual([4, 4]);
    expect(bytes).toBeGreaterThan(1000);
  });

  it('is found by every word of a query, in any of its texts', () => {
    const entries = [entry('a', { name: 'Sum of two' }), entry('b', { problem: 'gcd(12, 18)' })];
    const found = (query: string): string[] => matching(entries, query).map(({ id }) => id);
    expect(found('')).toEqual(['a', 'b']);
    expect(found('SUM')).toEqual(['a']);
    expect(found('tiny gcd')).toEqual(['b']);
    expect(found('sum gcd')).toEqual([]);
  });

  it('stands before older ones, and after pinned ones', () => {
    const entries = [
      entry('old', { createdAt: day(1) }),
      entry('pinned', { createdAt: day(2), pinned: true }),
      entry('new', { createdAt: day(3) }),
    ];
    expect(inListOrder(entries).map(({ id }) => id)).toEqual(['pinned', 'new', 'old']);
  });

  it('has to go when it is among the oldest, unless it is pinned, being written, or the one just kept', () => {
    const entries = [
      entry('a', { createdAt: day(1), pinned: true }),
      entry('b', { createdAt: day(2), state: 'running' }),
      entry('c', { createdAt: day(3) }),
      entry('d', { createdAt: day(4) }),
      entry('e', { createdAt: day(5) }),
    ];
    const gone = (limit: number, kept: string): string[] => surplus(entries, limit, kept).map(({ id }) => id);
    expect(gone(5, 'e')).toEqual([]);
    expect(gone(4, 'e')).toEqual(['c']);
    expect(gone(3, 'c')).toEqual(['e', 'd']);
    expect(gone(0, 'e')).toEqual(['d', 'c']);
  });
});

describe('a history file', () => {
  it('holds runs whole', () => {
    const text = historyFileParts([{ ...filed(runOf('a')), name: 'Mine', pinned: true }, filed(runOf('b'))]).join('');
    const { runs, damaged } = readHistoryFile(text);
    expect(damaged).toEqual([]);
    expect(runs.map(({ record, name, pinned }) => [record.id, name, pinned])).toEqual([
      ['a', 'Mine', true],
      ['b', null, false],
    ]);
    const [read] = runs;
    const trace = read?.record.trace;
    expect(trace?.paths.map((path) => trace.text(path))).toEqual(
      sampleRun().trace.paths.map((path) => sampleRun().trace.text(path)),
    );
  });

  it('names the runs that cannot be read, and keeps the others', () => {
    const file = JSON.parse(historyFileParts(['a', 'b', 'c'].map((id) => filed(runOf(id)))).join(''));
    file.runs[0].run.paths[0].length = 9999;
    file.runs[2] = 'nonsense';
    const { runs, damaged } = readHistoryFile(JSON.stringify(file));
    expect(runs.map(({ record }) => record.id)).toEqual(['b']);
    expect(damaged).toEqual(['1: 2 + 3', '3']);
  });

  it('may be that of a single run', () => {
    const [, run] =
      historyFileParts([filed(runOf('a'))])
        .join('')
        .match(/"run":(.*)}\n\]}/s) ?? [];
    expect(readHistoryFile(run ?? '').runs.map(({ record }) => record.id)).toEqual(['a']);
  });

  it.each(['', 'nonsense', '[]', '{"format":"sasc-lab.history","version":9,"runs":[]}', '{"format":"other"}'])(
    '%j is none',
    (text) => {
      expect(() => readHistoryFile(text)).toThrow(HistoryFileError);
    },
  );
});

describe('the history', () => {
  let store: MemoryHistoryStore;
  let history: HistoryState;
  /** Locks that tabs hold. */
  let held: Set<string>;

  function open(): HistoryState {
    const answers = { classes: async (texts: readonly string[]) => answerClasses(texts) };
    const locks = {
      query: async () => ({ held: [...held].map((name) => ({ name })) }),
      request: async (name: string, work: () => Promise<unknown>) => {
        held.add(name);
        await work();
        held.delete(name);
      },
    };
    return new HistoryState({ store, answers, locks: locks as unknown as LockManager, channel: null });
  }

  const keep = (record: RunRecord, state: KeptState): void =>
    history.keeper?.keep(record, decideRun(record.trace), state);

  async function listed(id: string): Promise<ShownEntry> {
    await history.refresh();
    const found = history.entries.find((one) => one.id === id);
    if (found === undefined) throw new Error(`${id} is not listed.`);
    return found;
  }

  beforeEach(() => {
    vi.useFakeTimers();
    store = new MemoryHistoryStore();
    held = new Set();
    history = open();
  });
  afterEach(() => vi.useRealTimers());

  it('keeps a run at its beginning, now and then, and at its end', async () => {
    const record = runOf('a');
    keep(record, 'running');
    await vi.advanceTimersByTimeAsync(0);
    expect(store.puts).toBe(1);
    for (let i = 0; i < 10; i++) keep(record, 'running');
    await vi.advanceTimersByTimeAsync(900);
    expect(store.puts).toBe(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(store.puts).toBe(2);
    keep(record, 'running');
    keep(record, 'done');
    await vi.advanceTimersByTimeAsync(5000);
    expect(store.puts).toBe(3);
    expect((await listed('a')).state).toBe('done');
    expect(held.size).toBe(0);
  });

  it('tells a run that another tab writes from one that was cut short', async () => {
    keep(runOf('a'), 'running');
    await vi.advanceTimersByTimeAsync(0);
    history = open();
    expect((await listed('a')).state).toBe('running');
    held.clear();
    expect((await listed('a')).state).toBe('interrupted');
    await history.leave('a');
    expect((await listed('a')).state).toBe('stopped');
  });

  it('opens what had been written when the page went away', async () => {
    const record = runOf('a');
    const cut = record.trace.paths[1];
    if (cut !== undefined) cut.finish = null;
    keep(record, 'running');
    await vi.advanceTimersByTimeAsync(0);
    held.clear();
    const opened = await history.open(await listed('a'));
    expect(opened?.trace.paths.map(({ finish }) => finish)).toEqual(['stop', 'aborted', 'stop', 'length']);
  });

  it('keeps no run that was stopped before its first token', async () => {
    const record = runOf('a');
    for (const path of record.trace.paths) path.length = 0;
    keep(record, 'running');
    keep(record, 'stopped');
    await vi.advanceTimersByTimeAsync(0);
    await history.refresh();
    expect(history.entries).toEqual([]);
  });

  it('keeps as stopped what is being written when its page goes on without it', async () => {
    keep(runOf('a'), 'running');
    history.close();
    await vi.advanceTimersByTimeAsync(0);
    expect(store.entries.get('a')?.state).toBe('stopped');
    expect(held.size).toBe(0);
  });

  it('gives names and pins, which a later write leaves alone', async () => {
    keep(runOf('a'), 'running');
    await vi.advanceTimersByTimeAsync(0);
    await history.rename('a', '  Class 3 ');
    await history.setPinned('a', true);
    keep(runOf('a'), 'done');
    await vi.advanceTimersByTimeAsync(0);
    expect(await listed('a')).toMatchObject({ name: 'Class 3', pinned: true, state: 'done' });
    await history.rename('a', ' ');
    expect((await listed('a')).name).toBeNull();
  });

  it('takes back the last deletion', async () => {
    for (const id of ['a', 'b']) keep(runOf(id), 'done');
    await vi.advanceTimersByTimeAsync(0);
    await history.rename('a', 'Mine');
    await history.remove(await listed('a'));
    expect(history.entries.map(({ id }) => id)).toEqual(['b']);
    expect(history.notice?.kind).toBe('deleted');
    await history.undoRemove();
    expect(await listed('a')).toMatchObject({ name: 'Mine', state: 'done' });
    expect((await history.open(await listed('a')))?.trace.paths).toHaveLength(4);
    expect(history.notice).toBeNull();
  });

  it('says how many had to make room', async () => {
    store.limit = 2;
    for (const id of ['a', 'b', 'c']) keep(runOf(id), 'done');
    await vi.advanceTimersByTimeAsync(0);
    expect(history.notice).toEqual({ kind: 'made-room', count: 1, reason: 'limit' });
  });

  it('goes on where the browser refuses, and says so', async () => {
    store.refuses = true;
    keep(runOf('a'), 'done');
    await vi.advanceTimersByTimeAsync(0);
    expect(history.notice).toEqual({ kind: 'refused' });
  });

  it('carries everything into another browser, where what is there already stays', async () => {
    for (const id of ['a', 'b']) keep(runOf(id), 'done');
    await vi.advanceTimersByTimeAsync(0);
    await history.setPinned('b', true);
    const text = await (await history.exportFile()).text();
    expect(history.notice).toMatchObject({ kind: 'exported', count: 2 });

    store = new MemoryHistoryStore();
    history = open();
    keep(runOf('a'), 'done');
    await vi.advanceTimersByTimeAsync(0);
    await history.rename('a', 'Here first');
    await history.importFile(text);
    expect(history.notice).toEqual({ kind: 'imported', added: 1, known: 1, damaged: [] });
    expect((await listed('a')).name).toBe('Here first');
    expect(await listed('b')).toMatchObject({ pinned: true, verdict: { sasc: '5', majority: '5' } });
    await history.importFile('nonsense');
    expect(history.notice?.kind).toBe('import-fault');
    expect(history.entries).toHaveLength(2);
  });

  it('is empty after everything has been deleted', async () => {
    keep(runOf('a'), 'done');
    await vi.advanceTimersByTimeAsync(0);
    await history.clear();
    expect(history.entries).toEqual([]);
    expect(history.notice).toEqual({ kind: 'cleared', count: 1 });
  });
});
