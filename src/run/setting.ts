import * as v from 'valibot';

interface NamedSetting {
  /** Its option on the command line, without the dashes. */
  readonly flag: string;
  /** Older or shorter names of that option. */
  readonly aliases?: readonly string[];
  /** For docs/CLI.md. */
  readonly about: string;
  /** What docs/CLI.md gives as default where that is no fixed value. */
  readonly defaultText?: string;
  /** Settings stored before it existed are read with its default. */
  readonly isAdded?: boolean;
}

/** What a control on the page offers; the engine may take more. */
interface Offered {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

interface NumberSetting extends NamedSetting {
  readonly default: number;
  /** Placeholder of its value on the command line. */
  readonly unit: string;
  /** Smallest value. */
  readonly min?: number;
  readonly max?: number;
  readonly offered?: Offered;
}

interface WholeSetting extends NumberSetting {
  readonly kind: 'whole';
  readonly min: number;
}

interface RealSetting extends NumberSetting {
  readonly kind: 'real';
  /** Values must be above it. */
  readonly above?: number;
  readonly isInfinityAllowed?: boolean;
  /** The values that a control offers, rising, for a range over powers of ten. */
  readonly stops?: readonly number[];
}

interface ChoiceSetting<Choice extends string = string> extends NamedSetting {
  readonly kind: 'choice';
  readonly choices: readonly Choice[];
  readonly default: Choice;
}

interface FlagSetting extends NamedSetting {
  readonly kind: 'flag';
  readonly default: boolean;
}

/**
 * A setting of a run or of learning. Range check, stored schema, command line option, the table in docs/CLI.md and the
 * control on the page follow from it.
 */
export type Setting = WholeSetting | RealSetting | ChoiceSetting | FlagSetting;
export type Settings = Readonly<Record<string, Setting>>;

export type ValueOf<S extends Setting> = S extends { readonly kind: 'whole' | 'real' }
  ? number
  : S extends { readonly kind: 'flag' }
    ? boolean
    : S extends { readonly choices: readonly (infer Choice)[] }
      ? Choice
      : never;
export type ValuesOf<All extends Settings> = { readonly [Name in keyof All]: ValueOf<All[Name]> };

export function defaultsOf<All extends Settings>(settings: All): ValuesOf<All> {
  return mapSettings(settings, (setting) => setting.default) as ValuesOf<All>;
}

/** What values a setting takes, if this is not one of them; else null. */
export function rangeViolated(setting: Setting, value: unknown): string | null {
  switch (setting.kind) {
    case 'whole':
      return Number.isInteger(value) && isWithin(setting, value as number) ? null : rangeText(setting);
    case 'real':
      return typeof value === 'number' && isInRange(setting, value) ? null : rangeText(setting);
    case 'choice':
      return setting.choices.some((choice) => choice === value) ? null : `one of ${setting.choices.join(', ')}`;
    case 'flag':
      return typeof value === 'boolean' ? null : 'true or false';
  }
}

function isWithin({ min = -Infinity, max = Infinity }: NumberSetting, value: number): boolean {
  return value >= min && value <= Math.min(max, Number.MAX_VALUE);
}

function isInRange(setting: RealSetting, value: number): boolean {
  if (value === Infinity) return setting.isInfinityAllowed === true;
  return isWithin(setting, value) && value > (setting.above ?? -Infinity);
}

function rangeText(setting: WholeSetting | RealSetting): string {
  const { min, max } = setting;
  if (setting.kind === 'whole') return `a whole number from ${setting.min}${max === undefined ? '' : ` to ${max}`}`;
  if (setting.above !== undefined) return `above ${setting.above}${max === undefined ? '' : ` and at most ${max}`}`;
  return max === undefined ? `at least ${min}` : `from ${min} to ${max}`;
}

/** JSON has no Infinity: it is stored as text. */
const extended = v.union([
  v.number(),
  v.pipe(
    v.literal('Infinity'),
    v.transform(() => Infinity),
  ),
]);

/** Entries of a stored object's schema. Ranges are checked where the values are used. */
export function storedEntries<All extends Settings>(
  settings: All,
): { readonly [Name in keyof All]: v.GenericSchema<unknown, ValueOf<All[Name]>> } {
  return mapSettings(settings, (setting) => {
    const schema = storedSchema(setting);
    return setting.isAdded === true ? v.optional(schema, setting.default) : schema;
  }) as { [Name in keyof All]: v.GenericSchema<unknown, ValueOf<All[Name]>> };
}

function storedSchema(setting: Setting): v.GenericSchema<unknown, string | number | boolean> {
  switch (setting.kind) {
    case 'whole':
      return v.number();
    case 'real':
      return setting.isInfinityAllowed === true ? extended : v.number();
    case 'choice':
      return v.picklist(setting.choices);
    case 'flag':
      return v.boolean();
  }
}

/** A value that the page's control offers. Stops offer any value from the first to `max`, since a file may hold one between. */
export function isOffered(setting: Setting, value: unknown): boolean {
  if (rangeViolated(setting, value) !== null) return false;
  if (setting.kind === 'choice' || setting.kind === 'flag' || setting.offered === undefined) return true;
  return isWithin(setting.offered as unknown as NumberSetting, value as number);
}

export function mapSettings<Value>(settings: Settings, map: (setting: Setting) => Value): Record<string, Value> {
  return Object.fromEntries(Object.entries(settings).map(([name, setting]) => [name, map(setting)]));
}
