import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answerClasses } from '../../../../src/answers/group';
import type { GalleryIndex } from '../../../../src/app/gallery/gallery-index';
import { entryOf } from '../../../../src/app/history/history-entry';
import { HistoryState } from '../../../../src/app/history/history.svelte';
import { ModelsState } from '../../../../src/app/models/models.svelte';
import type { ProblemFamily } from '../../../../src/app/result/model-facts';
import { type EngineConnection, EngineState } from '../../../../src/app/session/engine.svelte';
import type { ModelLocation } from '../../../../src/app/session/model-location';
import { type AppDeps, AppState } from '../../../../src/app/shell/app.svelte';
import { decideRun } from '../../../../src/run/decide-run';
import { writeRun } from '../../../../src/run/formats/run-document';
import type { WorkerFailure } from '../../../../workers/protocol';
import { MemoryHistoryStore } from '../history/memory-history-store';
import { sampleRun } from '../../run/sample-run';

const MODEL: ModelLocation = { id: 'tiny-math', url: 'https://example.org/tiny/', webllm: null };
const FAMILY: ProblemFamily = { id: 'gcd', title: 'GCD', example: 'gcd(12, 18)', answer: '6', skeletons: [] };
const GALLERY: GalleryIndex = {
  version: 1,
  entries: [
    {
      ...{ kind: 'unanimous', family: 'linear', problem: '2x = 10', gold: '5', sasc: '5', majority: '5' },
      ...{ paths: 4, runs: ['unanimous.json'] },
    },
  ],
};
const answers = { classes: async (texts: readonly string[]) => answerClasses(texts) };
const failure = (code: WorkerFailure['code']) => ({ ok: false, code, message: '', details: {} }) as const;

/** An engine that cannot be loaded, for the reason given. */
class FakeConnection implements EngineConnection {
  disposed = false;
  constructor(private readonly code: WorkerFailure['code']) {}

  load: EngineConnection['load'] = async () => failure(this.code);
  selfTest: EngineConnection['selfTest'] = async () => failure(this.code);
  sample: EngineConnection['sample'] = async () => failure(this.code);
  setAdapter: EngineConnection['setAdapter'] = async () => failure(this.code);
  importAdapter: EngineConnection['importAdapter'] = async () => failure(this.code);
  measure: EngineConnection['measure'] = async () => failure(this.code);
  learn: EngineConnection['learn'] = async () => failure(this.code);
  evaluate: EngineConnection['evaluate'] = async () => failure(this.code);
  whenLost: EngineConnection['whenLost'] = () => new Promise(() => undefined);
  dispose(): void {
    this.disposed = true;
  }
}

interface Made {
  readonly app: AppState;
  readonly connection: FakeConnection;
  readonly read: string[];
}

beforeEach(() => void vi.stubGlobal('navigator', { userAgent: 'a browser' }));
afterEach(() => void vi.unstubAllGlobals());

function made(
  options: { code?: WorkerFailure['code']; store?: MemoryHistoryStore; deps?: Partial<AppDeps> } = {},
): Made {
  const connection = new FakeConnection(options.code ?? 'no-webgpu');
  const read: string[] = [];
  const deps: AppDeps = {
    engine: new EngineState(MODEL, () => connection),
    history: new HistoryState({ store: options.store ?? null, answers, locks: null, channel: null }),
    learnStore: null,
    answers,
    settingsStore: null,
    readFacts: async (url) => {
      read.push(url);
      return { families: [FAMILY], measured: null };
    },
    readExamples: async (model) => {
      read.push(model);
      return [{ id: '1', problem: 'gcd(4, 6)', answer: '2', family: 'gcd' }];
    },
    readGallery: async (name) => (name === 'index.json' ? GALLERY : writeRun(sampleRun())),
    isEmbedded: true,
    ...options.deps,
  };
  return { app: new AppState(MODEL, new ModelsState(), () => undefined, deps), connection, read };
}

describe('a first visit', () => {
  it('puts an example into the box, and reads what comes with the model', async () => {
    const { app, read } = made({ code: 'internal' });
    await vi.waitFor(() => expect(app.examples).toHaveLength(1));
    expect(read.sort()).toEqual([MODEL.url, MODEL.id].sort());
    expect(app.card.families).toEqual([FAMILY]);
    expect(app.card.isReading).toBe(false);
    expect(app.settings.current).toMatchObject({ problem: FAMILY.example, gold: FAMILY.answer });
    expect(app.run.view).toBeNull();
  });
});

describe('an app', () => {
  it('reads nothing of a model on another server', async () => {
    const { app, read } = made({ code: 'internal', deps: { isEmbedded: false } });
    await app.engine.loaded();
    expect(read).toEqual([]);
    expect(app.settings.current.problem).toBe('');
  });

  it('restores a run that a reload interrupted', async () => {
    const store = new MemoryHistoryStore();
    const record = { ...sampleRun(), id: 'cut' };
    await store.put(entryOf(record, decideRun(record.trace), 'running'), record);
    const { app } = made({ code: 'internal', store });
    await vi.waitFor(() => expect(app.savedRuns.entry?.state).toBe('interrupted'));
    expect(app.run.record?.id).toBe('cut');
  });

  it('frees its engine when another model is chosen', async () => {
    const { app, connection } = made({ code: 'internal' });
    await app.engine.loaded();
    app.close();
    expect(connection.disposed).toBe(true);
  });

  it('forgets the answer of an example when its problem is changed', async () => {
    const { app } = made({ code: 'internal' });
    await vi.waitFor(() => expect(app.settings.current.gold).toBe(FAMILY.answer));
    app.solve.typeProblem('gcd(12, 20)');
    expect(app.settings.current).toMatchObject({ problem: 'gcd(12, 20)', gold: '' });
    expect(app.solve.canStart).toBe(false);
    expect(app.solve.canResume).toBe(false);
  });
});
