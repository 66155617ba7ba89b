import type { NamedFile } from '../../model/peft';
import { saveBlob } from '../kit/save-blob';

/** Saves a file as the browser saves downloads. */
export function offerDownload({ name, bytes }: NamedFile): void {
  saveBlob(name, new Blob([bytes]));
}

/** The files that were chosen, whole. */
export async function readFiles(files: readonly File[]): Promise<NamedFile[]> {
  return Promise.all(files.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })));
}
