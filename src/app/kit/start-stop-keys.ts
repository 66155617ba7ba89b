/** A dialog that is open has all keys to itself. */
function isDialogOpen(): boolean {
  return document.querySelector('[role="dialog"][data-state="open"]') !== null;
}

/**
 * Ctrl or ⌘ with Enter starts a page's main job. To be called in the capture phase: the key then goes no further, or a menu
 * that has the focus would open too.
 */
export function startKey(event: KeyboardEvent, start: () => void): void {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || isDialogOpen()) return;
  event.preventDefault();
  event.stopPropagation();
  start();
}

/** Escape stops a page's main job. To be called while bubbling: Escape also closes menus, which then keep it. */
export function stopKey(event: KeyboardEvent, busy: boolean, stop: () => void): void {
  if (event.key === 'Escape' && busy && !event.defaultPrevented && !isDialogOpen()) stop();
}
