import * as v from 'valibot';
import { type LinkResult, packLink, unpackLink } from './link-text';
import { finiteSoftness, settingsEntries, zVariant } from './run-schema';
import { storedNames, storedObject } from '../setting-schemas';
import {
  MOST_PROBLEM_CHARACTERS,
  RUN_SETTINGS,
  type RunSettings,
  VERDICT_SETTINGS,
  type VerdictSettings,
  type VoteSettings,
} from '../settings';
import { parseVersioned, type VersionedSchema } from './versioned';

/** What a teacher hands to a class: a problem and how to solve it, and no results. */
export interface ClassTask extends VoteSettings, VerdictSettings {
  readonly problem: string;
  /** The known answer; '': none. */
  readonly gold: string;
  /** seed null: everyone draws their own. */
  readonly settings: Omit<RunSettings, 'seed'> & { readonly seed: number | null };
  /** Problem and settings are not to be changed. */
  readonly locked: boolean;
  /** The verdict is to be shown only when asked for. */
  readonly hidesVerdict: boolean;
}

const VERSION = 1;

const classSchema = v.object({
  v: v.literal(VERSION),
  problem: v.pipe(v.string(), v.maxLength(MOST_PROBLEM_CHARACTERS)),
  gold: v.pipe(v.string(), v.maxLength(500)),
  settings: storedObject(RUN_SETTINGS, { ...settingsEntries, seed: v.nullable(settingsEntries.seed) }),
  zVariant,
  softness: finiteSoftness,
  rule: v.optional(v.picklist(VERDICT_SETTINGS.rule.choices), VERDICT_SETTINGS.rule.default),
  locked: v.boolean(),
  hidesVerdict: v.boolean(),
});

const CLASS_LINKS: VersionedSchema<ClassTask> = { version: VERSION, migrations: [], schema: classSchema };

/** What follows `c=` in the address. */
export function writeClassLink(task: ClassTask): Promise<string> {
  return packLink({ v: VERSION, ...task, settings: storedNames(RUN_SETTINGS, task.settings) });
}

/** Reads what `writeClassLink` wrote, in this version or an earlier one. Never throws. */
export async function readClassLink(text: string): Promise<LinkResult<ClassTask>> {
  const unpacked = await unpackLink(text);
  return unpacked.ok ? parseVersioned(CLASS_LINKS, unpacked.value) : unpacked;
}
