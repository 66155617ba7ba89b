import { asker } from '../../net/ask';
import type { ModelSource } from '../types';
import { urlSource } from '../url-source';
import type { CachesLike } from './caches';
import { hasModel, ModelStore, storeSource } from './store';

/**
 * A model's files for the engine: stored ones where there are any, else those on the page's own server. Nothing else is
 * fetched here, since a download needs the user's consent and its files must be checked: a model that is not stored is
 * 'missing'.
 * @param caches undefined on insecure pages, which have no Cache Storage
 * @param baseUrl absolute, ends in '/'
 */
export async function modelSource(
  caches: CachesLike | undefined,
  pageOrigin: string,
  id: string,
  baseUrl: string,
): Promise<ModelSource> {
  const isOwn = new URL(baseUrl).origin === pageOrigin;
  const onServer = urlSource(id, baseUrl, asker(isOwn ? [baseUrl] : []));
  if (caches === undefined) return onServer;
  const store = new ModelStore(caches);
  return isOwn && !(await hasModel(store, baseUrl)) ? onServer : storeSource(store, id, baseUrl);
}
