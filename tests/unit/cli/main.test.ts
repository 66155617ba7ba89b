import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../../src/cli/main';

describe('a command line', () => {
  let out = '';
  let err = '';
  beforeEach(() => {
    out = '';
    err = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    process.removeAllListeners('SIGINT');
  });

  it('prints its usage when asked', async () => {
    expect(await main(['--help'])).toBe(0);
    expect(out).toContain('solve   --problem TEXT');
    expect(err).toBe('');
  });

  it.each([
    [[], 'Usage: '],
    [['frobnicate'], 'There is no command "frobnicate".'],
    [['solve'], '--problem is missing.'],
    [['solve', '--problem', '1', '--paths', '65'], '--paths should be a whole number from 1 to 64, but is 65.'],
    [['solve', '--problem', '1', '--top-p', '0'], '--top-p should be above 0 and at most 1, but is 0.'],
    [['solve', '--problem', '1', '--engine', 'remote'], '--engine should be ("batch" | "cpu"), but is "remote".'],
    [['learn'], 'Either --problem or --problems is needed.'],
    [['learn', '--problem', '1', '--votes', '0'], '--votes should be a whole number from 1 to 64, but is 0.'],
    [['parity'], '--golden is missing.'],
    [['vote'], '--paths is missing.'],
    [['bench', '--paths', '1,65'], '--paths should be numbers from 1 to 64 with commas between, but is "1,65".'],
  ])('is wrong use, exit code 2: %j', async (argv, message) => {
    expect(await main(argv)).toBe(2);
    expect(err).toContain(message);
    expect(out).toBe('');
  });

  it.each([
    [['solve', '--problem', '1', '--model', '/nowhere'], 'mlc-chat-config.json is not in /nowhere.\n'],
    [['learn', '--problem', '1', '--model', '/nowhere'], 'mlc-chat-config.json is not in /nowhere.\n'],
    [['parity', '--golden', '/nowhere'], 'expected.json is not in /nowhere.\n'],
    [['vote', '--paths', '/nowhere'], "/nowhere cannot be read: ENOENT: no such file or directory, open '/nowhere'\n"],
  ])('fails with one line and exit code 1: %j', async (argv, message) => {
    expect(await main(argv)).toBe(1);
    expect(err).toBe(message);
    expect(out).toBe('');
  });
});
