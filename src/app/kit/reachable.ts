/** What scrolls in its own room: the arrow keys must be able to get there. */
export function reachable(room: HTMLElement): void {
  room.tabIndex = 0;
}
