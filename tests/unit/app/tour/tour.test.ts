import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answerClasses } from '../../../../src/answers/group';
import { writeRun } from '../../../../src/run/formats/run-document';
import type { GalleryIndex } from '../../../../src/app/gallery/gallery-index';
import { GalleryState } from '../../../../src/app/gallery/gallery.svelte';
import { HistoryState } from '../../../../src/app/history/history.svelte';
import { SavedRuns } from '../../../../src/app/history/saved-runs.svelte';
import type { KeyValueStore } from '../../../../src/app/storage/persisted.svelte';
import { Playback } from '../../../../src/app/gallery/playback.svelte';
import { RunState, type Sampler } from '../../../../src/app/session/run.svelte';
import { SettingsState } from '../../../../src/app/session/settings.svelte';
import { type TourScene, TourState } from '../../../../src/app/tour/tour.svelte';
import { sampleRun } from '../../run/sample-run';

const SCENES: readonly TourScene[] = [
  { recording: 'start' },
  { recording: 'playing' },
  { recording: 'end', gate: 'moving' },
  { recording: 'end', path: 2 },
];
const INDEX: GalleryIndex = {
  version: 1,
  entries: [
    {
      kind: 'majority-wrong',
      family: 'sums',
      problem: '2 + 3',
      gold: '5',
      sasc: '5',
      majority: '5',
      paths: 4,
      runs: ['a.json'],
    },
  ],
};

const answers = { classes: async (texts: readonly string[]) => answerClasses(texts) };
let run: RunState;
let playback: Playback;
let gallery: GalleryState;
let stored: Map<string, string>;
let files: Record<string, unknown>;

function open(isCalm = false): TourState {
  const store: KeyValueStore = {
    getItem: (key) => stored.get(key) ?? null,
    setItem: (key, value) => void stored.set(key, value),
  };
  return new TourState(run, playback, gallery, store, () => isCalm);
}

const threshold = (): number | null | undefined => run.view?.voteOptions.threshold;

beforeEach(() => {
  vi.useFakeTimers();
  stored = new Map();
  files = { 'index.json': INDEX, 'a.json': writeRun(sampleRun()) };
  run = new RunState({} as Sampler, answers);
  const history = new HistoryState({ store: null, answers, locks: null, channel: null });
  playback = new Playback(run, new SavedRuns(run, history, new SettingsState(null)));
  gallery = new GalleryState(playback, async (name) => {
    if (!(name in files)) throw new Error(name);
    return files[name];
  });
});
afterEach(() => vi.useRealTimers());

describe('the guided tour', () => {
  it('sets the page for every step, forwards and back, and ends after the last', async () => {
    const tour = open();
    await tour.start(SCENES);
    expect([tour.step, playback.step, playback.isPlaying]).toEqual([0, 0, false]);
    await tour.back();
    expect(tour.step).toBe(0);
    await tour.next();
    expect([tour.step, playback.isPlaying]).toEqual([1, true]);
    await tour.next();
    expect([tour.step, playback.isPlaying, run.status]).toEqual([2, false, 'done']);
    await tour.next();
    expect(run.board.focus.path).toBe(2);
    await tour.back();
    await tour.back();
    expect([tour.step, playback.step, playback.isPlaying]).toEqual([1, 0, true]);
    for (let i = 0; i < 3; i++) await tour.next();
    expect(tour.step).toBeNull();
    expect(playback.record).toBeNull();
  });

  it('moves the gate to and fro within the answers’ range, and puts it back', async () => {
    const tour = open();
    await tour.start(SCENES);
    await tour.next();
    await tour.next();
    const stabilities = sampleRun().trace.paths.map(({ stability }) => stability ?? 0);
    const seen = new Set<number>();
    for (let i = 0; i < 20; i++) {
      await vi.advanceTimersByTimeAsync(90);
      seen.add(threshold() ?? NaN);
    }
    expect(seen.size).toBeGreaterThan(10);
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(Math.min(...stabilities));
    expect(Math.max(...seen)).toBeLessThanOrEqual(Math.max(...stabilities));
    await tour.next();
    expect(threshold()).toBeNull();
  });

  it('lets go of a gate that somebody takes in hand', async () => {
    const tour = open();
    await tour.start(SCENES);
    await tour.next();
    await tour.next();
    await vi.advanceTimersByTimeAsync(200);
    run.board.setThreshold(0.123);
    await vi.advanceTimersByTimeAsync(2000);
    expect(threshold()).toBe(0.123);
  });

  it('stands still where motion is not wanted', async () => {
    const tour = open(true);
    await tour.start(SCENES);
    await tour.next();
    expect([playback.isPlaying, run.status]).toEqual([false, 'done']);
    await tour.next();
    const there = threshold();
    expect(there).not.toBeNull();
    await vi.advanceTimersByTimeAsync(2000);
    expect(threshold()).toBe(there);
  });

  it('is offered until it is taken or declined, also on later visits', async () => {
    const tour = open();
    expect(tour.isOffered).toBe(true);
    tour.decline();
    expect([tour.isOffered, open().isOffered]).toEqual([false, false]);
    stored.clear();
    const other = open();
    await other.start(SCENES);
    other.end();
    expect([other.isOffered, open().isOffered]).toEqual([false, false]);
  });

  it('ends where it began, with the recording closed', async () => {
    const tour = open();
    await tour.start(SCENES, '#/gallery');
    expect(tour.from).toBe('#/gallery');
    tour.end();
    expect([playback.record, run.view, run.status]).toEqual([null, null, 'idle']);

    const own = sampleRun();
    run.show(own, 'done');
    await tour.start(SCENES);
    expect(playback.record).not.toBeNull();
    tour.end();
    expect(run.record?.id).toBe(own.id);
    expect([playback.record, run.status]).toEqual([null, 'done']);
  });

  it('does not begin without its recording', async () => {
    delete files['a.json'];
    const tour = open();
    await tour.start(SCENES);
    expect(tour.step).toBeNull();
    expect(gallery.failure).toContain('a.json');
  });
});
