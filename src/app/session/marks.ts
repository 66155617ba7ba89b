/** Moments that the page's speed is judged by; browsers' developer tools show them on the timeline. */
export type Moment = 'engine-ready' | 'solve' | 'first-token' | 'verdict';

/** Leaves a User Timing mark; the last one of a name counts. */
export function mark(moment: Moment): void {
  performance.clearMarks(moment);
  performance.mark(moment);
}
