import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { CommandContext } from '../../../src/cli/command';
import { learn } from '../../../src/cli/learn';
import type { LearnDocument } from '../../../src/cli/learn-document';
import { solve } from '../../../src/cli/solve';
import type { SolveDocument } from '../../../src/cli/solve-document';

// A machine whose GPU cannot be had, whatever this one has: Vulkan's loader finds no driver.
beforeAll(() => void vi.stubEnv('VK_DRIVER_FILES', '/nowhere.json'));
afterAll(() => void vi.unstubAllEnvs());
/** Other systems' GPUs cannot be hidden by the environment. */
const onLinux = it.runIf(process.platform === 'linux');

const TASK = ['--problem', 'What is gcd(36, 96)?', '--json'];

function recorder() {
  const out: string[] = [];
  const err: string[] = [];
  const context: CommandContext = {
    signal: new AbortController().signal,
    progress: { show: () => undefined, clear: () => undefined },
    print: (line) => void out.push(line),
    printError: (line) => void err.push(line),
  };
  return { context, out, err };
}

onLinux('solve takes the processor where no GPU is found, and says so in one line', async () => {
  const { context, out, err } = recorder();
  expect(await solve([...TASK, '--paths', '4'], context)).toBe(0);
  expect(err).toEqual(['No GPU was found: the CPU engine takes its place, which is slower.']);
  const document = JSON.parse(out.join('')) as SolveDocument;
  expect(document).toMatchObject({ engine: 'cpu', device: 'CPU', model: 'tiny-math' });
  expect(document.paths).toHaveLength(4);
  expect(document.paths.every(({ finish }) => finish === 'stop')).toBe(true);
});

onLinux('solve --engine cpu says nothing, and --engine batch insists on a GPU', async () => {
  const asked = recorder();
  expect(await solve([...TASK, '--paths', '2', '--engine', 'cpu'], asked.context)).toBe(0);
  expect([asked.err, (JSON.parse(asked.out.join('')) as SolveDocument).engine]).toEqual([[], 'cpu']);
  await expect(solve([...TASK, '--engine', 'batch'], recorder().context)).rejects.toThrow('no adapter');
});

it('learn takes its updates on the processor too, and solve then runs with the adapter', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sasc-lab-cpu-'));
  const problems = join(folder, 'problems.jsonl');
  writeFileSync(problems, `${JSON.stringify({ id: '1', problem: 'Solve for x: 7x+12=54' })}\n`);
  const { context, out } = recorder();
  const steps = ['--problems', problems, '--steps', '1', '--votes', '8', '--temperature', '1.6', '--rank', '4'];
  const adapter = join(folder, 'adapter');
  expect(await learn([...steps, '--engine', 'cpu', '--out', adapter, '--json'], context)).toBe(0);
  const document = JSON.parse(out.join('')) as LearnDocument;
  expect([document.device, document.steps.length]).toEqual(['CPU', 1]);
  const solved = recorder();
  const task = [...TASK, '--paths', '2', '--engine', 'cpu', '--adapter', adapter];
  expect(await solve(task, solved.context)).toBe(0);
  expect(JSON.parse(solved.out.join(''))).toMatchObject({ adapter: 'adapter' });
});
