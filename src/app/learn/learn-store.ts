import type { DBSchema } from 'idb';
import * as v from 'valibot';
import {
  BaselineSchema,
  EvaluationSchema,
  LabelHistorySchema,
  LearnSettingsSchema,
  StepReportSchema,
  writeLearnSettings,
} from '../../learn/schema';
import type { LearnCheckpoint } from '../../learn/types';
import { LORA_TARGETS, type LoraWeights } from '../../model/lora';
import { Database, hasDatabases } from '../storage/database';
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
  labelHistory: LabelHistorySchema,
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

interface Schema extends DBSchema {
  /** Per model: where its history is. */
  learning: { key: string; value: unknown };
  /** Per model and index in its history: one point. */
  'learning-points': { key: [string, number]; value: unknown };
}
const STORES = ['learning', 'learning-points'] as const;

/** What the database holds of one model's learning; null: it is damaged. Never throws. */
export function readLearning(storedHead: unknown, storedPoints: unknown): KeptLearning | null {
  const head = v.safeParse(HeadSchema, storedHead);
  const points = v.safeParse(v.array(PointSchema), storedPoints);
  if (!head.success || !points.success) return null;
  const { origin, cursor, count, savedAt } = head.output;
  if (points.output.length !== count || points.output[cursor]?.dropped !== false) return null;
  return { history: { origin, points: points.output, cursor }, savedAt };
}

/** The browser's own database. */
class IndexedLearnStore implements LearnStore {
  readonly #database = new Database<Schema>('sasc-lab', [
    (database) => STORES.forEach((name) => database.createObjectStore(name)),
  ]);
  /** Points as they were last written: a step writes its own only. */
  #written: readonly LearnPoint[] = [];

  async read(modelId: string): Promise<KeptLearning | null> {
    try {
      const transaction = (await this.#database.open()).transaction(STORES);
      const [storedHead, storedPoints] = await Promise.all([
        transaction.objectStore('learning').get(modelId),
        transaction.objectStore('learning-points').getAll(pointsFrom(modelId, 0)),
        transaction.done,
      ]);
      const kept = readLearning(storedHead, storedPoints);
      if (kept !== null) this.#written = kept.history.points;
      return kept;
    } catch {
      return null;
    }
  }

  async write(modelId: string, { origin, points, cursor }: LearnHistory): Promise<boolean> {
    const before = this.#written;
    this.#written = points;
    try {
      const transaction = (await this.#database.open()).transaction(STORES, 'readwrite');
      const store = transaction.objectStore('learning-points');
      const head = { version: 1, origin, cursor, count: points.length, savedAt: new Date() };
      await Promise.all([
        ...points.flatMap((point, i) => (point === before[i] ? [] : [store.put(writePoint(point), [modelId, i])])),
        store.delete(pointsFrom(modelId, points.length)),
        transaction.objectStore('learning').put(head, modelId),
        transaction.done,
      ]);
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
      const transaction = (await this.#database.open()).transaction(STORES, 'readwrite');
      await Promise.all([
        transaction.objectStore('learning').delete(modelId),
        transaction.objectStore('learning-points').delete(pointsFrom(modelId, 0)),
        transaction.done,
      ]);
    } catch {
      // What could not be kept need not be cleared either.
    }
  }
}

/** Settings are kept under their stored names. */
function writePoint(point: LearnPoint): unknown {
  const { checkpoint } = point;
  if (checkpoint === null) return point;
  return { ...point, checkpoint: { ...checkpoint, settings: writeLearnSettings(checkpoint.settings) } };
}

/** null where the browser has no databases. */
export function browserLearnStore(): LearnStore | null {
  return hasDatabases() ? new IndexedLearnStore() : null;
}

function pointsFrom(modelId: string, first: number): IDBKeyRange {
  return IDBKeyRange.bound([modelId, first], [modelId, Infinity]);
}
