import { describe, expect, it, vi } from 'vitest';
import { chosenAddresses, type ModelTarget } from '../../../src/model/download/target';
import { CATALOG } from '../../../src/model/catalog';
import { withRetries, request } from '../../../src/model/download/http';
import { asker, NotChosenError } from '../../../src/net/ask';
import { CredentialsError } from '../../../src/net/credentials';

const PAGE = 'https://page.example';
const HUB = 'https://hub.example/org/model/resolve/main/';

/** What was asked, and the page's asker of it. */
function network(chosen: readonly string[], answer: () => Promise<Response> = async () => new Response('ok')) {
  const fetch = vi.fn<(url: string, init: RequestInit) => Promise<Response>>(() => answer());
  return { fetch, ask: asker(chosen, { origin: PAGE, fetch }) };
}

describe('a request', () => {
  it('goes to the page’s own server and to what was chosen, which is not told who asks', async () => {
    const { fetch, ask } = network([HUB]);
    await ask(`${PAGE}/models/tiny-math/card.json`);
    await ask(new URL('a.bin', HUB), { cache: 'no-store' });
    expect(fetch.mock.calls).toEqual([
      [`${PAGE}/models/tiny-math/card.json`, {}],
      [`${HUB}a.bin`, { cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer' }],
    ]);
  });

  it.each([
    ['https://elsewhere.example/x', NotChosenError],
    // Another port and another scheme are another server.
    ['https://hub.example:8443/org/model/x', NotChosenError],
    ['http://hub.example/org/model/x', NotChosenError],
    ['https://hub.example.evil.example/x', NotChosenError],
    ['https://user:pw@hub.example/x', CredentialsError],
    ['https://token@page.example/x', CredentialsError],
    ['data:application/json,{}', TypeError],
    ['blob:https://page.example/0', TypeError],
    ['file:///etc/passwd', TypeError],
    ['javascript:alert(1)', TypeError],
  ])('%s is refused before anything is sent', async (address, kind) => {
    const { fetch, ask } = network([HUB]);
    await expect(ask(address)).rejects.toThrow(kind);
    await expect(ask(address)).rejects.not.toThrow(/pw|token/);
    expect(fetch).not.toHaveBeenCalled();
  });

  it('that fails shows no credentials, and keeps a signal’s own reason', async () => {
    const failing = network([HUB], () => Promise.reject(new TypeError('Failed: https://user:pw@cdn.example/a')));
    await expect(failing.ask(HUB)).rejects.toThrow('Failed: https://cdn.example/a');
    const reason = new DOMException('Stopped.', 'AbortError');
    await expect(network([HUB], () => Promise.reject(reason)).ask(HUB)).rejects.toBe(reason);
  });

  it('of a download that nobody chose is not tried again', async () => {
    const { fetch, ask } = network([HUB]);
    const sleep = vi.fn(async () => undefined);
    const { signal } = new AbortController();
    const tools = { fetch: ask, sleep };
    const asked = withRetries(tools, { attempts: 6, stallMs: 100, firstWaitMs: 1 }, signal, () =>
      request(
        tools,
        { url: 'https://evil.example/shard.bin', range: null, stallMs: 100 },
        signal,
        () => undefined,
        () => undefined,
      ),
    );
    await expect(asked).rejects.toMatchObject({
      code: 'network',
      message:
        'https://evil.example/shard.bin cannot be reached: https://evil.example is not asked: it belongs to no model that was chosen.',
    });
    expect(sleep).not.toHaveBeenCalled();
    expect(fetch).not.toHaveBeenCalled();
  });
});

describe('what is chosen with a model', () => {
  it('is where its files are, and WebLLM’s library', () => {
    const hosts = CATALOG.flatMap(({ target }) => (target === null ? [] : chosenAddresses(target))).map(
      (address) => new URL(address).origin,
    );
    expect(new Set(hosts)).toEqual(new Set(['https://huggingface.co', 'https://raw.githubusercontent.com']));
  });

  it('is nothing for a folder of the user’s own', () => {
    const target: ModelTarget = {
      id: 'own',
      baseUrl: `${PAGE}/imported/own/`,
      origin: { kind: 'mlc', from: new Map() },
      libraryUrl: null,
    };
    expect(chosenAddresses(target)).toEqual([]);
  });
});
