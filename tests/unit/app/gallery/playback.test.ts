import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answerClasses } from '../../../../src/answers/group';
import type { RunRecord } from '../../../../src/run/saved-run';
import { writeRun } from '../../../../src/run/formats/run-document';
import { GalleryState } from '../../../../src/app/gallery/gallery.svelte';
import type { GalleryIndex } from '../../../../src/app/gallery/gallery-index';
import { HistoryState } from '../../../../src/app/history/history.svelte';
import { SavedRuns } from '../../../../src/app/history/saved-runs.svelte';
import { Playback } from '../../../../src/app/gallery/playback.svelte';
import { RunState, type Sampler } from '../../../../src/app/session/run.svelte';
import { SettingsState } from '../../../../src/app/session/settings.svelte';
import { sampleRun } from '../../run/sample-run';

const answers = { classes: async (texts: readonly string[]) => answerClasses(texts) };
/** Playing must not ask the engine for anything. */
const engine = new Proxy({} as Sampler, {
  get: () => {
    throw new Error('The engine is not needed here.');
  },
});

let run: RunState;
let settings: SettingsState;
let playback: Playback;

beforeEach(() => {
  vi.useFakeTimers();
  run = new RunState(engine, answers);
  settings = new SettingsState(null);
  const history = new HistoryState({ store: null, answers, locks: null, channel: null });
  playback = new Playback(run, new SavedRuns(run, history, settings));
});
afterEach(() => vi.useRealTimers());

const lengths = (): number[] | undefined => run.view?.trace.paths.map(({ length }) => length);
/** The longest of the sample's texts. */
const STEPS = 17;

describe('playing a recording', () => {
  it('writes every path a token a step, twelve steps a second, and ends as it was recorded', async () => {
    const record = sampleRun();
    playback.open(record, 'beginning');
    expect([run.status, playback.isPlaying, playback.step, playback.steps]).toEqual(['playing', true, 0, STEPS]);
    expect(lengths()).toEqual([0, 0, 0, 0]);
    await vi.advanceTimersByTimeAsync(500);
    expect(lengths()).toEqual([6, 6, 6, 6]);
    expect(run.view?.trace.paths[0]?.finish).toBeNull();
    await vi.advanceTimersByTimeAsync(400);
    expect(lengths()).toEqual([10, 10, 9, 7]);
    expect(run.view?.decision.answers).toEqual([null, null, '5', null]);
    await vi.advanceTimersByTimeAsync(2000);
    expect([run.status, playback.isPlaying]).toEqual(['done', false]);
    expect(run.view?.decision.answers).toEqual(['5', '6', '5', null]);
    expect(run.view?.trace.paths.map(({ stability }) => stability)).toEqual(
      record.trace.paths.map(({ stability }) => stability),
    );
  });

  it('goes faster, pauses, goes back, and begins again from its end', async () => {
    playback.open(sampleRun(), 'beginning');
    playback.speed = 5;
    await vi.advanceTimersByTimeAsync(200);
    expect(playback.step).toBe(12);
    playback.pause();
    await vi.advanceTimersByTimeAsync(1000);
    expect(playback.step).toBe(12);
    playback.seek(3);
    expect(lengths()).toEqual([3, 3, 3, 3]);
    expect(run.view?.decision.answers).toEqual([null, null, null, null]);
    playback.seek(999);
    expect([run.status, playback.step]).toEqual(['done', STEPS]);
    playback.play();
    expect([run.status, playback.step, playback.isPlaying]).toEqual(['playing', 0, true]);
  });

  it('can be shown finished at once, and keeps the eye where it was when it goes back', () => {
    playback.open(sampleRun(), 'end');
    expect([run.status, playback.isPlaying]).toEqual(['done', false]);
    run.board.setFocus(2, 4, true);
    playback.seek(5);
    expect(run.board.focus).toEqual({ path: 2, step: 4, pinned: true });
  });

  it('writes path after path what was sampled path after path', () => {
    const record: RunRecord = { ...sampleRun(), model: { ...sampleRun().model, engine: 'webllm' } };
    playback.open(record, 'end');
    expect(playback.steps).toBe(record.trace.paths.reduce((sum, { length }) => sum + length, 0));
    playback.seek(20);
    expect(lengths()).toEqual([17, 3, 0, 0]);
  });

  it('ends when something else takes its place', async () => {
    playback.open(sampleRun(), 'beginning');
    run.leave();
    expect([playback.record, playback.isPlaying]).toEqual([null, false]);
    await vi.advanceTimersByTimeAsync(1000);
    expect([run.status, run.view]).toEqual(['idle', null]);
  });
});

describe('the gallery', () => {
  const index: GalleryIndex = {
    version: 1,
    entries: [
      {
        kind: 'learns',
        family: 'sums',
        problem: '2 + 3',
        gold: '5',
        sasc: '5',
        majority: '5',
        paths: 4,
        runs: ['a.json', 'b.json'],
      },
    ],
  };
  let files: Record<string, unknown>;
  let gallery: GalleryState;

  beforeEach(() => {
    files = {
      'index.json': index,
      'a.json': writeRun({ ...sampleRun(), id: 'before' }),
      'b.json': writeRun({ ...sampleRun(), id: 'after' }),
    };
    gallery = new GalleryState(playback, async (name) => {
      if (!(name in files)) throw new Error(`${name}: 404`);
      return files[name];
    });
  });

  it('shows a recording, and its other run', async () => {
    settings.change({ problem: 'mine', gold: '' });
    expect(await gallery.open('learns', 'end')).toBe(true);
    expect(gallery.opened?.entry.kind).toBe('learns');
    expect(run.record?.id).toBe('before');
    expect(settings.current).toMatchObject({ problem: '2 + 3', gold: '5' });
    expect(gallery.showRun(1, 'end')).toBe(true);
    expect(run.record?.id).toBe('after');
    expect(gallery.showRun(2, 'end')).toBe(false);
  });

  it('gives back what was typed when it is put away', async () => {
    const kept = new SavedRuns(run, new HistoryState({ store: null, answers, locks: null, channel: null }), settings);
    gallery = new GalleryState(new Playback(run, kept), async (name) => files[name]);
    settings.change({ problem: 'mine', gold: '7' });
    await gallery.open('learns', 'end');
    gallery.showRun(1, 'end');
    kept.leave();
    expect(settings.current).toMatchObject({ problem: 'mine', gold: '7' });
    expect(gallery.opened).toBeNull();
  });

  it('says what is missing or damaged, and can try again', async () => {
    delete files['b.json'];
    expect(await gallery.open('learns', 'end')).toBe(false);
    expect(gallery.failure).toContain('b.json: 404');
    files['b.json'] = 'nonsense';
    expect(await gallery.open('learns', 'end')).toBe(false);
    expect(gallery.failure).not.toBeNull();
    files['b.json'] = files['a.json'];
    expect(await gallery.open('learns', 'end')).toBe(true);
    expect(gallery.failure).toBeNull();
    expect(await gallery.open('split', 'end')).toBe(false);
  });
});
