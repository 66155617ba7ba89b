import * as v from 'valibot';
import { MOST } from './bounds';
import { ModelFileError } from './errors';
import { checkIsFile } from './placeholder';

/** Reads a JSON file and checks its form; ModelFileError 'invalid' names the first field at fault. */
export function parseJsonFile<Schema extends v.GenericSchema>(
  schema: Schema,
  fileName: string,
  bytes: Uint8Array,
): v.InferOutput<Schema> {
  checkIsFile(bytes, fileName);
  if (bytes.length > MOST.jsonBytes) {
    const most = `more than the ${MOST.jsonBytes} that are read`;
    throw new ModelFileError('invalid', fileName, `${fileName} has ${bytes.length} bytes of JSON, ${most}.`);
  }
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new ModelFileError('invalid', fileName, `${fileName} is not JSON: ${(error as Error).message}.`);
  }
  const result = v.safeParse(schema, document);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue) ?? 'the document';
  // What a check of our own expects is said in its message.
  const expected = issue.type === 'custom' ? issue.message : (issue.expected ?? issue.requirement);
  const fault =
    issue.received === 'undefined' ? 'is missing' : `should be ${String(expected)}, but is ${issue.received}`;
  throw new ModelFileError('invalid', fileName, `${fileName}: ${field} ${fault}.`);
}
