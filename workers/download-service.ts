import type { Ask } from '../src/net/ask';
import type { CachesLike } from '../src/model/download/caches';
import { downloadModel, type DownloadProgress, type DownloadTools } from '../src/model/download/download';
import { DownloadError } from '../src/model/download/errors';
import { type ModelOutline, inspectModel } from '../src/model/download/inspect';
import { PartStore } from '../src/model/download/parts';
import { folderCheckpoint, httpCheckpoint } from '../src/model/download/sources';
import { ModelStore } from '../src/model/download/store';
import { chosenAddresses, type FolderFiles, type ModelTarget } from '../src/model/download/target';
import { deleteModel, forgetDamaged, modelStatus, type ModelStatus } from '../src/model/download/stored-model';
import { ModelFileError } from '../src/model/errors';
import { type CallId, RunningCalls } from './calls';
import type { DownloadFailure, DownloadResult, DownloadWorkerApi, ReadProgress } from './download-protocol';

/** Of the page, as a worker has them. */
export interface WorkerScope {
  readonly caches: CachesLike;
  readonly storage: Pick<StorageManager, 'estimate'>;
  readonly locks: Pick<LockManager, 'request'>;
  /** What may be asked of the network. @param chosen addresses that the user chose */
  readonly asker: (chosen: readonly string[]) => Ask;
}

/** Progress is reported at most this often: a message a chunk would keep the page busy. */
const PROGRESS_MS = 100;

/** Downloads, checks and deletes models, off the page's thread; one task at a time. */
export class DownloadService implements DownloadWorkerApi {
  readonly #store: ModelStore;
  readonly #tools: Omit<DownloadTools, 'network'>;
  readonly #calls = new RunningCalls();

  constructor(private readonly scope: WorkerScope) {
    this.#store = new ModelStore(scope.caches);
    this.#tools = {
      store: this.#store,
      parts: new PartStore(scope.caches),
      http: { attempts: 6, stallMs: 30_000, firstWaitMs: 500 },
      freeBytes: async () => {
        const { quota, usage } = await scope.storage.estimate();
        return quota === undefined || usage === undefined ? null : quota - usage;
      },
    };
  }

  statuses(targets: readonly ModelTarget[]): Promise<DownloadResult<ModelStatus[]>> {
    return settle(() => Promise.all(targets.map((target) => modelStatus(target, this.#store, this.#tools.parts))));
  }

  inspect(from: string | FolderFiles): Promise<DownloadResult<ModelOutline>> {
    return settle(async () => {
      const fetcher = { ...this.#toolsFor(typeof from === 'string' ? [from] : []), onBytes: () => undefined };
      const source = typeof from === 'string' ? httpCheckpoint('', from, fetcher) : folderCheckpoint('', from);
      return inspectModel(source, new AbortController().signal);
    });
  }

  download(
    call: CallId,
    target: ModelTarget,
    onProgress: (progress: DownloadProgress) => void,
  ): Promise<DownloadResult<void>> {
    return this.#run(call, target, async (signal) => {
      const reporter = new ProgressReporter(onProgress);
      const tools = this.#toolsFor(chosenAddresses(target));
      await downloadModel(target, tools, (progress) => reporter.report(progress), signal).finally(() =>
        reporter.stop(),
      );
    });
  }

  forgetDamaged(call: CallId, target: ModelTarget, onRead: ReadProgress): Promise<DownloadResult<string[]>> {
    return this.#run(call, target, (signal) => {
      let read = 0;
      return forgetDamaged(target, this.#store, (bytes) => onRead((read += bytes)), signal);
    });
  }

  remove(target: ModelTarget): Promise<DownloadResult<void>> {
    return settle(() => this.#alone(target, () => deleteModel(target, this.#store, this.#tools.parts)));
  }

  async cancel(call: CallId): Promise<void> {
    this.#calls.cancel(call);
  }

  #toolsFor(chosen: readonly string[]): DownloadTools {
    return { ...this.#tools, network: { fetch: this.scope.asker(chosen), sleep } };
  }

  #run<T>(call: CallId, target: ModelTarget, work: (signal: AbortSignal) => Promise<T>): Promise<DownloadResult<T>> {
    return this.#calls.run(call, (signal) => settle(() => this.#alone(target, () => work(signal))));
  }

  /** Two tabs working on the same files would undo one another's work. */
  #alone<T>(target: ModelTarget, work: () => Promise<T>): Promise<T> {
    return this.scope.locks.request(`sasc-model ${target.baseUrl}`, { ifAvailable: true }, (lock) => {
      if (lock === null) throw new Busy(`Another tab is working on the files of ${target.id}.`);
      return work();
    });
  }
}

/** Reports a new phase at once, and otherwise the latest state from time to time. */
class ProgressReporter {
  #latest: DownloadProgress | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly onProgress: (progress: DownloadProgress) => void) {}

  report(progress: DownloadProgress): void {
    const isNew = progress.phase !== this.#latest?.phase;
    this.#latest = progress;
    if (isNew) this.onProgress(progress);
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      if (this.#latest !== null) this.onProgress(this.#latest);
    }, PROGRESS_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}

class Busy extends Error {}

async function settle<T>(work: () => Promise<T>): Promise<DownloadResult<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return failureOf(error);
  }
}

function failureOf(error: unknown): DownloadFailure {
  const message = error instanceof Error ? error.message : String(error);
  const failure = { ok: false as const, message, details: {} };
  if (error instanceof ModelFileError) return { ...failure, code: error.code, details: { file: error.file } };
  if (error instanceof DownloadError) return { ...failure, code: error.code, details: error.details };
  if (error instanceof Busy) return { ...failure, code: 'busy' };
  return { ...failure, code: error instanceof DOMException && error.name === 'AbortError' ? 'aborted' : 'internal' };
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      if (signal.aborted) reject(signal.reason as Error);
      else resolve();
    }
  });
}
