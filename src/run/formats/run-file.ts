import { deflate, inflate, TooBigError } from './deflate';
import { dataOf, isPng, withData } from './png-data';
import { readRun, RunDocumentError, writeRun } from './run-document';
import type { RunRecord } from '../saved-run';

/** Four times what the longest run here takes. */
const MAX_FILE_BYTES = 64 * 2 ** 20;
const MAX_JSON_BYTES = 128 * 2 ** 20;

/**
 * file-too-big: larger than any run. file-no-picture-data: a picture without a run in it. file-no-run: something else, or
 * a run that is damaged.
 */
export type FileErrorCode = 'file-too-big' | 'file-no-picture-data' | 'file-no-run';
export type FileResult =
  | { readonly ok: true; readonly value: RunRecord }
  | { readonly ok: false; readonly code: FileErrorCode; readonly detail: string };

/** The whole run as the text of a file. */
export function runJson(record: RunRecord): string {
  return JSON.stringify(writeRun(record));
}

/** A picture of the run that opens again. */
export async function runPicture(png: Blob, record: RunRecord): Promise<Blob> {
  const data = await deflate(new TextEncoder().encode(runJson(record)), 'deflate');
  return new Blob([withData(new Uint8Array(await png.arrayBuffer()), data)], { type: 'image/png' });
}

/** Reads a file or a picture of a run. Never throws. */
export async function readRunFile(file: Blob): Promise<FileResult> {
  if (file.size > MAX_FILE_BYTES) return { ok: false, code: 'file-too-big', detail: '' };
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const data = isPng(bytes) ? dataOf(bytes) : bytes;
    if (data === null) return { ok: false, code: 'file-no-picture-data', detail: '' };
    const json = isPng(bytes) ? await inflate(data, 'deflate', MAX_JSON_BYTES) : data;
    return { ok: true, value: readRun(JSON.parse(new TextDecoder().decode(json))) };
  } catch (error) {
    if (error instanceof TooBigError) return { ok: false, code: 'file-too-big', detail: '' };
    return { ok: false, code: 'file-no-run', detail: error instanceof RunDocumentError ? error.message : '' };
  }
}
