/** A box on the page, in CSS pixels of the viewport. */
export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const GAP = 12;
const EDGE = 16;

/**
 * Where the tour's card stands, so that it covers nothing of its target where there is room: below it, above it, beside
 * it; else at the lower edge.
 */
export function cardPlace(
  target: Rect,
  card: { readonly width: number; readonly height: number },
  view: { readonly width: number; readonly height: number },
): { readonly left: number; readonly top: number } {
  const right = target.left + target.width;
  const bottom = target.top + target.height;
  const left = within(target.left + target.width / 2 - card.width / 2, EDGE, view.width - card.width - EDGE);
  if (bottom + GAP + card.height + EDGE <= view.height) return { left, top: Math.max(EDGE, bottom + GAP) };
  if (target.top - GAP - card.height >= EDGE) return { left, top: target.top - GAP - card.height };
  const top = within(target.top, EDGE, view.height - card.height - EDGE);
  if (right + GAP + card.width + EDGE <= view.width) return { left: right + GAP, top };
  if (target.left - GAP - card.width >= EDGE) return { left: target.left - GAP - card.width, top };
  return { left, top: view.height - card.height - EDGE };
}

const within = (value: number, low: number, high: number): number => Math.max(low, Math.min(value, high));
