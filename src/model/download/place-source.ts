import type { ModelSource } from '../types';
import { urlSource } from '../url-source';
import type { CachesLike } from './caches';
import { hasModel, ModelStore, storeSource } from './store';

/**
 * A model's files for the engine: kept ones where there are any, else those on the page's own server. From elsewhere
 * nothing is fetched here: a download has a size to be agreed to and files to be checked, so that a model that is not kept
 * is 'missing'.
 * @param caches undefined on insecure pages, which have no Cache Storage
 * @param baseUrl absolute, ends in '/'
 */
export async function placeSource(
  caches: CachesLike | undefined,
  pageOrigin: string,
  id: string,
  baseUrl: string,
): Promise<ModelSource> {
  const isOwn = new URL(baseUrl).origin === pageOrigin;
  if (caches === undefined) return urlSource(id, baseUrl);
  const store = new ModelStore(caches);
  return isOwn && !(await hasModel(store, baseUrl)) ? urlSource(id, baseUrl) : storeSource(store, id, baseUrl);
}
