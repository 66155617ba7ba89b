import type { PathTrace, RunTrace } from './trace';

/**
 * Indices of the finished paths that vote, in the order in which they finished. Sampled together, a decode step at a time, the
 * shorter path ends first; sampled one after another, the earlier one. What Stop cut short ended last.
 */
export function finishOrder(trace: RunTrace, oneAfterAnother: boolean): number[] {
  const cutShort = ({ finish }: PathTrace) => (finish === 'aborted' ? 1 : 0);
  const moment = (path: PathTrace) => (oneAfterAnother ? path.index : path.length);
  return trace.paths
    .filter(({ finish, votes }) => finish !== null && votes)
    .toSorted((a, b) => cutShort(a) - cutShort(b) || moment(a) - moment(b) || a.index - b.index)
    .map(({ index }) => index);
}
