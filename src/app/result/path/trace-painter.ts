import type { PathTrace } from '../../../run/trace';
import { decimate } from '../../kit/charts/decimate';
import { rampLevel, type Ramp } from '../../kit/charts/ramp';

/** Everything the entropy trace's picture depends on. Lengths in CSS px, entropies in nats. */
export interface TraceView {
  readonly entropy: Float32Array;
  readonly length: number;
  /** null before the first token. */
  readonly mean: number | null;
  readonly stability: number | null;
  readonly comparison: { readonly entropy: Float32Array; readonly length: number; readonly color: string } | null;
  readonly width: number;
  readonly height: number;
  readonly pixelRatio: number;
  readonly extent: number;
  /** Entropy at the top edge. */
  readonly top: number;
  /** Entropy at the dark end of the ramp: ln K. */
  readonly ceiling: number;
  /** Entropies that get a horizontal line. */
  readonly gridLines: readonly number[];
  readonly ramp: Ramp;
  readonly colors: { readonly grid: string; readonly base: string; readonly band: string; readonly outline: string };
}

/** y of an entropy: 0 at the bottom, `top` at the top edge. */
export function traceY(entropy: number, height: number, top: number): number {
  return height - (entropy / top) * height;
}

/**
 * Entropy at the top edge: the run's highest in whole nats, so that a sure model's spikes can be seen; at most the
 * ceiling. One for all paths of the run: they stay comparable from one path to the next.
 */
export function traceTop(paths: readonly PathTrace[], ceiling: number): number {
  let highest = 0;
  for (const path of paths) {
    for (let t = 0; t < path.length; t++) highest = Math.max(highest, path.entropy[t] ?? 0);
  }
  return Math.min(ceiling, Math.max(1, Math.ceil(highest)));
}

export function paintTrace(ctx: CanvasRenderingContext2D, view: TraceView): void {
  ctx.setTransform(view.pixelRatio, 0, 0, view.pixelRatio, 0, 0);
  ctx.clearRect(0, 0, view.width, view.height + 1);
  paintGrid(ctx, view);
  paintBand(ctx, view);
  // One bar a token while bars can be told apart, one a pixel column after that.
  if (view.width / view.extent >= 2) paintTokenBars(ctx, view);
  else paintColumnBars(ctx, view);
  if (view.comparison !== null) paintComparison(ctx, view, view.comparison);
}

function paintGrid(ctx: CanvasRenderingContext2D, view: TraceView): void {
  for (const value of view.gridLines) {
    ctx.fillStyle = value === 0 ? view.colors.base : view.colors.grid;
    ctx.fillRect(0, Math.round(traceY(value, view.height, view.top)), view.width, 1);
  }
}

/** mean ± s: the band's half height is the path's stability. */
function paintBand(ctx: CanvasRenderingContext2D, view: TraceView): void {
  if (view.mean === null || view.stability === null) return;
  const top = traceY(view.mean + view.stability, view.height, view.top);
  const bottom = traceY(Math.max(0, view.mean - view.stability), view.height, view.top);
  ctx.fillStyle = view.colors.band;
  ctx.fillRect(0, top, (view.length / view.extent) * view.width, bottom - top);
}

function paintTokenBars(ctx: CanvasRenderingContext2D, view: TraceView): void {
  const step = view.width / view.extent;
  for (let t = 0; t < view.length; t++) {
    paintBar(ctx, view, t * step, Math.max(1, step - 0.6), view.entropy[t] ?? 0);
  }
  ctx.strokeStyle = view.colors.outline;
  ctx.lineWidth = 0.8;
  ctx.beginPath();
  for (let t = 0; t < view.length; t++) {
    const y = traceY(view.entropy[t] ?? 0, view.height, view.top);
    ctx.lineTo(t * step, y);
    ctx.lineTo((t + 1) * step, y);
  }
  ctx.stroke();
}

function paintColumnBars(ctx: CanvasRenderingContext2D, view: TraceView): void {
  const columns = decimate(view.entropy, view.length, view.extent, Math.floor(view.width));
  for (let x = 0; x < columns.count; x++) {
    // The spike behind, what every token of the column reaches before it.
    paintBar(ctx, view, x, 1, columns.max[x] ?? 0);
    paintBar(ctx, view, x, 1, columns.min[x] ?? 0);
  }
}

function paintBar(ctx: CanvasRenderingContext2D, view: TraceView, x: number, width: number, value: number): void {
  const y = traceY(value, view.height, view.top);
  ctx.fillStyle = view.ramp.css[rampLevel(value, view.ceiling)] ?? view.colors.outline;
  ctx.fillRect(x, Math.min(y, view.height - 0.8), width, Math.max(0.8, view.height - y));
}

function paintComparison(
  ctx: CanvasRenderingContext2D,
  view: TraceView,
  other: { entropy: Float32Array; length: number; color: string },
): void {
  const columns = decimate(other.entropy, other.length, view.extent, Math.min(view.extent, Math.floor(view.width)));
  const pitch = view.width / Math.min(view.extent, Math.floor(view.width));
  ctx.strokeStyle = other.color;
  ctx.lineWidth = 1.2;
  ctx.setLineDash([3, 2]);
  ctx.beginPath();
  for (let x = 0; x < columns.count; x++) {
    ctx.lineTo((x + 0.5) * pitch, traceY(columns.max[x] ?? 0, view.height, view.top));
  }
  ctx.stroke();
  ctx.setLineDash([]);
}
