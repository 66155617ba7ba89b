import type { DBSchema } from 'idb';
import * as v from 'valibot';
import { type EvaluationLog, readLog } from '../../evaluate/log';
import type { EvaluationTask } from '../../evaluate/head';
import { checkedEntries, storedNames, storedObject } from '../../run/setting-schemas';
import { RUN_SETTINGS } from '../../run/settings';
import { Database, hasDatabases } from '../storage/database';

/** An evaluation as it is kept, but for its log. */
export interface StoredEvaluation {
  readonly id: string;
  /** Of its problem set. */
  readonly name: string;
  readonly createdAt: Date;
  readonly task: EvaluationTask;
}

/** A log, and its lines: as many as the next one is to be appended behind. */
interface StoredLog {
  readonly log: EvaluationLog;
  readonly lines: readonly string[];
}

/** Keeps evaluations beyond the page's life. Where the browser refuses, the page goes on without. */
export interface EvaluationStore {
  /** The latest first; what cannot be read is left out. */
  list(): Promise<StoredEvaluation[]>;
  /** null: nothing kept, or nothing that can be read. */
  readLog(id: string): Promise<StoredLog | null>;
  /** Resolves with whether it was kept. */
  begin(evaluation: StoredEvaluation): Promise<boolean>;
  /** Resolves when the line is safe, with whether it is. @param index of the line in the log */
  append(id: string, index: number, line: string): Promise<boolean>;
  remove(id: string): Promise<void>;
}

const storedSchema: v.GenericSchema<unknown, StoredEvaluation> = v.object({
  id: v.string(),
  name: v.string(),
  createdAt: v.date(),
  task: v.object({
    problems: v.array(v.object({ id: v.string(), problem: v.string(), gold: v.nullable(v.string()) })),
    settings: storedObject(RUN_SETTINGS, checkedEntries(RUN_SETTINGS)),
    withGreedy: v.boolean(),
  }),
});

interface Schema extends DBSchema {
  /** By id. */
  evaluations: { key: string; value: unknown };
  /** Per evaluation and index: a line of its log. */
  'evaluation-lines': { key: [string, number]; value: unknown };
}
const STORES = ['evaluations', 'evaluation-lines'] as const;

/** The browser's own database. */
class IndexedEvaluationStore implements EvaluationStore {
  readonly #database = new Database<Schema>('sasc-lab-evaluations', [
    (database) => STORES.forEach((name) => database.createObjectStore(name)),
  ]);

  async list(): Promise<StoredEvaluation[]> {
    try {
      const all = await (await this.#database.open()).getAll('evaluations');
      return all
        .flatMap((one) => {
          const read = v.safeParse(storedSchema, one);
          return read.success ? [read.output] : [];
        })
        .toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
    } catch {
      return [];
    }
  }

  async readLog(id: string): Promise<StoredLog | null> {
    try {
      const lines = v.parse(
        v.array(v.string()),
        await (await this.#database.open()).getAll('evaluation-lines', linesOf(id)),
      );
      const log = readLog(lines.join(''), id);
      return log === null ? null : { log, lines };
    } catch {
      return null;
    }
  }

  async begin(evaluation: StoredEvaluation): Promise<boolean> {
    const { task } = evaluation;
    const written = { ...evaluation, task: { ...task, settings: storedNames(RUN_SETTINGS, task.settings) } };
    return this.#try(async () => void (await (await this.#database.open()).put('evaluations', written, evaluation.id)));
  }

  async append(id: string, index: number, line: string): Promise<boolean> {
    return this.#try(async () => {
      const transaction = (await this.#database.open()).transaction('evaluation-lines', 'readwrite', {
        durability: 'strict',
      });
      await Promise.all([transaction.store.put(line, [id, index]), transaction.done]);
    });
  }

  async remove(id: string): Promise<void> {
    await this.#try(async () => {
      const transaction = (await this.#database.open()).transaction(STORES, 'readwrite');
      await Promise.all([
        transaction.objectStore('evaluations').delete(id),
        transaction.objectStore('evaluation-lines').delete(linesOf(id)),
        transaction.done,
      ]);
    });
  }

  async #try(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch {
      return false;
    }
  }
}

/** null where the browser has no databases. */
export function browserEvaluationStore(): EvaluationStore | null {
  return hasDatabases() ? new IndexedEvaluationStore() : null;
}

function linesOf(id: string): IDBKeyRange {
  return IDBKeyRange.bound([id, 0], [id, Infinity]);
}
