import * as v from 'valibot';

/** How to read the JSON of links of one kind, whatever version wrote them. */
export interface VersionedSchema<T> {
  /** The version that is written now. */
  readonly version: number;
  /** Version n to version n + 1, at index n − 1. */
  readonly migrations: readonly ((document: object) => object)[];
  readonly schema: v.GenericSchema<unknown, T>;
}

export type VersionedResult<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly code: 'newer' | 'invalid' };

const versionSchema = v.looseObject({ v: v.pipe(v.number(), v.integer(), v.minValue(1)) });

/** Brings a value up to the present version and checks it. */
export function parseVersioned<T>(kind: VersionedSchema<T>, value: unknown): VersionedResult<T> {
  const versioned = v.safeParse(versionSchema, value);
  if (!versioned.success) return { ok: false, code: 'invalid' };
  if (versioned.output.v > kind.version) return { ok: false, code: 'newer' };
  const pending = kind.migrations.slice(versioned.output.v - 1);
  const current = pending.reduce<object>((old, migrate) => migrate(old), versioned.output);
  const parsed = v.safeParse(kind.schema, current);
  return parsed.success ? { ok: true, value: parsed.output } : { ok: false, code: 'invalid' };
}
