import { parseArgs, type ParseArgsConfig } from 'node:util';
import * as v from 'valibot';

/** The command was called wrongly: exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** Options without a value. */
const FLAGS = ['json', 'extract', 'mask-truncated', 'skip-bad'];

/** A number written out, "Infinity" included. */
export const numeric = v.pipe(v.string(), v.trim(), v.nonEmpty(), v.transform(Number), v.number());

/**
 * Reads `--option value` arguments by a schema whose keys are the options' names. Throws UsageError naming the first
 * option at fault.
 */
export function readOptions<Schema extends v.ObjectSchema<v.ObjectEntries, undefined>>(
  argv: readonly string[],
  schema: Schema,
): v.InferOutput<Schema> {
  const options: ParseArgsConfig['options'] = Object.fromEntries(
    Object.keys(schema.entries).map((name) => [name, { type: FLAGS.includes(name) ? 'boolean' : 'string' }]),
  );
  const values = parse(argv, options);
  const result = v.safeParse(schema, values);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const name = v.getDotPath(issue) ?? '';
  if (!(name in values)) throw new UsageError(`--${name} is missing.`);
  const expected = issue.expected === 'number' ? 'a number' : String(issue.expected ?? issue.requirement);
  throw new UsageError(`--${name} should be ${expected}, but is "${String(values[name])}".`);
}

function parse(argv: readonly string[], options: ParseArgsConfig['options']): Record<string, unknown> {
  try {
    return { ...parseArgs({ args: [...argv], options: options ?? {}, allowPositionals: false }).values };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
