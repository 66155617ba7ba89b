import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, SettingsState } from '../../../../src/app/session/settings.svelte';
import type { KeyValueStore } from '../../../../src/app/storage/persisted.svelte';

const KEY = 'sasc-lab.settings';

class MemoryStore implements KeyValueStore {
  readonly values = new Map<string, string>();
  getItem(key: string): string | null {
    return this.values.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.values.set(key, value);
  }
}

describe('settings kept across reloads', () => {
  let store: MemoryStore;
  beforeEach(() => {
    store = new MemoryStore();
  });

  it('are the defaults on a first visit', () => {
    const settings = new SettingsState(store);
    expect(settings.current).toEqual(DEFAULT_SETTINGS);
    expect(settings.isFirstVisit).toBe(true);
  });

  it('come back as they were left', () => {
    const before = new SettingsState(store);
    before.change({ problem: 'What is 2 + 3?', gold: '5', zVariant: 'pool', softness: 4 });
    before.changeRun({ paths: 32, temperature: 0.7 });
    const after = new SettingsState(store);
    expect(after.current).toEqual(before.current);
    expect(after.isFirstVisit).toBe(false);
  });

  it('let the length of a path follow the model until somebody chooses it', () => {
    const small = new SettingsState(store, 256);
    small.changeRun({ paths: 32 });
    expect(small.current.run.maxTokens).toBe(256);
    expect(new SettingsState(store, 2048).current.run.maxTokens).toBe(2048);
    small.changeRun({ maxTokens: 700 });
    const large = new SettingsState(store, 2048);
    expect(large.current.run).toEqual({ ...DEFAULT_SETTINGS.run, paths: 32, maxTokens: 700 });
    large.resetAdvanced();
    expect(large.current.run.maxTokens).toBe(2048);
    expect(new SettingsState(store, 256).current.run.maxTokens).toBe(256);
  });

  it('tell of the rules of the vote at once, and again only when one has changed, a borrowed one too', () => {
    const settings = new SettingsState(store);
    const told: unknown[] = [];
    settings.onVoteRules((rules) => told.push(rules));
    settings.change({ problem: 'What is 2 + 3?', softness: 1 });
    settings.changeRun({ paths: 8 });
    expect(told).toEqual([{ zVariant: 'survivors', softness: 1, rule: 'auto' }]);
    settings.change({ rule: 'slip' });
    settings.change({ softness: 4 });
    settings.borrow({ ...settings.current, zVariant: 'pool' });
    settings.borrow(null);
    settings.resetAdvanced();
    expect(told.slice(1)).toEqual([
      { zVariant: 'survivors', softness: 1, rule: 'slip' },
      { zVariant: 'survivors', softness: 4, rule: 'slip' },
      { zVariant: 'pool', softness: 4, rule: 'slip' },
      { zVariant: 'survivors', softness: 4, rule: 'slip' },
      { zVariant: 'survivors', softness: 1, rule: 'auto' },
    ]);
  });

  it('lose a damaged field alone', () => {
    const run = { ...DEFAULT_SETTINGS.run, paths: 9999, temperature: 'hot', seed: 42 };
    store.setItem(KEY, JSON.stringify({ ...DEFAULT_SETTINGS, problem: 'kept', run, zVariant: 'neither' }));
    const { current } = new SettingsState(store);
    expect(current.problem).toBe('kept');
    expect(current.run).toEqual({ ...DEFAULT_SETTINGS.run, seed: 42 });
    expect(current.zVariant).toBe('survivors');
  });

  it.each(['', 'not json', '[1,2]', 'null', '"text"'])('are the defaults when %j was stored', (text) => {
    store.setItem(KEY, text);
    expect(new SettingsState(store).current).toEqual(DEFAULT_SETTINGS);
  });

  it('live on in the page when the browser refuses storage', () => {
    const refusing: KeyValueStore = {
      getItem: () => {
        throw new Error('denied');
      },
      setItem: () => {
        throw new Error('denied');
      },
    };
    const settings = new SettingsState(refusing);
    settings.change({ problem: 'typed' });
    expect(settings.current.problem).toBe('typed');
  });

  it('go back to the published method and keep what the sidebar shows', () => {
    const settings = new SettingsState(store);
    settings.change({ problem: 'kept', gold: '1', softness: 4, zVariant: 'pool' });
    settings.changeRun({ paths: 8, temperature: 0.5, topP: 0.9, seed: 7, entropyK: 5, maxTokens: 99 });
    settings.resetAdvanced();
    expect(settings.current).toEqual({
      ...DEFAULT_SETTINGS,
      problem: 'kept',
      gold: '1',
      run: { ...DEFAULT_SETTINGS.run, paths: 8, temperature: 0.5 },
    });
  });
});
