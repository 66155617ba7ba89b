import { describe, expect, it } from 'vitest';
import { classesByText } from '../../../../src/answers/classes';
import { writeClassLink } from '../../../../src/run/formats/class-link';
import { decideRun } from '../../../../src/run/decide-run';
import { runJson } from '../../../../src/run/formats/run-file';
import { LINK_LIMITS, writeRunLink } from '../../../../src/run/formats/share-codec';
import { DEFAULT_RUN_SETTINGS } from '../../../../src/run/settings';
import type { AnswerComparer } from '../../../../src/app/result/run-board.svelte';
import { SettingsState } from '../../../../src/app/session/settings.svelte';
import { ClassTaskState } from '../../../../src/app/share/class-task.svelte';
import { isLocal, sharedResult, ShareState } from '../../../../src/app/share/share.svelte';
import { SharedRunState } from '../../../../src/app/view/shared-run.svelte';
import { sampleRun } from '../../run/sample-run';

const byText: AnswerComparer = { classes: (answers) => Promise.resolve(classesByText(answers)) };

async function linkOf(hide = false): Promise<string> {
  const record = sampleRun();
  const link = await writeRunLink(record, decideRun(record.trace), { tier: 'full', hide });
  if (link === null) throw new Error('The run does not fit.');
  return link.url;
}

const TASK = {
  problem: '2 + 3',
  gold: '5',
  settings: { ...DEFAULT_RUN_SETTINGS, paths: 2, seed: 7 as number | null },
  zVariant: 'pool' as const,
  rule: 'auto' as const,
  softness: 3,
  locked: true,
  hidesVerdict: true,
};

describe('a shared run', () => {
  it('opens from a link, with its vote', async () => {
    const shared = new SharedRunState(byText, () => Promise.resolve(null));
    await shared.openLink(await linkOf());
    expect(shared.run?.record.problem).toBe('2 + 3');
    expect(shared.board.view?.decision.vote).toEqual(decideRun(sampleRun().trace).vote);
    expect(shared.hidesVerdict).toBe(false);
  });

  it('opens from a file, with the gate where it was', async () => {
    const record = sampleRun();
    const gated = { ...record, voteOptions: { ...record.voteOptions, threshold: 0.12 } };
    const shared = new SharedRunState(byText, () => Promise.resolve(null));
    await shared.openFile(new Blob([runJson(gated)]));
    expect(shared.board.view?.voteOptions.threshold).toBe(0.12);
    expect(shared.board.view?.decision.vote.keptCount).toBe(1);
    shared.board.setThreshold(null);
    expect(shared.board.view?.decision.vote.keptCount).toBe(3);
  });

  it('stays as it is when something else cannot be opened', async () => {
    const shared = new SharedRunState(byText, () => Promise.resolve(null));
    await shared.openLink(await linkOf());
    const { run } = shared;
    const { view } = shared.board;
    await shared.openLink('z.damaged');
    expect(shared.fault?.code).toBe('damaged');
    await shared.openFile(new Blob(['{}']));
    expect(shared.fault?.code).toBe('file-no-run');
    expect(shared.run).toBe(run);
    expect(shared.board.view?.trace).toBe(view?.trace);
    shared.dismissFault();
    expect(shared.fault).toBeNull();
  });

  it('hides its verdict until it is asked for, and each new one again', async () => {
    const shared = new SharedRunState(byText, () => Promise.resolve(null));
    await shared.openLink(await linkOf(true));
    expect(shared.hidesVerdict).toBe(true);
    shared.reveal();
    expect(shared.hidesVerdict).toBe(false);
    await shared.openFile(new Blob([runJson(sampleRun())]));
    await shared.openLink(await linkOf(true));
    expect(shared.hidesVerdict).toBe(false);
  });
});

describe('a classTask', () => {
  it('takes the place of the reader’s settings, which come back', async () => {
    const settings = new SettingsState(null);
    settings.change({ problem: 'my own' });
    const classTask = new ClassTaskState(settings);
    const link = await writeClassLink(TASK);
    await classTask.open(link);
    expect(classTask).toMatchObject({ locked: true, hidesVerdict: true, link, fault: null });
    // Two paths are fewer than the page offers.
    expect(settings.current).toMatchObject({
      problem: '2 + 3',
      gold: '5',
      zVariant: 'pool',
      run: { paths: 4, seed: 7 },
    });
    settings.change({ problem: 'changed in class' });
    classTask.leave();
    expect(settings.current.problem).toBe('my own');
    expect(classTask).toMatchObject({ task: null, locked: false, hidesVerdict: false });
  });

  it('gives everyone a seed of their own where it has none', async () => {
    const settings = new SettingsState(null);
    await new ClassTaskState(settings).open(
      await writeClassLink({ ...TASK, settings: { ...TASK.settings, seed: null } }),
    );
    expect(settings.current.run.seed).toBeGreaterThanOrEqual(0);
    expect(Number.isInteger(settings.current.run.seed)).toBe(true);
  });

  it('changes nothing where the link is bad', async () => {
    const settings = new SettingsState(null);
    settings.change({ problem: 'my own' });
    const classTask = new ClassTaskState(settings);
    await classTask.open('z.nothing');
    expect(classTask).toMatchObject({ task: null, fault: 'damaged' });
    expect(settings.current.problem).toBe('my own');
  });

  it('shows a verdict when it is asked for, and hides the next one', async () => {
    const classTask = new ClassTaskState(new SettingsState(null));
    await classTask.open(await writeClassLink(TASK));
    classTask.reveal();
    expect(classTask.hidesVerdict).toBe(false);
    classTask.hideAgain();
    expect(classTask.hidesVerdict).toBe(true);
  });
});

describe('what is shared', () => {
  it('is the run by the rules that are shown, in links within their limits', async () => {
    const shared = new SharedRunState(byText, () => Promise.resolve(null));
    await shared.openFile(new Blob([runJson(sampleRun())]));
    shared.board.setThreshold(0.12);
    const { run, board } = shared;
    if (run === null || board.view === null) throw new Error('Nothing is open.');
    const result = sharedResult(run.record, board.view);
    expect(result.decision.vote).toEqual(board.view.decision.vote);
    expect(result.record.voteOptions.threshold).toBe(0.12);
    const share = new ShareState('https://lab.example.org/');
    await share.writeLinks(result, false);
    const { full, compact } = share.links ?? {};
    expect(full?.url.startsWith('https://lab.example.org/#/view?r=z.')).toBe(true);
    expect(full?.url.length).toBeLessThanOrEqual(LINK_LIMITS.full);
    expect(compact?.url.length).toBeLessThanOrEqual(LINK_LIMITS.compact);
    await share.writeClassLink(TASK);
    expect(share.classLink?.startsWith('https://lab.example.org/#/solve?c=z.')).toBe(true);
  });

  it('knows addresses that nobody else can open', () => {
    const at = (url: string) => isLocal(new URL(url));
    expect(['http://localhost:4173/', 'http://127.0.0.1/', 'http://[::1]/', 'file:///a.html'].map(at)).toEqual(
      Array(4).fill(true),
    );
    expect(['https://lab.example.org/', 'http://192.168.0.4/', 'https://localhost.example.org/'].map(at)).toEqual(
      Array(3).fill(false),
    );
  });
});
