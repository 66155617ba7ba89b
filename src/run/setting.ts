interface NamedSetting {
  /** Its option on the command line, without the dashes. */
  readonly flag: string;
  /** Older or shorter names of that option. */
  readonly aliases?: readonly string[];
  /** For docs/CLI.md. */
  readonly about: string;
  /** What docs/CLI.md gives as default where that is no fixed value. */
  readonly defaultText?: string;
  /** Its name in files, links and JSON, where that is another. */
  readonly stored?: string;
  /** Heading under which the page shows it; left out: it is shown with none. */
  readonly part?: string;
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
  /** A share of 0 … 1, written as a percentage. */
  readonly isShare?: boolean;
  /** The values that a control offers, rising, for a range over powers of ten. */
  readonly stops?: readonly number[];
}

interface ChoiceSetting<Choice extends string = string> extends NamedSetting {
  readonly kind: 'choice';
  readonly choices: readonly Choice[];
  /** Placeholder of its value on the command line, where the choices are too many to be listed there. */
  readonly unit?: string;
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
  return isInRange(setting, value) ? null : rangeText(setting);
}

function isInRange(setting: Setting, value: unknown): boolean {
  switch (setting.kind) {
    case 'whole':
      return Number.isInteger(value) && isWithin(setting, value as number);
    case 'real':
      if (typeof value !== 'number') return false;
      if (value === Infinity) return setting.isInfinityAllowed === true;
      return isWithin(setting, value) && value > (setting.above ?? -Infinity);
    case 'choice':
      return setting.choices.some((choice) => choice === value);
    case 'flag':
      return typeof value === 'boolean';
  }
}

function isWithin({ min = -Infinity, max = Infinity }: { min?: number; max?: number }, value: number): boolean {
  return value >= min && value <= Math.min(max, Number.MAX_VALUE);
}

/** What values a setting takes: "a whole number from 1 to 64". */
export function rangeText(setting: Setting): string {
  if (setting.kind === 'choice') return `one of ${setting.choices.join(', ')}`;
  if (setting.kind === 'flag') return 'true or false';
  const { min, max } = setting;
  if (setting.kind === 'whole') return `a whole number from ${setting.min}${max === undefined ? '' : ` to ${max}`}`;
  if (setting.above !== undefined) return `above ${setting.above}${max === undefined ? '' : ` and at most ${max}`}`;
  return max === undefined ? `at least ${min}` : `from ${min} to ${max}`;
}

/** A value that the page's control offers. Stops offer any value from the first to `max`, since a file may hold one between. */
export function isOffered(setting: Setting, value: unknown): boolean {
  if (rangeViolated(setting, value) !== null) return false;
  if (setting.kind === 'choice' || setting.kind === 'flag' || setting.offered === undefined) return true;
  return isWithin(setting.offered, value as number);
}

/** The values that controls can show, nearest to these: controls offer less than a link or a file can hold. */
export function nearestOffered<All extends Settings>(settings: All, values: ValuesOf<All>): ValuesOf<All> {
  return mapSettings(settings, (setting, name) => {
    const value: unknown = values[name];
    if (setting.kind === 'choice' || setting.kind === 'flag' || setting.offered === undefined) return value;
    return Math.min(setting.offered.max, Math.max(setting.offered.min, value as number));
  }) as ValuesOf<All>;
}

/** A record with the same names. */
export function mapSettings<Value>(
  settings: Settings,
  map: (setting: Setting, name: string) => Value,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(settings).map(([name, setting]) => [name, map(setting, name)]));
}
