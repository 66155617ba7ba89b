import * as v from 'valibot';
import { DownloadClient } from '../../../workers/download-client';
import type { DownloadFailure, DownloadResult } from '../../../workers/download-protocol';
import { type AdapterFacts, CATALOG, type CatalogModel, EMBEDDED_ID } from '../../model/catalog';
import type { DownloadProgress } from '../../model/download/download';
import { RateMeter } from '../../model/download/rate';
import { type FolderFiles, modelBaseUrl } from '../../model/download/target';
import type { ModelStatus } from '../../model/download/stored-model';
import { readAdapterFacts } from './adapter-facts';
import { embeddedModel, type ModelLocation, locationOf } from '../session/model-location';
import { listed, type OwnModel, ownModel, ownModelsSchema } from './own-models';
import { Persisted } from '../storage/persisted.svelte';

/** Work under way on one model. */
export interface ModelJob {
  readonly id: string;
  readonly kind: 'download' | 'check' | 'remove';
  readonly phase: DownloadProgress['phase'] | null;
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** null: not known yet. */
  readonly bytesPerSecond: number | null;
  readonly remainingMs: number | null;
}

/** The part of the download worker that is used here, so that tests can bring their own. */
type Downloads = Pick<DownloadClient, 'statuses' | 'inspect' | 'download' | 'forgetDamaged' | 'remove'>;

export interface StorageFacts {
  readonly usedBytes: number;
  readonly quotaBytes: number;
  /** Whether the browser has promised to keep it. */
  readonly isPersisted: boolean;
}

/** What is known about the models, and what is being done to one of them. */
export class ModelsState {
  readonly #own = new Persisted<OwnModel[]>('sasc-own-models', ownModelsSchema, []);
  readonly #chosen = new Persisted<string>('sasc-model', v.string(), EMBEDDED_ID);
  /** A folder that is being taken in: on the list, but not for good before it is whole. */
  #incoming = $state.raw<{ readonly own: OwnModel; readonly files: FolderFiles } | null>(null);
  #statuses = $state.raw<Readonly<Record<string, ModelStatus>>>({});
  #job = $state.raw<ModelJob | null>(null);
  #failures = $state.raw<Readonly<Record<string, DownloadFailure | null>>>({});
  #asking = $state.raw<string | null>(null);
  #adapter = $state.raw<AdapterFacts | null>(null);
  #storage = $state.raw<StorageFacts | null>(null);
  #hasLooked = $state.raw(false);
  #client: Downloads | null = null;
  #meter = new RateMeter();
  /** Ends the job under way. */
  #abort = new AbortController();
  /** What ends a job besides itself. */
  #wish: 'pause' | 'cancel' | null = null;

  constructor(private readonly connect: () => Downloads = () => new DownloadClient()) {}

  readonly list: readonly CatalogModel[] = $derived([
    ...CATALOG,
    ...this.#own.current.map((own) => listed(own)),
    ...(this.#incoming === null ? [] : [listed(this.#incoming.own, this.#incoming.files)]),
  ]);

  /** The model that Solve uses, or will use when it is here. */
  get chosen(): string {
    return this.#chosen.current;
  }

  /** Of the chosen model; the embedded one when it is not on the list. */
  get location(): ModelLocation {
    const model = this.find(this.chosen);
    return model === null ? embeddedModel() : locationOf(model);
  }

  get job(): ModelJob | null {
    return this.#job;
  }

  /** The model whose download waits for a yes. */
  get asking(): string | null {
    return this.#asking;
  }

  get adapter(): AdapterFacts | null {
    return this.#adapter;
  }

  get storage(): StorageFacts | null {
    return this.#storage;
  }

  get hasLooked(): boolean {
    return this.#hasLooked;
  }

  /** null: not looked yet. */
  statusOf(id: string): ModelStatus | null {
    return this.#statuses[id] ?? null;
  }

  failureOf(id: string): DownloadFailure | null {
    return this.#failures[id] ?? null;
  }

  find(id: string): CatalogModel | null {
    return this.list.find((model) => model.id === id) ?? null;
  }

  choose(id: string): void {
    this.#chosen.current = id;
  }

  /** Looks at adapter and storage anew. Insecure pages have neither. */
  async refresh(): Promise<void> {
    if (!globalThis.isSecureContext) return;
    const models = this.list.filter((model) => model.target !== null);
    const [adapter, result] = await Promise.all([
      readAdapterFacts(),
      this.#worker().statuses(models.flatMap(({ target }) => (target === null ? [] : [target]))),
    ]);
    this.#adapter = adapter;
    if (result.ok) this.#statuses = Object.fromEntries(models.map(({ id }, i) => [id, result.value[i] ?? ABSENT]));
    this.#hasLooked = true;
    this.#storage = await readStorage();
  }

  /** Asks before anything is fetched. */
  ask(id: string): void {
    this.#asking = id;
    this.#setFailure(id, null);
  }

  decline(): void {
    this.#asking = null;
  }

  /** Fetches what is missing of a model; goes on where an earlier download ended. */
  async download(id: string): Promise<void> {
    this.#asking = null;
    const model = this.find(id);
    if (model === null || model.target === null || this.#job !== null) return;
    // Whether the browser agrees or not: without it the files may go when the disk gets full.
    void navigator.storage.persist();
    const { target } = model;
    const result = await this.#work(id, 'download', (signal) =>
      this.#worker().download(target, (progress) => this.#show(id, progress), signal),
    );
    const incoming = this.#incoming?.own.id === id ? this.#incoming.own : null;
    if (this.#wish === 'cancel' || (incoming !== null && !result.ok)) await this.#worker().remove(target);
    if (incoming !== null) {
      this.#incoming = null;
      if (result.ok) this.#own.current = [...this.#own.current, incoming];
    }
    await this.refresh();
  }

  pause(): void {
    this.#end('pause');
  }

  /** Ends a download and deletes what has come of it. */
  cancel(): void {
    this.#end('cancel');
  }

  /** Reads all that is kept of a model, and fetches what is damaged or missing. */
  async repair(id: string): Promise<void> {
    const model = this.find(id);
    if (model === null || model.target === null || this.#job !== null) return;
    const { target } = model;
    const totalBytes = this.statusOf(id)?.keptBytes ?? 0;
    const result = await this.#work(id, 'check', (signal) =>
      this.#worker().forgetDamaged(
        target,
        (doneBytes) => this.#show(id, { phase: 'check', doneBytes, totalBytes, arrivedBytes: doneBytes }),
        signal,
      ),
    );
    if (result.ok && result.value.length > 0) await this.download(id);
    else await this.refresh();
  }

  async remove(id: string): Promise<void> {
    const model = this.find(id);
    if (model === null || model.target === null || this.#job !== null) return;
    const { libraryUrl } = model.target;
    const isShared = this.list.some((other) => {
      return other.id !== id && other.target?.libraryUrl === libraryUrl && this.statusOf(other.id)?.state === 'ready';
    });
    const target = isShared ? { ...model.target, libraryUrl: null } : model.target;
    const result = await this.#work(id, 'remove', () => this.#worker().remove(target));
    if (result.ok && model.isOwn) this.#own.current = this.#own.current.filter((own) => own.id !== id);
    await this.refresh();
  }

  /** Puts a model on the list that lies at a URL; the failure where there is none. Throws TypeError for no URL. */
  async addUrl(url: string): Promise<DownloadFailure | null> {
    const baseUrl = modelBaseUrl(url);
    const result = await this.#worker().inspect(baseUrl);
    if (!result.ok) return result;
    const own = this.#unlike(ownModel({ url: baseUrl }, result.value, document.baseURI));
    this.#own.current = [...this.#own.current.filter(({ id }) => id !== own.id), own];
    await this.refresh();
    this.ask(own.id);
    return null;
  }

  /** Takes in a folder of the user's disk; the failure where it holds no model. */
  async addFolder(name: string, files: FolderFiles): Promise<DownloadFailure | null> {
    const result = await this.#worker().inspect(files);
    if (!result.ok) return result;
    const own = this.#unlike(ownModel({ folder: name }, result.value, document.baseURI));
    this.#own.current = this.#own.current.filter(({ id }) => id !== own.id);
    this.#incoming = { own, files };
    await this.download(own.id);
    return this.failureOf(own.id);
  }

  /** Another model may have the name already, unless it is the same one once more. */
  #unlike(own: OwnModel): OwnModel {
    const isTaken = (id: string): boolean => {
      const other = this.find(id);
      return other !== null && other.target?.baseUrl !== own.baseUrl;
    };
    let id = own.id;
    for (let n = 2; isTaken(id); n++) id = `${own.id} (${n})`;
    return { ...own, id };
  }

  #end(wish: 'pause' | 'cancel'): void {
    this.#wish = wish;
    this.#abort.abort();
  }

  async #work<T>(id: string, kind: ModelJob['kind'], work: (signal: AbortSignal) => Promise<DownloadResult<T>>) {
    this.#wish = null;
    this.#abort = new AbortController();
    this.#setFailure(id, null);
    this.#job = { id, kind, phase: null, doneBytes: 0, totalBytes: 0, bytesPerSecond: null, remainingMs: null };
    const result = await work(this.#abort.signal);
    this.#job = null;
    if (!result.ok && result.code !== 'aborted') this.#setFailure(id, result);
    return result;
  }

  #show(id: string, progress: DownloadProgress): void {
    if (this.#job?.id !== id) return;
    if (this.#job.phase !== progress.phase) this.#meter = new RateMeter();
    const { doneBytes, totalBytes, arrivedBytes } = progress;
    const bytesPerSecond = this.#meter.rate(arrivedBytes, performance.now());
    const remainingMs = bytesPerSecond ? (1000 * (totalBytes - doneBytes)) / bytesPerSecond : null;
    this.#job = { ...this.#job, ...progress, bytesPerSecond, remainingMs };
  }

  #setFailure(id: string, failure: DownloadFailure | null): void {
    this.#failures = { ...this.#failures, [id]: failure };
  }

  #worker(): Downloads {
    this.#client ??= this.connect();
    return this.#client;
  }
}

const ABSENT: ModelStatus = { state: 'absent', keptBytes: 0 };

async function readStorage(): Promise<StorageFacts | null> {
  const [{ usage, quota }, isPersisted] = await Promise.all([
    navigator.storage.estimate(),
    navigator.storage.persisted(),
  ]);
  return usage === undefined || quota === undefined ? null : { usedBytes: usage, quotaBytes: quota, isPersisted };
}

/** Whether the browser says that the connection is metered or that it saves data. Only some browsers tell. */
export function isMetered(): boolean {
  const connection: unknown = 'connection' in navigator ? navigator.connection : null;
  if (typeof connection !== 'object' || connection === null) return false;
  const { saveData, type } = connection as { saveData?: unknown; type?: unknown };
  return saveData === true || type === 'cellular';
}
