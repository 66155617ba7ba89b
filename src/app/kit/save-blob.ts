/** Saves a file as the browser saves downloads. */
export function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has the blob by the next task; revoked at once, some drop the download.
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
