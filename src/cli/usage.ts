import { parseArgs, type ParseArgsConfig } from 'node:util';
import * as v from 'valibot';

/** The command was called wrongly: exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** A number written out, "Infinity" included. */
export const numeric = v.pipe(v.string(), v.trim(), v.nonEmpty(), v.transform(Number), v.number());

/**
 * Reads `--option value` arguments by a schema whose keys are the options' names. Throws UsageError naming the first
 * option at fault.
 * @param aliases other names of options, with the name in the schema
 */
export function readOptions<Schema extends v.ObjectSchema<v.ObjectEntries, undefined>>(
  argv: readonly string[],
  schema: Schema,
  aliases: ReadonlyMap<string, string> = new Map(),
): v.InferOutput<Schema> {
  const options: ParseArgsConfig['options'] = Object.fromEntries(
    Object.entries(schema.entries).map(([name, entry]) => [name, { type: isFlag(entry) ? 'boolean' : 'string' }]),
  );
  for (const [alias, name] of aliases) options[alias] = options[name] ?? { type: 'string' };
  const values = withoutAliases(parse(argv, options), aliases);
  const result = v.safeParse(schema, values);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const name = v.getDotPath(issue) ?? '';
  if (!(name in values)) throw new UsageError(`--${name} is missing.`);
  const expected = issue.expected === 'number' ? 'a number' : String(issue.expected ?? issue.requirement);
  throw new UsageError(`--${name} should be ${expected}, but is "${String(values[name])}".`);
}

/** Whether an option takes no value. */
function isFlag(entry: v.ObjectEntries[string]): boolean {
  return v.is(v.looseObject({ wrapped: v.looseObject({ type: v.literal('boolean') }) }), entry);
}

function withoutAliases(
  values: Readonly<Record<string, unknown>>,
  aliases: ReadonlyMap<string, string>,
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [given, value] of Object.entries(values)) {
    const name = aliases.get(given) ?? given;
    if (name in result) throw new UsageError(`--${name} is given twice, under two names.`);
    result[name] = value;
  }
  return result;
}

function parse(argv: readonly string[], options: ParseArgsConfig['options']): Record<string, unknown> {
  try {
    return { ...parseArgs({ args: [...argv], options: options ?? {}, allowPositionals: false }).values };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
