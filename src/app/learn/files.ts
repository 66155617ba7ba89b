import type { NamedFile } from '../../model/peft';
import { saveBlob } from '../kit/save-blob';

/** Saves a file as the browser saves downloads. */
export function offerDownload({ name, bytes }: NamedFile): void {
  saveBlob(name, new Blob([bytes]));
}
