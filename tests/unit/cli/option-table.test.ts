import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { optionRow } from '../../../src/cli/setting-options';
import { RULE_SETTINGS } from '../../../src/cli/vote';
import { LEARN_SETTINGS } from '../../../src/learn/settings';
import { RUN_SETTINGS, VERDICT_SETTINGS, VOTE_SETTINGS } from '../../../src/run/settings';

const sections = readFileSync('docs/CLI.md', 'utf8').split(/^## /m);

describe.each([
  ['solve', { ...RUN_SETTINGS, ...VOTE_SETTINGS, ...VERDICT_SETTINGS }],
  ['learn', LEARN_SETTINGS],
  ['vote', RULE_SETTINGS],
])('the options of %s in docs/CLI.md', (command, settings) => {
  const section = sections.find((text) => text.startsWith(`${command}\n`)) ?? '';

  it.each(Object.values(settings).map((setting) => [setting.flag, optionRow(setting)]))('has --%s', (_, row) => {
    expect(section.split('\n')).toContain(row);
  });
});
