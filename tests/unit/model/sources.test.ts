import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dirSource } from '../../../src/cli/dir-source';
import { asker } from '../../../src/net/ask';
import { urlSource } from '../../../src/model/url-source';

describe('files behind a URL', () => {
  let server: Server;
  let base = '';

  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === '/model/data.bin') response.end(Buffer.from([1, 2, 3]));
      else if (request.url === '/model/page') response.setHeader('content-type', 'text/html; charset=utf-8').end('<p>');
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    base = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/model/`;
  });
  afterAll(() => server.close());

  it('are read as bytes', async () => {
    expect([...(await urlSource('m', base, asker([base])).read('data.bin'))]).toEqual([1, 2, 3]);
  });

  it.each([
    ['absent', 'status 404'],
    ['page', 'an HTML page'],
  ])('are missing when the server answers otherwise: %s', async (name, answer) => {
    await expect(urlSource('m', base, asker([base])).read(name)).rejects.toMatchObject({
      code: 'missing',
      file: name,
      message: `${name} is not at ${base} (the server answered ${answer}).`,
    });
  });

  it('are missing when there is no server', async () => {
    await expect(urlSource('m', 'http://127.0.0.1:1/', asker(['http://127.0.0.1:1/'])).read('x')).rejects.toMatchObject(
      { code: 'missing' },
    );
  });

  it('are given up on abort', async () => {
    const reading = urlSource('m', base, asker([base])).read('data.bin', AbortSignal.abort());
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('files in a folder', () => {
  it('are read, or missing by name', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'model-'));
    try {
      writeFileSync(join(folder, 'a.bin'), Uint8Array.of(9));
      const source = dirSource(`${folder}/`);
      expect(folder.endsWith(source.id)).toBe(true);
      expect([...(await source.read('a.bin'))]).toEqual([9]);
      await expect(source.read('b.bin')).rejects.toMatchObject({ code: 'missing', file: 'b.bin' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
