interface Job {
  readonly busy: boolean;
  start(): void;
  stop(): void;
}

/**
 * Ctrl or ⌘ with Enter starts a page's main job, Escape stops it; Escape also closes menus, which then keep it. A dialog
 * that is open has all keys to itself.
 */
export function startStopKeys(event: KeyboardEvent, job: Job): void {
  if (document.querySelector('[role="dialog"][data-state="open"]') !== null) return;
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    job.start();
  } else if (event.key === 'Escape' && job.busy && !event.defaultPrevented) {
    job.stop();
  }
}
