import { type Ask, askOwn } from '../net/ask';
import { ModelFileError } from './errors';
import { isHtmlPage } from './html-page';
import type { ModelSource } from './types';

/** Model files under a URL that ends in '/'. @param ask may ask its origin */
export function urlSource(id: string, baseUrl: string, ask: Ask = askOwn): ModelSource {
  return {
    id,
    async read(fileName, signal) {
      const response = await fetchFile(ask, new URL(fileName, baseUrl), fileName, signal);
      const isPage = isHtmlPage(response);
      if (!response.ok || isPage) {
        const answer = isPage ? 'an HTML page' : `status ${response.status}`;
        throw new ModelFileError(
          'missing',
          fileName,
          `${fileName} is not at ${baseUrl} (the server answered ${answer}).`,
        );
      }
      return new Uint8Array(await response.arrayBuffer());
    },
  };
}

async function fetchFile(ask: Ask, url: URL, fileName: string, signal?: AbortSignal): Promise<Response> {
  try {
    return await ask(url, { signal: signal ?? null });
  } catch (error) {
    signal?.throwIfAborted();
    const reason = (error as Error).message;
    throw new ModelFileError('missing', fileName, `${fileName} cannot be fetched from ${url.href}: ${reason}.`);
  }
}
