import { RunState } from '../../src/app/session/run.svelte';
import type { RunSettings } from '../../src/run/settings';
import type { DeviceFault } from './faulty-device';
import { faultySession } from './session';

const PROBLEM = 'Find the remainder when 8^7 is divided by 12.';
const SETTINGS: RunSettings = { paths: 4, seed: 5, temperature: 1.2, topP: 1, maxTokens: 24, entropyK: 20 };

export interface Walked {
  readonly status: RunState['status'];
  /** Why it failed; null: it did not. */
  readonly code: string | null;
  /** Of each path, how it ended and its tokens. */
  readonly paths: readonly { readonly finish: string | null; readonly tokens: readonly number[] }[];
  readonly answers: readonly (string | null)[];
  readonly elected: string | null;
  readonly rebuilds: number;
  /** On the device with the fault. */
  readonly submits: number;
  readonly allocations: number;
  readonly hasFailed: boolean;
}

/** Solves one problem as the page does, on a device that fails so. */
export async function walkRun(fault: DeviceFault): Promise<Walked> {
  const session = faultySession(fault);
  const run = new RunState(session.state);
  try {
    await session.state.loaded();
    await run.solve({ problem: PROBLEM, settings: SETTINGS });
    const { view } = run;
    const [device] = session.devices;
    const { groups = [], answers = [], vote } = view?.decision ?? {};
    return {
      status: run.status,
      code: run.failure?.code ?? null,
      paths: (view?.trace.paths ?? []).map(({ finish, tokens, length }) => ({
        finish,
        tokens: [...tokens.subarray(0, length)],
      })),
      answers,
      elected: groups.find(({ group }) => group === vote?.sasc?.group)?.answer ?? null,
      rebuilds: run.rebuilds,
      submits: device?.submits ?? 0,
      allocations: device?.allocations ?? 0,
      hasFailed: device?.hasFailed ?? false,
    };
  } finally {
    await session.close();
  }
}
