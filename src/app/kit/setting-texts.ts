import type { Setting, Settings } from '../../run/setting';
import type { m } from '../../paraglide/messages.js';

/** What the page calls a setting. */
export interface SettingText {
  readonly label: string;
  /** What it does, or what the value chosen does; undefined: there is no such message. */
  readonly hint: string | undefined;
  readonly choiceName: (choice: string) => string;
}

type Snake<Text extends string> = Text extends `${infer Head}${infer Tail}`
  ? `${Head extends '-' ? '_' : Head extends Lowercase<Head> ? Head : `_${Lowercase<Head>}`}${Snake<Tail>}`
  : '';
/** Choices too many to be listed in the command line's usage are named where the page lists them. */
type ChoiceOf<S extends Setting> = S extends { readonly unit: string }
  ? never
  : S extends { readonly choices: readonly (infer Choice extends string)[] }
    ? Snake<Choice>
    : never;
/** A setting's label, and its choices' names. */
type Needed<Name extends string, S extends Setting> = Snake<Name> | `${Snake<Name>}_${ChoiceOf<S>}`;
type Present<Key extends string, Prefix extends string> = `${Prefix}_${Key}` & keyof typeof m;
type Missing<All extends Settings, Prefix extends string> = {
  [Name in keyof All & string]: {
    [Key in Needed<Name, All[Name]>]: [Present<Key, Prefix>] extends [never] ? `${Prefix}_${Key}` : never;
  }[Needed<Name, All[Name]>];
}[keyof All & string];

type Message = () => string;
/** Modules of messages, as `import.meta.glob` finds them: each exports one under its key. */
type Modules = Readonly<Record<string, Readonly<Record<string, Message>>>>;

/**
 * The texts of specified settings, by the rule of their keys: `<prefix>_<name>` is the label, `<prefix>_<name>_<choice>` a
 * choice, `<prefix>_<name>_hint` or `<prefix>_<name>_<choice>_hint` the sentence on what it does; names as in the
 * specification, in snake case. A label or choice without a message is a type error that names the key.
 * @param prefixes the first one that has a message is used
 * @param messages those of the prefixes, and no others: what is here is loaded with the page
 */
export function settingTexts<All extends Settings, Prefix extends string>(
  settings: All,
  prefixes: readonly Prefix[],
  messages: [Missing<All, Prefix>] extends [never] ? Modules : Missing<All, Prefix>,
): (name: keyof All & string, value?: unknown) => SettingText {
  const byKey = new Map(Object.values(messages as Modules).flatMap((module) => Object.entries(module)));
  const find = (key: string): string | undefined =>
    prefixes.map((prefix) => byKey.get(`${prefix}_${key}`)).find((message) => message !== undefined)?.();
  return (name, value) => {
    const key = snake(name);
    const chosen = settings[name]?.kind === 'choice' ? find(`${key}_${snake(String(value))}_hint`) : undefined;
    return {
      label: find(key) ?? name,
      hint: chosen ?? find(`${key}_hint`),
      choiceName: (choice) => find(`${key}_${snake(choice)}`) ?? choice,
    };
  };
}

function snake(name: string): string {
  return name.replaceAll('-', '_').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
