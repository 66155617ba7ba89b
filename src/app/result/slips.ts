import { formatCount, formatFixed, NO_FIGURE } from '../../i18n/format';
import { m } from '../../paraglide/messages.js';
import { ALTERNATIVE_COUNT } from '../../run/columns';
import { hasFigures } from '../../run/recorded';
import { slipIn } from '../../run/rule-paths';
import type { PathTrace, RunTrace } from '../../run/trace';
import { visibleToken } from '../kit/charts/token-text';

/** The step at which a path took its unlikeliest turn. */
export interface PathSlip {
  readonly step: number;
  /** ln p(likelier) − ln p(drawn), nats, above 0. */
  readonly size: number;
  /** The token drawn, and the one that was the likeliest there; null: a link does not hold them. */
  readonly tokens: { readonly drawn: number; readonly likelier: number } | null;
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
  const slip = slipIn(path);
  if (slip === null || slip.size === 0) return null;
  if (!hasFigures(path)) return { ...slip, tokens: null };
  const drawn = path.tokens[slip.step] ?? 0;
  const likelier = path.alternativeToken[slip.step * ALTERNATIVE_COUNT] ?? 0;
  return drawn === likelier ? null : { ...slip, tokens: { drawn, likelier } };
}

/** What was written at a slip, and what was likelier. */
export interface SlipTokens {
  readonly drawn: string;
  readonly likelier: string;
}

/** null: not known. */
export function slipTokens({ pieces }: RunTrace, { tokens }: PathSlip): SlipTokens | null {
  if (tokens === null) return null;
  return { drawn: visibleToken(pieces.get(tokens.drawn)), likelier: visibleToken(pieces.get(tokens.likelier)) };
}

/** What a mark says: the two tokens, or how large the slip was. */
export function slipMark(trace: RunTrace, slip: PathSlip): string {
  const tokens = slipTokens(trace, slip);
  return tokens === null ? m.slip_size({ size: formatFixed(slip.size, 2) }) : m.slip_mark({ ...tokens });
}

/** A slip in one cell of a table. */
export function slipCell(trace: RunTrace, path: PathTrace | undefined): string {
  const slip = path === undefined ? null : slipOf(path);
  if (slip === null) return NO_FIGURE;
  const place = { size: formatFixed(slip.size, 2), step: formatCount(slip.step + 1) };
  return slip.tokens === null ? m.slip_cell_bare(place) : m.slip_cell({ ...place, mark: slipMark(trace, slip) });
}
