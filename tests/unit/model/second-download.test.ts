import { describe, expect, it } from 'vitest';
import { folderCheckpoint } from '../../../src/model/download/sources';
import { secondDownload } from '../../../src/model/second-download';

describe('a further download of a file', () => {
  it.each<[string, string[], string | null]>([
    ['adapter_config.json', ['adapter_config (1).json'], 'adapter_config (1).json'],
    ['adapter_config.json', ['adapter_config (2).json', 'adapter_config (10).json', 'x'], 'adapter_config (10).json'],
    ['adapter_config.json', ['adapter_config.json', 'adapter_config (a).json', 'adapter_model (1).json'], null],
    ['LICENSE', ['LICENSE (1)'], 'LICENSE (1)'],
  ])('of %s among %j is %s', (wanted, names, expected) => {
    expect(secondDownload(wanted, names)).toBe(expected);
  });

  it('is read where the first one is not there', async () => {
    const blob = (text: string): Blob => new Blob([text]);
    const read = async (files: [string, Blob][]): Promise<string> =>
      new TextDecoder().decode(await folderCheckpoint('', new Map(files)).read('config.json'));
    expect(await read([['config (1).json', blob('second')]])).toBe('second');
    expect(
      await read([
        ['config (1).json', blob('second')],
        ['config.json', blob('first')],
      ]),
    ).toBe('first');
  });
});
