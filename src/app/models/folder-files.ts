import type { FolderFiles } from '../../model/download/target';

export interface ChosenFolder {
  readonly name: string;
  readonly files: FolderFiles;
}

/** What `<input webkitdirectory>` has chosen: the files right in the folder; null when there are none. */
export function chosenFolder(list: Iterable<File>): ChosenFolder | null {
  const files = new Map<string, File>();
  let name = '';
  for (const file of list) {
    const [folder = '', ...path] = file.webkitRelativePath.split('/');
    if (path.length !== 1) continue;
    name = folder;
    files.set(file.name, file);
  }
  return files.size === 0 ? null : { name, files };
}

/** What was dropped: the first folder among it; null when there is none. Must be called while the event is handled. */
export async function droppedFolder(items: Iterable<DataTransferItem>): Promise<ChosenFolder | null> {
  for (const item of items) {
    const entry = item.webkitGetAsEntry();
    if (entry?.isDirectory !== true) continue;
    const files = new Map<string, File>();
    for (const child of await childrenOf(entry as FileSystemDirectoryEntry)) {
      if (child.isFile) files.set(child.name, await fileOf(child as FileSystemFileEntry));
    }
    return { name: entry.name, files };
  }
  return null;
}

async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  // A reader hands out a hundred at a time, and nothing at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}
