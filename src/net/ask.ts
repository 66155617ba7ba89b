import { CredentialsError, withoutCredentials } from './credentials';

/** Sends a request, as `fetch` does. */
export type Ask = (address: string | URL, init?: RequestInit) => Promise<Response>;

/** An address that nobody has chosen: no request was sent. */
export class NotChosenError extends TypeError {
  override readonly name = 'NotChosenError';
}

/** What is used of the browser, so that tests can bring their own. */
export interface AskScope {
  /** The page's own origin; undefined outside a page, which then asks only what was chosen. */
  readonly origin: string | undefined;
  fetch(url: string, init: RequestInit): Promise<Response>;
}

/** The page's, or a worker's. */
const BROWSER: AskScope = {
  get origin() {
    return globalThis.location?.origin;
  },
  fetch: (url, init) => fetch(url, init),
};

/**
 * Asks the page's own server, and the origins of addresses that the user has chosen, but nobody else: a link, a file or a
 * manifest cannot make the page ask an address that it brings along. Where a chosen server sends the request on, the
 * browser follows, as hubs do to their storage.
 *
 * What is returned rejects with CredentialsError, NotChosenError or TypeError before anything is sent, or with what `fetch`
 * rejects with; no message shows a name or a password.
 *
 * @param chosen absolute addresses: of the models that the user named or took from the list
 */
export function asker(chosen: readonly string[], scope: AskScope = BROWSER): Ask {
  const origins = new Set(chosen.map((address) => new URL(address).origin));
  return async (address, init = {}) => {
    const url = new URL(address, globalThis.location?.href);
    checkAddress(url);
    const isOwn = url.origin === scope.origin;
    if (!isOwn && !origins.has(url.origin)) {
      throw new NotChosenError(`${url.origin} is not asked: it belongs to no model that was chosen`);
    }
    try {
      // Others are told neither who asks nor from which page.
      const privately: RequestInit = isOwn ? {} : { credentials: 'omit', referrerPolicy: 'no-referrer' };
      return await scope.fetch(url.href, { ...init, ...privately });
    } catch (error) {
      // Also of a signal's own reason, which must stay itself.
      if (!(error instanceof TypeError)) throw error;
      throw new TypeError(withoutCredentials(error.message), { cause: error });
    }
  };
}

/** Asks the page's own server alone. */
export const askOwn: Ask = asker([]);

/** Rejects what could not be stored, shown and shared as it is. Throws CredentialsError or TypeError. */
export function checkAddress(url: URL): void {
  if (url.username !== '' || url.password !== '') {
    throw new CredentialsError('An address must not hold a name or a password.');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new TypeError(`${url.protocol} is not http or https.`);
  }
}
