/** Every message between the page and the download worker. Results are tagged unions, since comlink drops an error's fields. */
import type { DownloadProgress } from '../src/model/download/download';
import type { ModelOutline } from '../src/model/download/inspect';
import type { FolderFiles, ModelTarget } from '../src/model/download/target';
import type { ModelStatus } from '../src/model/download/stored-model';
import type { CallId } from './calls';

type DownloadFailureCode =
  /** The files: not there, not usable, not what they should be. */
  | 'missing'
  | 'invalid'
  | 'corrupt'
  /** The network, or the browser's storage. */
  | 'network'
  | 'quota'
  /** Another tab is working on it. */
  | 'busy'
  | 'aborted'
  | 'internal';

export interface DownloadFailure {
  readonly ok: false;
  readonly code: DownloadFailureCode;
  readonly message: string;
  readonly details: Readonly<Record<string, string | number>>;
}
export type DownloadResult<T> = { readonly ok: true; readonly value: T } | DownloadFailure;

/** Bytes read so far while a stored model is checked. */
export type ReadProgress = (readBytes: number) => void;

export interface DownloadWorkerApi {
  /** What is stored of each model. */
  statuses(targets: readonly ModelTarget[]): Promise<DownloadResult<ModelStatus[]>>;
  /** Reads a model's description from a URL (as modelBaseUrl builds it) or a folder. */
  inspect(from: string | FolderFiles): Promise<DownloadResult<ModelOutline>>;
  download(
    call: CallId,
    target: ModelTarget,
    onProgress: (progress: DownloadProgress) => void,
  ): Promise<DownloadResult<void>>;
  /** Reads all that is stored and deletes what is damaged; the names of those files. */
  forgetDamaged(call: CallId, target: ModelTarget, onRead: ReadProgress): Promise<DownloadResult<string[]>>;
  remove(target: ModelTarget): Promise<DownloadResult<void>>;
  /** Ends this call, which then returns code 'aborted'; no other call. */
  cancel(call: CallId): Promise<void>;
}
