import * as Comlink from 'comlink';
import type { DownloadProgress } from '../src/model/download/download';
import type { ModelOutline } from '../src/model/download/inspect';
import type { FolderFiles, ModelTarget } from '../src/model/download/target';
import type { ModelStatus } from '../src/model/download/stored-model';
import { type CallId, Calls } from './calls';
import type { DownloadFailure, DownloadResult, DownloadWorkerApi, ReadProgress } from './download-protocol';

/** The page's side of the download worker. Every call settles, even when the worker cannot start; a signal ends its own. */
export class DownloadClient {
  // Held for the life of the client: comlink closes a channel whose proxy has been collected as garbage.
  readonly #worker = new Worker(new URL('./download.worker.ts', import.meta.url), { type: 'module', name: 'download' });
  readonly #api = Comlink.wrap<DownloadWorkerApi>(this.#worker);
  readonly #calls = new Calls((call) => void this.#api.cancel(call));
  readonly #died = new Promise<DownloadFailure>((resolve) => {
    this.#worker.addEventListener('error', (event) => {
      resolve({ ok: false, code: 'internal', message: event.message || 'the worker did not start', details: {} });
    });
  });

  statuses(targets: readonly ModelTarget[]): Promise<DownloadResult<ModelStatus[]>> {
    return this.#settled(this.#api.statuses(targets));
  }

  inspect(from: string | FolderFiles): Promise<DownloadResult<ModelOutline>> {
    return this.#settled(this.#api.inspect(from));
  }

  download(
    target: ModelTarget,
    onProgress: (progress: DownloadProgress) => void,
    signal?: AbortSignal,
  ): Promise<DownloadResult<void>> {
    return this.#run(signal, (call) => this.#api.download(call, target, Comlink.proxy(onProgress)));
  }

  forgetDamaged(target: ModelTarget, onRead: ReadProgress, signal?: AbortSignal): Promise<DownloadResult<string[]>> {
    return this.#run(signal, (call) => this.#api.forgetDamaged(call, target, Comlink.proxy(onRead)));
  }

  remove(target: ModelTarget): Promise<DownloadResult<void>> {
    return this.#settled(this.#api.remove(target));
  }

  #run<T>(
    signal: AbortSignal | undefined,
    make: (call: CallId) => Promise<DownloadResult<T>>,
  ): Promise<DownloadResult<T>> {
    return this.#calls.run(signal, (call) => this.#settled(make(call)));
  }

  #settled<T>(call: Promise<DownloadResult<T>>): Promise<DownloadResult<T>> {
    return Promise.race([call, this.#died]);
  }
}
