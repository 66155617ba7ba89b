import { formatCount, formatFixed, NO_FIGURE } from '../../i18n/format';
import { largestSlip } from '../../method/signals';
import { m } from '../../paraglide/messages.js';
import { ALTERNATIVE_COUNT } from '../../run/columns';
import { tokenFigures } from '../../run/rule-paths';
import type { PathTrace, RunTrace } from '../../run/trace';
import { visibleToken } from '../kit/charts/token-text';

/** The step at which a path took its unlikeliest turn. */
export interface PathSlip {
  readonly step: number;
  /** ln p(likelier) − ln p(drawn), nats, above 0. */
  readonly size: number;
  readonly drawn: number;
  /** The token that was the likeliest there. */
  readonly likelier: number;
}

/** Of finished paths, which never change. */
const known = new WeakMap<PathTrace, PathSlip | null>();

/** null: the path is being written, has no figures, or wrote the likeliest token throughout. */
export function slipOf(path: PathTrace): PathSlip | null {
  if (path.finish === null) return null;
  let slip = known.get(path);
  if (slip === undefined) {
    slip = findSlip(path);
    known.set(path, slip);
  }
  return slip;
}

function findSlip(path: PathTrace): PathSlip | null {
  const { logprob, likeliest } = tokenFigures(path);
  if (logprob === undefined || likeliest === undefined || path.length === 0) return null;
  const { size, step } = largestSlip(logprob, likeliest);
  const drawn = path.tokens[step] ?? 0;
  const likelier = path.alternativeToken[step * ALTERNATIVE_COUNT] ?? 0;
  return size > 0 && drawn !== likelier ? { step, size, drawn, likelier } : null;
}

/** What was written at a slip, and what was likelier. */
export interface SlipTokens {
  readonly drawn: string;
  readonly likelier: string;
}

export function slipTokens({ pieces }: RunTrace, { drawn, likelier }: PathSlip): SlipTokens {
  return { drawn: visibleToken(pieces.get(drawn)), likelier: visibleToken(pieces.get(likelier)) };
}

/** A slip in one cell of a table. */
export function slipCell(trace: RunTrace, path: PathTrace | undefined): string {
  const slip = path === undefined ? null : slipOf(path);
  if (slip === null) return NO_FIGURE;
  const mark = m.slip_mark({ ...slipTokens(trace, slip) });
  return m.slip_cell({ size: formatFixed(slip.size, 2), step: formatCount(slip.step + 1), mark });
}
