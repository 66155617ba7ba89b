import { describe, expect, it } from 'vitest';
import { BootSentinel, type Opening, type SentinelClock } from '../../../../src/app/storage/boot-sentinel';
import type { KeyValueStore } from '../../../../src/app/storage/persisted.svelte';
import { deleteSetAside, readSetAside, setAside } from '../../../../src/app/storage/set-aside';

function memoryStore(entries: Record<string, string> = {}): KeyValueStore & { readonly all: Map<string, string> } {
  const all = new Map(Object.entries(entries));
  return { all, getItem: (key) => all.get(key) ?? null, setItem: (key, value) => void all.set(key, value) };
}

/** A clock that a frozen page does not hear. */
function clock(): SentinelClock & { pass: (ms: number, frozen?: boolean) => void } {
  let now = 0;
  let calls: { at: number; call: () => void }[] = [];
  return {
    now: () => now,
    later: (call, ms) => calls.push({ at: now + ms, call }),
    pass(ms, frozen = false) {
      now += ms;
      if (frozen) return;
      const due = calls.filter(({ at }) => at <= now);
      calls = calls.filter(({ at }) => at > now);
      for (const { call } of due) call();
    },
  };
}

const PROBLEM: Opening = { what: 'problem' };
const RUN: Opening = { what: 'run', id: 'r1' };

describe('the sentinel', () => {
  it('a page that froze is known at the next visit, and with what', () => {
    for (const opening of [PROBLEM, RUN, { what: 'link' } as const]) {
      const store = memoryStore();
      const time = clock();
      new BootSentinel(store, time).arm(opening);
      time.pass(60_000, true);
      expect(new BootSentinel(store, time).frozen).toEqual(opening);
    }
  });

  it('a page that answered, or was left while it did, is no cause for a question', () => {
    for (const end of ['answers', 'left'] as const) {
      const store = memoryStore();
      const time = clock();
      const page = new BootSentinel(store, time);
      page.arm(PROBLEM);
      page.arm(RUN);
      if (end === 'left') page.clear();
      else time.pass(3000);
      time.pass(60_000, true);
      expect(new BootSentinel(store, time).frozen).toBeNull();
    }
  });

  it('a second tab in the same moment is no cause either, and leaves the note of the first', () => {
    const store = memoryStore();
    const time = clock();
    new BootSentinel(store, time).arm(RUN);
    time.pass(1000, true);
    const second = new BootSentinel(store, time);
    expect(second.frozen).toBeNull();
    second.clear();
    time.pass(60_000, true);
    expect(new BootSentinel(store, time).frozen).toEqual(RUN);
  });

  it('a damaged note, or no store, is no note', () => {
    for (const text of ['{', '{"opening":{"what":"other"},"page":"1","at":0}', 'null', '[]']) {
      expect(new BootSentinel(memoryStore({ 'sasc-lab.opening': text }), clock()).frozen).toBeNull();
    }
    new BootSentinel(null, clock()).arm(PROBLEM);
  });
});

describe('what is set aside', () => {
  it('is the problem: it can be read and deleted, and the other settings stay', () => {
    const stored = JSON.stringify({ problem: 'P', gold: 'G', run: { paths: 8 } });
    const store = memoryStore({ 'sasc-lab.settings': stored });
    setAside('/view?r=z.abc', 'r1', store);
    expect(JSON.parse(store.getItem('sasc-lab.settings') ?? '')).toEqual({ problem: '', gold: '', run: { paths: 8 } });
    expect(readSetAside(store)).toEqual({ problem: 'P', gold: 'G', address: '/view?r=z.abc', run: 'r1' });
    deleteSetAside(store);
    expect(readSetAside(store)).toBeNull();
  });

  it('is everything where the settings cannot be read', () => {
    const store = memoryStore({ 'sasc-lab.settings': '{broken' });
    setAside('', null, store);
    expect(readSetAside(store)?.problem).toBe('{broken');
  });
});
