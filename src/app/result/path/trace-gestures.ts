import { brushX, select, zoom, zoomIdentity, zoomTransform, type D3BrushEvent, type D3ZoomEvent } from 'd3';
import { LEAST_WINDOW, windowAt, type StepRange } from './step-range';

/** What the gestures need to know and to tell. Steps are whole numbers; lengths CSS px. */
export interface GestureOptions {
  readonly width: number;
  readonly height: number;
  /** Steps of the whole axis. */
  readonly extent: number;
  /** The part of the axis that is shown now. */
  window(): StepRange;
  onRange(range: StepRange | null): void;
  onWindow(window: StepRange): void;
  /** Show everything, mark nothing. */
  onReset(): void;
  /** Two fingers have let go. The brush still waits for the first of them: these gestures are at their end. */
  onPinched(): void;
}

export interface TraceGestures {
  /** Brings the brush to a range that something else has set. */
  showRange(range: StepRange | null): void;
  /** Brings the zoom to a window that something else has set. */
  showWindow(window: StepRange): void;
  dispose(): void;
}

const touches = (event: Event): number => ('touches' in event ? (event as TouchEvent).touches.length : 0);

/**
 * d3's brush and zoom on one plot: dragging marks steps; the wheel with Ctrl (what a pinch on a touchpad sends) and two
 * fingers zoom; a sideways wheel pans; a double click resets. Everything else is left to the page.
 */
export function traceGestures(node: SVGGElement, options: GestureOptions): TraceGestures {
  const { width, height, extent } = options;
  const group = select<SVGGElement, unknown>(node);
  const corners: [[number, number], [number, number]] = [
    [0, 0],
    [width, height],
  ];
  let brushing = false;
  let range: StepRange | null = null;
  const xOf = (step: number) => {
    const { from, to } = options.window();
    return ((step - from) / (to - from)) * width;
  };
  const stepAt = (x: number) => {
    const { from, to } = options.window();
    return from + (x / width) * (to - from);
  };

  const brush = brushX<unknown>()
    .extent(corners)
    .keyModifiers(false)
    .filter(
      (event: MouseEvent | TouchEvent) => touches(event) < 2 && !event.ctrlKey && !('button' in event && event.button),
    )
    .on('start brush end', ({ type, selection, sourceEvent }: D3BrushEvent<unknown>) => {
      // Without a source it was us who moved it.
      if (sourceEvent === undefined || sourceEvent === null) return;
      brushing = type !== 'end';
      if (selection !== null) {
        const [x0, x1] = selection.map(Number);
        const from = Math.floor(stepAt(x0 ?? 0));
        range = { from, to: Math.max(from + 1, Math.ceil(stepAt(x1 ?? 0))) };
        options.onRange(range);
      } else if (type === 'end' && range !== null) {
        range = null;
        options.onRange(null);
      }
      if (type === 'end') drawRange();
    });

  const zooming = zoom<SVGGElement, unknown>()
    .extent(corners)
    .translateExtent(corners)
    .scaleExtent([1, Math.max(1, extent / LEAST_WINDOW)])
    .filter((event: Event) => (event instanceof WheelEvent ? event.ctrlKey || event.metaKey : touches(event) === 2))
    .on('zoom', ({ sourceEvent }: D3ZoomEvent<SVGGElement, unknown>) => {
      if (sourceEvent !== undefined && sourceEvent !== null) options.onWindow(windowShown());
    })
    .on('end', ({ sourceEvent }: D3ZoomEvent<SVGGElement, unknown>) => {
      if (globalThis.TouchEvent !== undefined && sourceEvent instanceof TouchEvent) options.onPinched();
    });

  function windowShown(): StepRange {
    const { k, x } = zoomTransform(node);
    return windowAt((-x / k / width) * extent, extent / k, extent);
  }

  function drawRange(): void {
    brush.move(group, range === null ? null : [clamp(xOf(range.from)), clamp(xOf(range.to))]);
  }
  const clamp = (x: number) => Math.max(0, Math.min(width, x));

  function pan(event: WheelEvent): void {
    const { from, to } = options.window();
    if (event.ctrlKey || event.metaKey || Math.abs(event.deltaX) <= Math.abs(event.deltaY) || to - from >= extent)
      return;
    event.preventDefault();
    zooming.translateBy(group, -event.deltaX / zoomTransform(node).k, 0);
    options.onWindow(windowShown());
  }

  // Zoom first: what it takes for a pinch never reaches the brush.
  group.call(zooming).call(brush);
  group.on('dblclick.zoom', null).on('dblclick', () => options.onReset());
  node.addEventListener('wheel', pan, { passive: false });

  return {
    showRange(next) {
      if (brushing) return;
      range = next;
      drawRange();
    },
    showWindow(window) {
      const shown = windowShown();
      // The wheel moves by fractions of a step: rounding them away would make it stick.
      if (shown.from !== window.from || shown.to !== window.to) {
        const k = extent / (window.to - window.from);
        zooming.transform(group, zoomIdentity.scale(k).translate((-window.from / extent) * width, 0));
      }
      if (!brushing) drawRange();
    },
    dispose() {
      node.removeEventListener('wheel', pan);
      group.on('.brush', null).on('.zoom', null).on('dblclick', null);
      node.replaceChildren();
    },
  };
}
