import * as v from 'valibot';
import { askOwn } from '../../../net/ask';

const text = (most: number) => v.pipe(v.string(), v.maxLength(most));

/** As the build writes them (tools/licences). */
const listSchema = v.pipe(
  v.array(v.object({ name: text(200), version: text(100), licence: text(100), text: text(100_000) })),
  v.maxLength(1000),
);

export type LicenceList = v.InferOutput<typeof listSchema>;

/** Licences of everything that the page is built of. Rejects where the list is not there, as on a development server. */
export async function readLicences(): Promise<LicenceList> {
  const response = await askOwn(new URL('licences.json', document.baseURI));
  if (!response.ok) throw new Error(`licences.json: ${response.status}`);
  return v.parse(listSchema, await response.json());
}
