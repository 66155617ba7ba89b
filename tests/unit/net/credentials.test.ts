import { describe, expect, it } from 'vitest';
import { CredentialsError, withoutCredentials } from '../../../src/net/credentials';
import { DownloadError, TransientError } from '../../../src/model/download/errors';
import { modelBaseUrl } from '../../../src/model/download/target';
import { ModelFileError } from '../../../src/model/errors';
import { toEngineError } from '../../../src/policy/errors';

describe('credentials in an address', () => {
  it.each(['https://user:pw@host.example/org/model', 'http://token@host.example/', 'https://a:b%40c@[::1]/x'])(
    '%s is refused, and the message shows none',
    (address) => {
      expect(() => modelBaseUrl(address)).toThrow(CredentialsError);
      try {
        modelBaseUrl(address);
      } catch (error) {
        expect((error as Error).message).not.toMatch(/pw|token|%40/);
      }
    },
  );

  it('are in no message, whoever writes it', () => {
    const message = 'https://user:p@w@host/a.bin and ftp://me@b/ cannot be reached: a@b.example is a name.';
    const shown = 'https://host/a.bin and ftp://b/ cannot be reached: a@b.example is a name.';
    expect(withoutCredentials(message)).toBe(shown);
    for (const error of [
      new ModelFileError('missing', 'a.bin', message),
      new DownloadError('network', message),
      new TransientError(message),
      toEngineError(new TypeError(message)),
    ]) {
      expect(error.message).toBe(shown);
    }
  });

  it('an address without any is taken as it is', () => {
    expect(modelBaseUrl('https://host.example/org/model@v1')).toBe('https://host.example/org/model@v1/resolve/main/');
  });
});
