import * as v from 'valibot';
import { isOffered, mapSettings, rangeText, rangeViolated, type Setting, type Settings, type ValueOf } from './setting';

/** Schemas of the places that settings are kept in or come from; all of them follow from the specification. */

type Entries<All extends Settings> = { readonly [Name in keyof All]: v.GenericSchema<ValueOf<All[Name]>> };
type ReadEntries<All extends Settings> = { readonly [Name in keyof All]: v.GenericSchema<unknown, ValueOf<All[Name]>> };

/** JSON has no Infinity: it is stored as text. */
const extended = v.union([
  v.number(),
  v.pipe(
    v.literal('Infinity'),
    v.transform(() => Infinity),
  ),
]);

/** Of settings that a run of learning has stored. Ranges are checked where the values are used. */
export function storedEntries<All extends Settings>(settings: All): ReadEntries<All> {
  return mapSettings(settings, (setting) => {
    const schema = storedSchema(setting);
    return setting.isAdded === true ? v.optional(schema, setting.default) : schema;
  }) as ReadEntries<All>;
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

/** Of a document's settings: any value that an engine takes. */
export function checkedEntries<All extends Settings>(settings: All): Entries<All> {
  return mapSettings(settings, (setting) =>
    v.custom(
      (value) => rangeViolated(setting, value) === null,
      () => `Expected ${rangeText(setting)}.`,
    ),
  ) as Entries<All>;
}

/** Of what the page keeps: any value that its controls offer. */
export function offeredEntries<All extends Settings>(settings: All): Entries<All> {
  return mapSettings(settings, (setting) => v.custom((value) => isOffered(setting, value))) as Entries<All>;
}

/** The same, but a field that is damaged falls back alone, to its default. */
export function forgivingEntries<All extends Settings>(settings: All): ReadEntries<All> {
  const entries: Readonly<Record<string, v.GenericSchema>> = offeredEntries(settings);
  return mapSettings(settings, (setting, name) =>
    v.fallback(entries[name] ?? v.unknown(), setting.default),
  ) as ReadEntries<All>;
}

type StoredName<All extends Settings, Name> = Name extends keyof All
  ? All[Name] extends { readonly stored: infer Stored extends string }
    ? Stored
    : Name
  : Name;
/** Values under the names that files, links and JSON have for them. */
export type StoredNames<All extends Settings, Values> = {
  [Name in keyof Values as StoredName<All, Name>]: Values[Name];
};

/** Settings as they are written; what is no setting keeps its name. */
export function storedNames<All extends Settings, Values extends object>(
  settings: All,
  values: Values,
): StoredNames<All, Values> {
  const named = Object.entries(values).map(([name, value]) => [settings[name]?.stored ?? name, value as unknown]);
  return Object.fromEntries(named) as StoredNames<All, Values>;
}

/** The object that `storedNames` wrote, read back under the names in code. @param entries by their names in code */
export function storedObject<All extends Settings, Fields extends v.ObjectEntries>(
  settings: All,
  entries: Fields,
): v.GenericSchema<
  StoredNames<All, v.InferInput<v.ObjectSchema<Fields, undefined>>>,
  v.InferOutput<v.ObjectSchema<Fields, undefined>>
> {
  const names = Object.keys(entries);
  return v.pipe(
    v.object(storedNames(settings, entries) as v.ObjectEntries),
    v.transform((stored) =>
      Object.fromEntries(
        names.flatMap((name) => {
          const written = settings[name]?.stored ?? name;
          return written in stored ? [[name, stored[written]]] : [];
        }),
      ),
    ),
  ) as unknown as v.GenericSchema<
    StoredNames<All, v.InferInput<v.ObjectSchema<Fields, undefined>>>,
    v.InferOutput<v.ObjectSchema<Fields, undefined>>
  >;
}
