import * as v from 'valibot';
import { checkRanges } from '../policy/checks';
import { EngineError } from '../policy/types';
import { defaultsOf, mapSettings, type Setting, type Settings, type ValuesOf } from '../run/setting';
import { numeric, UsageError } from './usage';

type OptionsOf<All extends Settings> = {
  readonly [Name in keyof All as All[Name]['flag']]: v.OptionalSchema<
    v.GenericSchema<string | boolean, string | number | boolean>,
    undefined
  >;
};

/** Options of a command's schema, one a setting: undefined where it is not given. Ranges are checked with all settings. */
export function settingOptions<All extends Settings>(settings: All): OptionsOf<All> {
  return Object.fromEntries(
    Object.values(settings).map((setting) => [setting.flag, v.optional(optionOf(setting))]),
  ) as unknown as OptionsOf<All>;
}

function optionOf(setting: Setting): v.GenericSchema<string | boolean, string | number | boolean> {
  switch (setting.kind) {
    case 'choice':
      return v.picklist(setting.choices) as v.GenericSchema<string | boolean, string>;
    case 'flag':
      return v.boolean() as v.GenericSchema<string | boolean, boolean>;
    default:
      return numeric as v.GenericSchema<string | boolean, number>;
  }
}

/** Other names of the options, with the name in the schema. */
export function aliasesOf(settings: Settings): ReadonlyMap<string, string> {
  return new Map(
    Object.values(settings).flatMap(({ flag, aliases = [] }) => aliases.map((alias) => [alias, flag] as const)),
  );
}

/** The settings that were given as options. */
export function givenSettings<All extends Settings>(
  settings: All,
  options: Readonly<Record<string, unknown>>,
): Partial<ValuesOf<All>> {
  const values = mapSettings(settings, ({ flag }) => options[flag]);
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<
    ValuesOf<All>
  >;
}

/** All settings: as given, else their defaults. UsageError names the option that is out of range. */
export function checkedSettings<All extends Settings>(
  settings: All,
  options: Readonly<Record<string, unknown>>,
): ValuesOf<All> {
  const values = { ...defaultsOf(settings), ...givenSettings(settings, options) };
  checkOptions(settings, () => checkRanges(settings, values));
  return values;
}

/** Runs a range check, and names the option at fault in place of the setting. */
export function checkOptions(settings: Settings, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const { setting, range, value } = error.details;
    const flag = settings[String(setting)]?.flag;
    throw new UsageError(flag === undefined ? error.message : `--${flag} should be ${range}, but is ${value}.`);
  }
}

/** A setting's row in the table of docs/CLI.md. */
export function optionRow(setting: Setting): string {
  const names = [optionText(setting), ...(setting.aliases ?? []).map((alias) => `--${alias}`)];
  const preset = setting.defaultText ?? (setting.kind === 'choice' ? `\`${setting.default}\`` : defaultText(setting));
  return `| ${names.map((name) => `\`${name}\``).join(', ')} | ${preset} | ${setting.about} |`;
}

/** The settings' options for the usage text, indented and wrapped. */
export function settingLines(settings: Settings): string {
  const lines: string[] = [];
  for (const setting of Object.values(settings)) {
    const option = `[${optionText(setting, '|')}]`;
    const last = lines.at(-1);
    if (last !== undefined && last.length + option.length < 110) lines[lines.length - 1] = `${last} ${option}`;
    else lines.push(option);
  }
  return lines.map((line) => `          ${line}`).join('\n');
}

function optionText(setting: Setting, or = '\\|'): string {
  switch (setting.kind) {
    case 'choice':
      return `--${setting.flag} ${setting.unit ?? setting.choices.join(or)}`;
    case 'flag':
      return `--${setting.flag}`;
    default:
      return `--${setting.flag} ${setting.unit}`;
  }
}

function defaultText(setting: Setting): string {
  return setting.kind === 'flag' ? '' : String(setting.default);
}
