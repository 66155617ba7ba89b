import { decimate } from '../../kit/charts/decimate';
import type { RowStyle } from '../../kit/charts/row-style';
import { rampLevel, type Ramp } from '../../kit/charts/ramp';

export interface OverviewBar {
  readonly entropy: Float32Array;
  /** Tokens written. */
  readonly length: number;
  readonly look: RowStyle;
  /** The path was cut at the token limit: its bar ends torn. */
  readonly torn: boolean;
}

/** Everything the overview's picture depends on. Lengths are CSS px unless they say device px. */
export interface OverviewView {
  readonly bars: readonly OverviewBar[];
  readonly width: number;
  /** Distance between rows, and height of a full bar within its row. */
  readonly pitch: number;
  readonly barHeight: number;
  readonly pixelRatio: number;
  /** Steps that the width stands for. */
  readonly extent: number;
  /** Entropy at the ramp's end, nats. */
  readonly ceiling: number;
  readonly ramp: Ramp;
  readonly colors: { readonly track: string; readonly torn: string; readonly caret: string };
}

/** A picture in device px, as ImageData holds it. */
export interface PixelGrid {
  readonly pixels: Uint32Array;
  readonly width: number;
  readonly height: number;
}

const TORN_WIDTH = 5;
const CARET_WIDTH = 2.5;
const TRACK_STEP = 5;

/** Pictures are megabytes: one is kept for each canvas, or every movement of the gate would leave one to be cleared away. */
const imageOf = new WeakMap<CanvasRenderingContext2D, ImageData>();

export function paintOverview(ctx: CanvasRenderingContext2D, view: OverviewView): void {
  const width = Math.max(1, Math.round(view.width * view.pixelRatio));
  const height = Math.max(1, Math.round(view.bars.length * view.pitch * view.pixelRatio));
  const last = imageOf.get(ctx);
  const image = last?.width === width && last.height === height ? last : ctx.createImageData(width, height);
  imageOf.set(ctx, image);
  const pixels = new Uint32Array(image.data.buffer);
  pixels.fill(0);
  fillBars({ pixels, width, height }, view);
  ctx.putImageData(image, 0, 0);
  ctx.save();
  ctx.scale(view.pixelRatio, view.pixelRatio);
  view.bars.forEach((bar, row) => {
    const top = row * view.pitch + (view.pitch - view.barHeight) / 2;
    if (bar.look === 'running') paintCaret(ctx, view, bar, top);
    else if (bar.torn) paintTear(ctx, view, bar, top);
  });
  ctx.restore();
}

/** Writes every bar's cells into the grid; what is no bar stays as it is (transparent). */
export function fillBars(grid: PixelGrid, view: OverviewView): void {
  view.bars.forEach((bar, row) => {
    const colors = barColors(bar, view, grid.width);
    const middle = (row + 0.5) * view.pitch;
    for (const [from, to] of strips(bar.look)) {
      const top = Math.round((middle + from * view.barHeight) * view.pixelRatio);
      const bottom = Math.round((middle + to * view.barHeight) * view.pixelRatio);
      // Rows that have just come or gone are not as high as the canvas yet: bars may stick out of it for a frame.
      for (let y = Math.max(0, top); y < bottom && y < grid.height; y++) grid.pixels.set(colors, y * grid.width);
    }
  });
}

/** Colours of a path, and what they were made for. */
interface KnownColors {
  readonly colors: Uint32Array;
  readonly length: number;
  readonly extent: number;
  readonly ceiling: number;
  readonly width: number;
  readonly ramp: Ramp;
}

/** A path's colours change as it grows, or with the whole picture; its look, which the gate changes, has none of its own. */
const colorsOf = new WeakMap<Float32Array, KnownColors>();

/** One colour a device pixel column, as far as the path goes. */
function barColors(
  { entropy, length }: OverviewBar,
  { extent, ceiling, ramp }: OverviewView,
  width: number,
): Uint32Array {
  const known = colorsOf.get(entropy);
  if (
    known?.length === length &&
    known.extent === extent &&
    known.ceiling === ceiling &&
    known.width === width &&
    known.ramp === ramp
  ) {
    return known.colors;
  }
  const columns = decimate(entropy, length, extent, width);
  const colors = new Uint32Array(columns.count);
  for (let x = 0; x < columns.count; x++) {
    colors[x] = ramp.pixels[rampLevel(columns.max[x] ?? 0, ceiling)] ?? 0;
  }
  colorsOf.set(entropy, { colors, length, extent, ceiling, width, ramp });
  return colors;
}

/** Vertical parts of a bar, as fractions of its height around its middle: filtered bars are thin, answerless ones split. */
function strips(look: RowStyle): readonly (readonly [number, number])[] {
  if (look === 'gated') return [[-0.21, 0.21]];
  if (look === 'no-answer' || look === 'truncated') {
    return [
      [-0.5, -0.16],
      [0.16, 0.5],
    ];
  }
  return [[-0.5, 0.5]];
}

function endOf(bar: OverviewBar, view: OverviewView): number {
  return (bar.length / view.extent) * view.width;
}

/** A running path: a caret where it writes, and a dotted track before it. */
function paintCaret(ctx: CanvasRenderingContext2D, view: OverviewView, bar: OverviewBar, top: number): void {
  const end = endOf(bar, view);
  ctx.fillStyle = view.colors.track;
  for (let x = end + TRACK_STEP + 1; x + 2 < view.width; x += TRACK_STEP) {
    ctx.fillRect(x, top + view.barHeight / 2 - 0.5, 2, 1);
  }
  ctx.fillStyle = view.colors.caret;
  ctx.fillRect(Math.min(end + 1, view.width - CARET_WIDTH), top - 1, CARET_WIDTH, view.barHeight + 2);
}

/** A path cut at the limit: the end of its bar is torn off along a zigzag. */
function paintTear(ctx: CanvasRenderingContext2D, view: OverviewView, bar: OverviewBar, top: number): void {
  const left = Math.max(0, Math.min(endOf(bar, view), view.width) - TORN_WIDTH);
  const tooth = (k: number) => (k % 2 === 0 ? 0 : 3);
  ctx.clearRect(left, top, TORN_WIDTH, view.barHeight);
  ctx.fillStyle = view.colors.torn;
  ctx.beginPath();
  for (let k = 0; k <= 4; k++) ctx.lineTo(left + 1 + tooth(k), top + (view.barHeight * k) / 4);
  for (let k = 4; k >= 0; k--) ctx.lineTo(left + 2.6 + tooth(k), top + (view.barHeight * k) / 4);
  ctx.fill();
}
