import { afterEach, describe, expect, expectTypeOf, it } from 'vitest';
import { runSettingText } from '../../../../src/app/kit/run-setting-text';
import { settingTexts } from '../../../../src/app/kit/setting-texts';
import { learnSettingText } from '../../../../src/app/learn/learn-setting-text';
import { LEARN_SETTINGS } from '../../../../src/learn/settings';
import { overwriteGetLocale } from '../../../../src/paraglide/runtime.js';
import { RUN_SETTINGS, VOTE_SETTINGS } from '../../../../src/run/settings';

afterEach(() => overwriteGetLocale(() => 'en'));

const names = <All extends object>(settings: All) => Object.keys(settings) as (keyof All & string)[];

describe.each(['en', 'zh'] as const)('the texts of settings in %s', (locale) => {
  it.each(names({ ...RUN_SETTINGS, ...VOTE_SETTINGS }))('has a label and a sentence for %s of a run', (name) => {
    overwriteGetLocale(() => locale);
    expect(runSettingText(name).label).not.toBe(name);
    expect(runSettingText(name).hint).toMatch(/[.。]$/);
  });

  it.each(names(LEARN_SETTINGS))('has a label for %s of learning', (name) => {
    overwriteGetLocale(() => locale);
    expect(learnSettingText(name).label).not.toBe(name);
  });
});

describe('the rule of the keys', () => {
  it('takes the sentence of the choice where there is one', () => {
    expect(learnSettingText('lossType', 'grpo').hint).toMatch(/^Every path/);
    expect(learnSettingText('lossType', 'grpo').hint).not.toBe(learnSettingText('lossType', 'dapo').hint);
    expect(learnSettingText('schedule', 'cosine').hint).toBe(learnSettingText('schedule', 'constant').hint);
  });

  it('says of a setting that learning shares with a run what a run says', () => {
    expect(learnSettingText('entropyK')).toMatchObject({ label: runSettingText('entropyK').label });
    expect(learnSettingText('maxTokens').label).not.toBe(runSettingText('maxTokens').label);
    expect(learnSettingText('maxTokens').hint).toBe(runSettingText('maxTokens').hint);
  });

  it('makes a missing label, and a missing choice, a type error that names its key', () => {
    type Flag = Record<'notThere', { kind: 'flag'; flag: 'not-there'; default: false; about: '' }>;
    type Choice = Record<
      'seed',
      { kind: 'choice'; flag: 'seed'; choices: readonly ['b-c']; default: 'b-c'; about: '' }
    >;
    expectTypeOf(settingTexts<Flag, 'setting'>)
      .parameter(2)
      .toEqualTypeOf<'setting_not_there'>();
    expectTypeOf(settingTexts<Choice, 'setting'>)
      .parameter(2)
      .toEqualTypeOf<'setting_seed_b_c'>();
    expect(settingTexts({ seed: RUN_SETTINGS.seed }, ['setting'], {})('seed').label).toBe('seed');
  });
});
