import type { PathTrace, RunTrace } from '../records/trace';
import { rampLevel, type Ramp } from './ramp';
import { TokenWriter, type TokenText } from './token-text';

/** Below this many nats a token is as good as certain and gets no tint: a text full of pale boxes says nothing. */
const LEAST_TINT = 0.2;

/** A long text comes in over several frames: the pointer passing over the rows must not wait for two thousand tokens. */
const TOKENS_PER_FRAME = 400;

/**
 * The text of one path as a list of `span`s, one a token, kept up with the trace by hand: two thousand tokens that only
 * ever grow at the end are no work for a diff.
 */
export class TokenList {
  private trace: RunTrace | null = null;
  private path: PathTrace | null = null;
  private writer = new TokenWriter();
  private spans: HTMLElement[] = [];
  private current: HTMLElement | undefined;
  private selected: number | null = null;
  private pending = 0;

  constructor(private readonly container: HTMLElement) {}

  /** Shows the tokens that the path has now: the missing ones are appended, another path starts afresh. */
  show(trace: RunTrace, path: PathTrace, ramp: Ramp, ceiling: number): void {
    if (trace !== this.trace || path !== this.path || path.length < this.spans.length) this.clear();
    this.trace = trace;
    this.path = path;
    const added = document.createDocumentFragment();
    const until = Math.min(path.length, this.spans.length + TOKENS_PER_FRAME);
    for (let step = this.spans.length; step < until; step++) {
      const text = this.writer.write(trace.pieces.get(path.tokens[step] ?? -1));
      const span = tokenSpan(text, step);
      tint(span, path.entropy[step] ?? 0, ramp, ceiling);
      this.spans.push(span);
      added.append(text.lead, span, text.trail);
    }
    this.container.append(added);
    if (this.selected !== null && this.current === undefined) this.select(this.selected);
    cancelAnimationFrame(this.pending);
    if (until < path.length) this.pending = requestAnimationFrame(() => this.show(trace, path, ramp, ceiling));
  }

  /** Stops adding tokens. */
  dispose(): void {
    cancelAnimationFrame(this.pending);
  }

  /** Gives every token its tint again, after a change of theme. */
  retint(ramp: Ramp, ceiling: number): void {
    this.spans.forEach((span, step) => tint(span, this.path?.entropy[step] ?? 0, ramp, ceiling));
  }

  /** Rings one token. */
  select(step: number | null): void {
    this.selected = step;
    this.current?.removeAttribute('aria-current');
    this.current = step === null ? undefined : this.spans[step];
    this.current?.setAttribute('aria-current', 'step');
  }

  private clear(): void {
    this.container.replaceChildren();
    this.spans = [];
    this.current = undefined;
    this.writer = new TokenWriter();
  }
}

/** Step of the token under an event; null between tokens. */
export function stepOfEvent(event: Event): number | null {
  const span = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-step]') : null;
  return span === null ? null : Number(span.dataset.step);
}

function tokenSpan(text: TokenText, step: number): HTMLElement {
  const span = document.createElement('span');
  span.textContent = text.shown;
  span.dataset.step = String(step);
  if (text.kind !== 'text') span.dataset.kind = text.kind;
  return span;
}

function tint(span: HTMLElement, entropy: number, ramp: Ramp, ceiling: number): void {
  const level = rampLevel(entropy, ceiling);
  const visible = entropy >= LEAST_TINT;
  span.style.background = visible ? (ramp.css[level] ?? '') : '';
  span.style.color = visible ? (ramp.ink[level] ?? '') : '';
}
