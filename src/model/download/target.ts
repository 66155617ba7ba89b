import { CredentialsError } from '../credentials';
import type { ModelConfig } from '../types';

/**
 * Quantisation that a checkpoint gets: the smaller error of f32 is not worth what it costs WebLLM. Kept apart from what
 * reads model files, which the page leaves to its workers.
 */
export const CHECKPOINT_QUANTIZATION = 'q4f16_1';

/** Files that the user has chosen, by their names within the folder. */
export type FolderFiles = ReadonlyMap<string, Blob>;

/** Where a model's files come from: MLC's layout as it is, or a Hugging Face checkpoint to be converted. */
type ModelOrigin =
  | { readonly kind: 'mlc'; readonly from: string | FolderFiles }
  | {
      readonly kind: 'checkpoint';
      readonly from: string | FolderFiles;
      readonly quantization: ModelConfig['quantization'];
    };

/** A model to be kept in this browser. */
export interface ModelTarget {
  /** Shown to the user, and the model's name in records. */
  readonly id: string;
  /** The files are kept under this URL, which ends in '/'. */
  readonly baseUrl: string;
  readonly origin: ModelOrigin;
  /** WebLLM's compiled library for the model; null: WebLLM cannot run it. */
  readonly libraryUrl: string | null;
}

/**
 * The URL of a model's files, built as WebLLM 0.2.86 builds it: without a branch it is `resolve/main/`. Throws
 * CredentialsError where there are any, TypeError for what is no absolute URL.
 */
export function modelBaseUrl(url: string): string {
  const { protocol, href, username, password } = new URL(url.trim());
  if (username !== '' || password !== '') throw new CredentialsError('An address must not hold a name or a password.');
  if (protocol !== 'https:' && protocol !== 'http:') throw new TypeError(`${protocol} is not http or https.`);
  const folder = href.endsWith('/') ? href : `${href}/`;
  return /.+\/resolve\/.+\//.test(folder) ? folder : `${folder}resolve/main/`;
}
