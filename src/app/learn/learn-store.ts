import * as v from 'valibot';
import { BaselineSchema, EvaluationSchema, LearnSettingsSchema, StepReportSchema } from '../../learn/schema';
import type { LearnCheckpoint } from '../../learn/types';
import { LORA_TARGETS, type LoraWeights } from '../../model/lora';
import type { LearnHistory, LearnPoint } from './learn-history';

/** Learning as it was kept, and when. */
export interface KeptLearning {
  readonly history: LearnHistory;
  readonly savedAt: Date;
}

/** Keeps a model's learning beyond the page's life. Where the browser refuses, the page goes on without. */
export interface LearnStore {
  /** null: nothing kept, or nothing that can be read. */
  read(modelId: string): Promise<KeptLearning | null>;
  /** Resolves with whether it was kept. */
  write(modelId: string, history: LearnHistory): Promise<boolean>;
  clear(modelId: string): Promise<void>;
}

const LoraWeightsSchema: v.GenericSchema<unknown, LoraWeights> = v.object({
  config: v.object({ rank: v.number(), alpha: v.number(), targets: v.array(v.picklist(LORA_TARGETS)) }),
  tensors: v.array(
    v.pipe(
      v.object({
        layer: v.number(),
        target: v.picklist(LORA_TARGETS),
        part: v.picklist(['A', 'B']),
        shape: v.strictTuple([v.number(), v.number()]),
        values: v.instance(Float32Array),
      }),
      v.check(({ shape, values }) => values.length === shape[0] * shape[1] && values.every(Number.isFinite)),
    ),
  ),
});

const CheckpointSchema: v.GenericSchema<unknown, LearnCheckpoint> = v.object({
  version: v.literal(1),
  modelId: v.string(),
  settings: LearnSettingsSchema,
  stepsDone: v.number(),
  adapter: LoraWeightsSchema,
  firstMoments: LoraWeightsSchema,
  secondMoments: LoraWeightsSchema,
  updates: v.number(),
  tokensSeen: v.number(),
  baseline: BaselineSchema,
});

const PointSchema: v.GenericSchema<unknown, LearnPoint> = v.object({
  step: v.number(),
  checkpoint: v.nullable(CheckpointSchema),
  dropped: v.boolean(),
  report: v.nullable(StepReportSchema),
  evaluations: v.array(v.intersect([EvaluationSchema, v.object({ key: v.string() })])),
});

const HeadSchema = v.object({
  version: v.literal(1),
  origin: v.nullable(v.string()),
  cursor: v.number(),
  count: v.number(),
  savedAt: v.date(),
});

const DATABASE = 'sasc-lab';
/** Per model: where its history stands. */
const HEADS = 'learning';
/** Per model and place in its history: one point. */
const POINTS = 'learning-points';

/** The browser's own database. */
class IndexedLearnStore implements LearnStore {
  #database: Promise<IDBDatabase> | null = null;
  /** Points as they were last written: a step writes its own only. */
  #written: readonly LearnPoint[] = [];

  constructor(private readonly factory: IDBFactory) {}

  async read(modelId: string): Promise<KeptLearning | null> {
    try {
      const stores = (await this.#open()).transaction([HEADS, POINTS], 'readonly');
      const head = v.parse(HeadSchema, await settled(stores.objectStore(HEADS).get(modelId)));
      const range = pointsFrom(modelId, 0);
      const points = v.parse(v.array(PointSchema), await settled(stores.objectStore(POINTS).getAll(range)));
      const { origin, cursor, count, savedAt } = head;
      if (points.length !== count || points[cursor]?.dropped !== false) return null;
      this.#written = points;
      return { history: { origin, points, cursor }, savedAt };
    } catch {
      return null;
    }
  }

  async write(modelId: string, { origin, points, cursor }: LearnHistory): Promise<boolean> {
    const before = this.#written;
    this.#written = points;
    try {
      const transaction = (await this.#open()).transaction([HEADS, POINTS], 'readwrite');
      const store = transaction.objectStore(POINTS);
      for (const [i, point] of points.entries()) {
        if (point !== before[i]) store.put(point, [modelId, i]);
      }
      store.delete(pointsFrom(modelId, points.length));
      const head = { version: 1, origin, cursor, count: points.length, savedAt: new Date() };
      transaction.objectStore(HEADS).put(head, modelId);
      await completed(transaction);
      return true;
    } catch {
      // What is there now is unknown: the next write writes everything.
      this.#written = [];
      return false;
    }
  }

  async clear(modelId: string): Promise<void> {
    this.#written = [];
    try {
      const transaction = (await this.#open()).transaction([HEADS, POINTS], 'readwrite');
      transaction.objectStore(HEADS).delete(modelId);
      transaction.objectStore(POINTS).delete(pointsFrom(modelId, 0));
      await completed(transaction);
    } catch {
      // Nothing that could be kept could be cleared either.
    }
  }

  #open(): Promise<IDBDatabase> {
    this.#database ??= new Promise((resolve, reject) => {
      const request = this.factory.open(DATABASE, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore(HEADS);
        request.result.createObjectStore(POINTS);
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error('The database cannot be opened.'));
    });
    return this.#database;
  }
}

/** null where the browser has no database, or forbids it (reading `indexedDB` itself may throw). */
export function browserLearnStore(): LearnStore | null {
  try {
    return typeof indexedDB === 'undefined' ? null : new IndexedLearnStore(indexedDB);
  } catch {
    return null;
  }
}

function pointsFrom(modelId: string, first: number): IDBKeyRange {
  return IDBKeyRange.bound([modelId, first], [modelId, Infinity]);
}

function settled<T>(request: IDBRequest<T>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('The database cannot be read.'));
  });
}

function completed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error ?? new Error('The database cannot be written.'));
    transaction.onabort = () => reject(transaction.error ?? new Error('The database refused the change.'));
  });
}
