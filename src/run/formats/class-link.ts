import * as v from 'valibot';
import { type LinkResult, packLink, unpackLink } from './link-text';
import { count, finite, settingsSchema } from './run-schema';
import type { RunSettings } from '../settings';
import { parseVersioned, type VersionedSchema } from './versioned';
import { MIN_SOFTNESS } from '../../method/weights';

/** What a teacher hands to a class: a problem and how to solve it, and no results. */
export interface ClassTask {
  readonly problem: string;
  /** The known answer; '': none. */
  readonly gold: string;
  /** seed null: everyone draws their own. */
  readonly settings: Omit<RunSettings, 'seed'> & { readonly seed: number | null };
  readonly zVariant: 'survivors' | 'pool';
  readonly softness: number;
  /** Problem and settings are not to be changed. */
  readonly locked: boolean;
  /** The verdict is to be shown only when asked for. */
  readonly hidesVerdict: boolean;
}

const VERSION = 1;

const classSchema = v.object({
  v: v.literal(VERSION),
  problem: v.pipe(v.string(), v.maxLength(16_000)),
  gold: v.pipe(v.string(), v.maxLength(500)),
  settings: v.object({ ...settingsSchema.entries, seed: v.nullable(count(2 ** 32 - 1)) }),
  zVariant: v.picklist(['survivors', 'pool']),
  softness: v.pipe(finite, v.minValue(MIN_SOFTNESS)),
  locked: v.boolean(),
  hidesVerdict: v.boolean(),
});

const CLASS_LINKS: VersionedSchema<ClassTask> = { version: VERSION, migrations: [], schema: classSchema };

/** What follows `c=` in the address. */
export function writeClassLink(task: ClassTask): Promise<string> {
  return packLink({ v: VERSION, ...task });
}

/** Reads what `writeClassLink` wrote, in this version or an earlier one. Never throws. */
export async function readClassLink(text: string): Promise<LinkResult<ClassTask>> {
  const unpacked = await unpackLink(text);
  return unpacked.ok ? parseVersioned(CLASS_LINKS, unpacked.value) : unpacked;
}
