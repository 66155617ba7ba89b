import { ModelFileError } from './errors';

const LFS_START = 'version https://git-lfs';

/**
 * ModelFileError 'invalid' for what is often there in a file's place: a Git LFS pointer, or a page that says something.
 * @param start the file's first bytes, 64 or more where it has them
 */
export function checkIsFile(start: Uint8Array, file: string): void {
  const text = new TextDecoder('latin1').decode(start.subarray(0, 64)).toLowerCase();
  if (text.startsWith(LFS_START.slice(0, text.length)) && text.length >= 'version '.length) {
    const message =
      `${file} is a Git LFS pointer, a few lines in place of the file: ` +
      'download the file itself, or run "git lfs pull" in the folder.';
    throw new ModelFileError('invalid', file, message);
  }
  if (/^\s*<(!doctype|html)/.test(text)) {
    throw new ModelFileError('invalid', file, `${file} is a web page, not the file: download the file itself.`);
  }
}
