import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { HistoryEntrySchema } from '../../../src/app/history/history-entry';
import { LearnSettingsState } from '../../../src/app/learn/learn-settings.svelte';
import { ownModelsSchema } from '../../../src/app/models/own-models';
import { EngineChoice } from '../../../src/app/session/engine-choice.svelte';
import { SettingsState } from '../../../src/app/session/settings.svelte';
import { LanguageState } from '../../../src/app/shell/language.svelte';
import { dirSource } from '../../../src/cli/dir-source';
import { openModel } from '../../../src/model/load';
import type { LoraWeights } from '../../../src/model/lora';
import { readPeft } from '../../../src/model/peft';
import { readRun } from '../../../src/run/formats/run-document';
import { Artifacts, VERSIONS } from '../../fixtures/stored/artifacts';
import { decodeStored } from '../../fixtures/stored/browser-store';
import { expectShown } from './same-run';

const QWEN = 'Qwen2.5-Math-1.5B-Instruct-q4f32_1-MLC';

describe.each(VERSIONS)('what a browser keeps of %s', (version) => {
  const stored = new Artifacts(version);
  const { localStorage, databases } = stored.browser();
  const { known, stopped, small } = stored.shown.runs;
  const store = { getItem: (key: string) => localStorage[key] ?? null, setItem: () => undefined };

  function records(database: string, name: string): unknown[] {
    const found = databases.find((one) => one.name === database)?.stores.find((one) => one.name === name);
    return (found?.records ?? []).map(({ value }) => decodeStored(value));
  }

  it('lists the history', () => {
    const entries = v.parse(v.array(HistoryEntrySchema), records('sasc-lab.history', 'entries'));
    const listed = entries.map(({ name, pinned, state, problem, verdict }) => {
      return { name, pinned, state, problem, sasc: verdict?.sasc, majority: verdict?.majority };
    });
    expect(listed).toHaveLength(3);
    for (const [shown, facts] of [
      [known, { name: 'For class 7b', pinned: true, state: 'done' }],
      [stopped, { name: null, pinned: false, state: 'stopped' }],
      [small, { name: null, pinned: false, state: 'done' }],
    ] as const) {
      const { sasc, majority } = shown.verdict;
      expect(listed).toContainEqual({ ...facts, problem: shown.problem, sasc, majority });
    }
  });

  it('opens its runs', () => {
    const runs = records('sasc-lab.history', 'runs').map(readRun);
    for (const shown of [known, stopped, small]) {
      const run = runs.find(({ problem }) => problem === shown.problem);
      if (run === undefined) throw new Error(`${shown.problem} is not there.`);
      expectShown(run, shown);
    }
  });

  it('has the adapter that the same step exported', async () => {
    const { config } = await openModel(dirSource('public/models/tiny-math'));
    const files = dirSource(stored.path('adapter'));
    const { weights, otherBase } = await readPeft(files, { id: 'tiny-math', config });
    expect(otherBase).toBeNull();
    expect(weights.config).toEqual({ rank: 1, alpha: 2, targets: ['v'] });
    const points = records('sasc-lab', 'learning-points') as { checkpoint: { adapter: LoraWeights } | null }[];
    expect(points).toHaveLength(3);
    expect(points.at(-1)?.checkpoint?.adapter).toEqual(weights);
    expect(points[1]?.checkpoint?.adapter).not.toEqual(weights);
  });

  it('has the settings as they were chosen', () => {
    expect(new SettingsState(store).current).toEqual({
      problem: known.problem,
      gold: '6',
      run: { paths: 16, seed: 7, temperature: 1.4, topP: 0.95, maxTokens: 32, entropyK: 10 },
      zVariant: 'pool',
      softness: 4,
      // It had no choice of the rule that decides.
      rule: 'auto',
    });
    const { choices } = new LearnSettingsState('tiny-math', () => 16, store);
    expect(choices).toMatchObject({ from: 'set', heldOut: '0.25', evalPaths: 8, evalEvery: 0 });
    expect(choices.set).toBe('What is 15 % of 80?\t12\n{"problem":"What is 2+2?","answer":"4"}');
    const lora = { rank: 1, alpha: 2, targets: ['v'] };
    expect(choices.changed).toEqual({ votes: 8, lora, seed: 3, steps: 2, learningRate: 0.01 });
    expect(new LanguageState(['en-GB'], store).current).toBe('zh');
  });

  it('has the engine chosen for a model, the rates measured, and the user’s own models', () => {
    const engines = new EngineChoice(store);
    expect(engines.kindOf({ id: QWEN, webllm: {} })).toBe('batch');
    expect(engines.ratesOf('google swiftshader', 'tiny-math').batch?.paths).toBe(4);
    const [own] = v.parse(ownModelsSchema, JSON.parse(localStorage['sasc-own-models'] ?? ''));
    expect(own).toMatchObject({ id: 'tiny', kind: 'mlc', shape: { quantization: 'q4f16_1', layerCount: 6 } });
    expect(own?.from).toBe('https://models.example.org/org/tiny/resolve/main/');
  });
});
