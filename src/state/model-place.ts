/** Where a model's files are. */
export interface ModelPlace {
  readonly id: string;
  /** Absolute, ends in '/'. */
  readonly url: string;
}

/** The model that comes with the page, whatever path the page is served under. */
export function embeddedModel(baseUrl: string = document.baseURI): ModelPlace {
  const id = 'tiny-math';
  return { id, url: new URL(`models/${id}/`, baseUrl).href };
}
