import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadRun, type SavedRun, saveRun } from '../../../src/cli/learn-folder';
import { initialLora } from '../../../src/model/initial-lora';
import { DEFAULT_LEARN_SETTINGS } from '../../../src/learn/settings';
import type { LoraConfig } from '../../../src/model/lora';
import { loadModelFiles } from '../../../src/model/load';
import { fixtureModel } from '../model/fixture-model';

const { config: model } = await loadModelFiles(fixtureModel().source());
const lora: LoraConfig = { rank: 2, alpha: 4, targets: ['q', 'down'] };

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sasc-learn-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

function runAfter(stepsDone: number): SavedRun {
  return {
    checkpoint: {
      version: 1,
      modelId: 'fixture',
      settings: { ...DEFAULT_LEARN_SETTINGS, lora, softness: Infinity },
      stepsDone,
      updates: stepsDone,
      tokensSeen: 100 * stepsDone,
      baseline: { entropy: 0.1, diversity: 0.5 },
      labelHistory: {},
      adapter: initialLora(model, lora, 10 * stepsDone),
      firstMoments: initialLora(model, lora, 10 * stepsDone + 1),
      secondMoments: initialLora(model, lora, 10 * stepsDone + 2),
    },
    problems: 'digest',
    heldOut: 'other digest',
    evalPaths: 8,
    steps: [
      {
        step: 1,
        groups: [
          {
            id: 'a',
            label: '1',
            majority: '1',
            majorityRatio: 0.5,
            labelIsRight: true,
            skipped: null,
            labelFlips: 1,
            weight: 0.75,
          },
          {
            id: 'b',
            label: null,
            majority: null,
            majorityRatio: 0,
            labelIsRight: null,
            skipped: 'no-label',
            labelFlips: 0,
            weight: 1,
          },
        ],
        metrics: { reward: 0.5, 'completions/mean_length': 3 },
        warnings: [{ code: 'kl-high', value: 1, bound: 0.2 }],
        updated: true,
      },
    ],
    evaluations: [
      {
        set: 'held-out',
        report: {
          step: 0,
          problems: [
            { id: 'x', answers: ['1', null], right: [true, false] },
            { id: 'y', answers: ['1', null], right: null },
          ],
          pass1: 0.5,
          majority: 1,
        },
      },
    ],
  };
}

const runFile = (): string => join(folder, 'run.json');

describe('a folder to resume from', () => {
  it('gives back what was saved, to the last bit, and keeps one state', async () => {
    await saveRun(folder, runAfter(1));
    await saveRun(folder, runAfter(2));
    expect(await loadRun(folder, model)).toEqual(runAfter(2));
    expect((await readdir(folder)).sort()).toEqual(['run.json', 'state-2.safetensors']);
  });

  it('holds nothing at first', async () => {
    expect(await loadRun(folder, model)).toBeNull();
    expect(await loadRun(join(folder, 'none'), model)).toBeNull();
  });

  it('holds the step before while the next is half written', async () => {
    await saveRun(folder, runAfter(1));
    await writeFile(join(folder, 'state-2.safetensors'), 'half a sta');
    await writeFile(join(folder, 'run.json.0.tmp'), '{"format":');
    expect(await loadRun(folder, model)).toEqual(runAfter(1));
  });

  it.each([
    ['no JSON', async () => writeFile(runFile(), '{"format":'), /holds no run that can be resumed: .*JSON/],
    ['another document', async () => writeFile(runFile(), '{"a":1}'), /run\.json, format/],
    [
      'a damaged state',
      async () => writeFile(join(folder, 'state-1.safetensors'), 'x'),
      /state-1\.safetensors is damaged/,
    ],
    ['no state', async () => rm(join(folder, 'state-1.safetensors')), /state-1\.safetensors/],
    [
      'a state elsewhere',
      async () => writeFile(runFile(), (await readFile(runFile(), 'utf8')).replace('state-1', '../state-1')),
      /run\.json, state\.file/,
    ],
  ])('is one clear error with %s', async (_, damage, message) => {
    await saveRun(folder, runAfter(1));
    await damage();
    await expect(loadRun(folder, model)).rejects.toThrow(message);
  });

  it('is an error for a model of another shape', async () => {
    await saveRun(folder, runAfter(1));
    await expect(loadRun(folder, { ...model, hiddenSize: 64 })).rejects.toThrow(/of another model/);
    await expect(loadRun(folder, { ...model, layerCount: 2 })).rejects.toThrow(/of another model/);
  });
});
