/** Where a letter is to be written. */
const WRITING = 'textarea, input:not([type="range"], [type="checkbox"], [type="file"]), [contenteditable]';

/** Whether a key that was pressed belongs to a text that is being written. */
export function isWriting(event: KeyboardEvent): boolean {
  return event.target instanceof Element && event.target.matches(WRITING);
}
