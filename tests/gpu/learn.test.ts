import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { CommandContext } from '../../src/cli/command';
import { learn } from '../../src/cli/learn';
import type { LearnDocument } from '../../src/cli/learn-document';
import { patience } from '../patience';

const folder = mkdtempSync(join(tmpdir(), 'sasc-learn-'));
afterAll(() => rmSync(folder, { recursive: true }));

const place = (name: string): string => join(folder, name);
const PROBLEMS = place('problems.jsonl');
writeFileSync(
  PROBLEMS,
  [
    { id: 'a', problem: 'What is gcd(36, 96)?', answer: '12' },
    { id: 'b', problem: 'Find the value of 53 + 5 * 3 - 10.', answer: '58' },
  ]
    .map((row) => JSON.stringify(row))
    .join('\n'),
);
const PLAN = ['--problems', PROBLEMS, '--votes', '4', '--max-tokens', '64', '--eval-paths', '2', '--beta', '0.01'];
const RUN = [...PLAN, '--problems-per-step', '1', '--schedule', 'constant', '--learning-rate', '0.002', '--json'];

async function run(
  argv: readonly string[],
  signal = new AbortController().signal,
  onProgress: (text: string) => void = () => undefined,
) {
  const out: string[] = [];
  const err: string[] = [];
  const context: CommandContext = {
    signal,
    progress: { show: onProgress, clear: () => undefined },
    print: (line) => void out.push(line),
    printError: (line) => void err.push(line),
  };
  const code = await learn(argv, context);
  return { code, err, document: JSON.parse(out.join('\n')) as LearnDocument };
}

/** Without what depends on the clock. */
function untimed({ steps, ...rest }: LearnDocument) {
  return { ...rest, steps: steps.map((step) => ({ ...step, metrics: { ...step.metrics, step_time: 0 } })) };
}

describe('learn on the GPU', () => {
  it(
    'moves the adapter, and a resumed run is an uninterrupted one, bit for bit',
    { timeout: patience(480_000) },
    async () => {
      const whole = await run([...RUN, '--steps', '2', '--resume', place('whole'), '--out', place('adapter')]);
      expect(whole.code).toBe(0);
      expect(whole.document.steps).toHaveLength(2);
      expect(whole.document.steps.some(({ updated }) => updated)).toBe(true);
      expect(whole.document.eval.all.map(({ set, report }) => [set, report.step])).toEqual([
        ['train', 0],
        ['train', 2],
      ]);

      await run([...RUN, '--steps', '1', '--resume', place('parts')]);
      cpSync(place('parts'), place('copy'), { recursive: true });
      // The plan's last evaluation belongs to the shorter plan only.
      const parts = await run([...RUN, '--steps', '2', '--resume', place('parts')]);
      expect(untimed(parts.document).steps).toEqual(untimed(whole.document).steps);
      expect(parts.document.eval.after).toEqual(whole.document.eval.after);
      const state = (name: string): Buffer => readFileSync(join(place(name), 'state-2.safetensors'));
      expect(state('parts').equals(state('whole'))).toBe(true);

      const config = JSON.parse(readFileSync(join(place('adapter'), 'adapter_config.json'), 'utf8')) as { r: number };
      expect(config.r).toBe(whole.document.settings.lora.rank);
    },
  );

  it('stopped within a step, it keeps the last finished one', { timeout: patience(480_000) }, async () => {
    const abort = new AbortController();
    const stopped = await run([...RUN, '--steps', '2', '--resume', place('copy')], abort.signal, (text) => {
      if (text.startsWith('step 2: sample')) abort.abort();
    });
    expect(stopped.code).toBe(1);
    expect(stopped.err).toEqual(['Stopped on request: the last finished step is kept.']);
    expect(stopped.document.stepsDone).toBe(1);
    const resumed = await run([...RUN, '--steps', '2', '--resume', place('copy')]);
    expect(resumed.document.stepsDone).toBe(2);
    const state = (name: string): Buffer => readFileSync(join(place(name), 'state-2.safetensors'));
    expect(state('copy').equals(state('whole'))).toBe(true);
  });

  it('refuses to go on with other problems or another damaged folder', async () => {
    await expect(run(['--problem', '1 + 1', '--json', '--resume', place('whole')])).rejects.toThrow(/other problems/);
    writeFileSync(join(place('whole'), 'state-2.safetensors'), 'x');
    await expect(run([...RUN, '--resume', place('whole')])).rejects.toThrow(/state-2\.safetensors is damaged/);
  });
});
