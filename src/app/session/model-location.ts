import type { CatalogModel, WebLlmRecord } from '../../model/catalog';

/** Where a model's files are. */
export interface ModelLocation {
  readonly id: string;
  /** Absolute, ends in '/'. */
  readonly url: string;
  /** null: WebLLM cannot run it. */
  readonly webllm: WebLlmRecord | null;
}

/** The model that comes with the page, whatever path the page is served under. */
export function embeddedModel(baseUrl: string = document.baseURI): ModelLocation {
  const id = 'tiny-math';
  return { id, url: new URL(`models/${id}/`, baseUrl).href, webllm: null };
}

/** Where a listed model is stored. */
export function locationOf({ id, target, webllm }: CatalogModel): ModelLocation {
  return target === null ? embeddedModel() : { id, url: target.baseUrl, webllm };
}
