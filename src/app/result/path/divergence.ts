import type { PathTrace } from '../../../run/trace';

/** First step at which two paths do not have the same token, one of them having ended included; null: they are alike. */
export function divergenceOf(a: PathTrace, b: PathTrace): number | null {
  const shared = Math.min(a.length, b.length);
  for (let step = 0; step < shared; step++) if (a.tokens[step] !== b.tokens[step]) return step;
  return a.length === b.length ? null : shared;
}
