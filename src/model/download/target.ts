import { checkAddress } from '../../net/ask';
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

/** Every address that the user chose with a model: its files', and WebLLM's library. */
export function chosenAddresses({ origin, libraryUrl }: ModelTarget): string[] {
  return [origin.from, libraryUrl].filter((address) => typeof address === 'string');
}

const HUB = 'https://huggingface.co/';

/**
 * The URL of a model's files, built as WebLLM 0.2.86 builds it: without a branch it is `resolve/main/`. Takes what a hub
 * shows as well: the page of a branch or of a file, with whatever follows `?` or `#`, and `owner/name` alone. Throws
 * CredentialsError where there is a name or password, TypeError for what is none of these.
 */
export function modelBaseUrl(address: string): string {
  const text = address.trim();
  const url = new URL(/^\w[\w.-]*\/\w[\w.-]*$/.test(text) ? HUB + text : text);
  checkAddress(url);
  url.search = '';
  url.hash = '';
  const [, base = url.href, kind, rest = ''] = /^(.+?)\/(resolve|tree|blob|raw)\/(.+)$/.exec(url.href) ?? [];
  if (kind === undefined) return `${url.href.replace(/\/+$/, '')}/resolve/main/`;
  // A page of a file: its folder is meant.
  const isFile = kind === 'blob' || kind === 'raw' || /\.(json|safetensors|bin|txt|jinja|md)$/.test(rest);
  const folder = (isFile && rest.includes('/') ? rest.replace(/\/[^/]*$/, '') : rest).replace(/\/+$/, '');
  return `${base}/resolve/${folder}/`;
}
