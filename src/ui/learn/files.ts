import type { NamedFile } from '../../model/peft';

/** Saves a file as the browser saves downloads. */
export function offerDownload({ name, bytes }: NamedFile): void {
  const url = URL.createObjectURL(new Blob([bytes]));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has the blob by the next task; revoked at once, some drop the download.
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** The files that were chosen, whole. */
export async function readFiles(files: FileList | null): Promise<NamedFile[]> {
  return Promise.all(
    [...(files ?? [])].map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })),
  );
}
