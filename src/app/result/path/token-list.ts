import type { PathTrace, RunTrace } from '../../../run/trace';
import { rampLevel, type Ramp } from '../../kit/charts/ramp';
import type { StepRange } from './step-range';
import { TokenWriter, type TokenText } from '../../kit/charts/token-text';
import type { TokenTint } from './token-tint';

/** Below this part of the scale a token is as good as certain and gets no tint: a text full of pale boxes says nothing. */
const LEAST_TINT = 1 / 15;

/** A long text comes in over several frames: the pointer passing over the rows must not wait for two thousand tokens. */
const TOKENS_PER_FRAME = 200;

/** What is shown, all of it: another one starts the text afresh. */
export interface TokenSource {
  readonly trace: RunTrace;
  readonly path: PathTrace;
  /** The first step shown. */
  readonly from: number;
  /** Spaces and tabs get a sign each. */
  readonly whitespace: boolean;
}

/** What is said of one token: steadiness broke there; the path parts from another there; its largest slip. */
type Flag = 'broke' | 'parts' | 'slip';
const FLAGS: readonly Flag[] = ['broke', 'parts', 'slip'];

export interface TokenColors {
  readonly tint: TokenTint;
  readonly ramp: Ramp;
}

/**
 * The text of one path as a list of `span`s, one a token, kept up with the trace by hand: two thousand tokens that only
 * ever grow at the end are no work for a diff. Tokens that hold one character between them share one `span`.
 */
export class TokenList {
  private source: TokenSource | null = null;
  private writer = new TokenWriter();
  /** The span of each token, from step `source.from` on. */
  private spans: HTMLElement[] = [];
  /** Tokens at the end that are a part of a character whose last bytes have not come yet. */
  private open: HTMLElement[] = [];
  private current: HTMLElement | undefined;
  private selected: number | null = null;
  private marked: StepRange | null = null;
  private readonly flags: Record<Flag, number | null> = { broke: null, parts: null, slip: null };
  private pending = 0;

  constructor(
    private readonly container: HTMLElement,
    private colors: TokenColors,
  ) {}

  /** Shows the tokens that the path has now: the missing ones are appended, another source starts afresh. */
  show(source: TokenSource): void {
    const { path, from, whitespace } = source;
    const last = this.source;
    const same = last?.path === path && last.from === from && last.whitespace === whitespace;
    if (!same || path.length - from < this.spans.length) this.clear(whitespace);
    this.source = source;
    this.fill();
  }

  /** Appends as many of the missing tokens as a frame has time for; the next frames go on. */
  private fill(): void {
    if (this.source === null) return;
    const { trace, path, from } = this.source;
    const until = Math.min(path.length, from + this.spans.length + TOKENS_PER_FRAME);
    const added = document.createDocumentFragment();
    for (let step = from + this.spans.length; step < until; step++) {
      this.append(added, this.writer.write(trace.pieces.get(path.tokens[step] ?? -1)), step);
    }
    this.container.append(added);
    if (this.selected !== null && this.current === undefined) this.select(this.selected);
    if (this.marked !== null) this.mark(this.marked);
    for (const flag of FLAGS) this.flag(flag, this.flags[flag]);
    cancelAnimationFrame(this.pending);
    if (until < path.length) this.pending = requestAnimationFrame(() => this.fill());
  }

  /** Stops adding tokens. */
  dispose(): void {
    cancelAnimationFrame(this.pending);
  }

  /** Gives every token its tint again: another scale, or another theme. */
  recolor(colors: TokenColors): void {
    this.colors = colors;
    this.spans.forEach((span, i) => {
      if (span.dataset.step === this.stepOf(i)) this.tint(span);
    });
  }

  /** Rings one token. */
  select(step: number | null): void {
    this.selected = step;
    this.current?.removeAttribute('aria-current');
    this.current = step === null ? undefined : this.spanOf(step);
    this.current?.setAttribute('aria-current', 'step');
  }

  /** Underlines the tokens of a range. */
  mark(range: StepRange | null): void {
    const changed = [this.marked, range];
    this.marked = range;
    for (const part of changed) {
      // While steps are being marked this comes with every movement: the tokens beside them are left alone.
      for (let step = part?.from ?? 0; step < (part?.to ?? 0); step++) {
        this.spanOf(step)?.toggleAttribute('data-marked', range !== null && step >= range.from && step < range.to);
      }
    }
  }

  /** Flags one token. */
  flag(flag: Flag, step: number | null): void {
    const before = this.flags[flag];
    if (before !== null) this.spanOf(before)?.removeAttribute(`data-${flag}`);
    this.flags[flag] = step;
    if (step !== null) this.spanOf(step)?.setAttribute(`data-${flag}`, '');
  }

  private append(to: DocumentFragment, text: TokenText, step: number): void {
    const span = document.createElement('span');
    span.textContent = text.shown;
    span.dataset.step = String(step);
    if (text.kind !== 'text') span.dataset.kind = text.kind;
    if (text.kind === 'text' || text.kind === 'newline') this.close(span);
    this.spans.push(span);
    if (text.kind === 'part') this.open.push(span);
    this.tint(span);
    to.append(text.lead, span, text.trail);
  }

  /** The character is complete: it is shown once, on a span that stands for all its tokens. */
  private close(span: HTMLElement): void {
    const first = this.open[0];
    if (first === undefined) return;
    span.dataset.last = span.dataset.step ?? '';
    span.dataset.step = first.dataset.step ?? '';
    for (const part of this.open) {
      this.spans[this.spans.indexOf(part)] = span;
      part.remove();
    }
    this.open = [];
  }

  /** The tint of the token, or of the least sure one of a group. */
  private tint(span: HTMLElement): void {
    if (this.source === null) return;
    const first = Number(span.dataset.step);
    const last = Number(span.dataset.last ?? first);
    let highest = 0;
    for (let step = first; step <= last; step++) {
      highest = Math.max(highest, this.colors.tint.level(this.source.path, step));
    }
    const level = rampLevel(highest, 1);
    const visible = highest >= LEAST_TINT;
    span.style.background = visible ? (this.colors.ramp.css[level] ?? '') : '';
    span.style.color = visible ? (this.colors.ramp.ink[level] ?? '') : '';
  }

  private spanOf(step: number): HTMLElement | undefined {
    return this.spans[step - (this.source?.from ?? 0)];
  }

  private stepOf(index: number): string {
    return String(index + (this.source?.from ?? 0));
  }

  private clear(whitespace: boolean): void {
    this.container.replaceChildren();
    this.spans = [];
    this.open = [];
    this.current = undefined;
    this.writer = new TokenWriter(whitespace);
  }
}

/** Step of the token under an event; null between tokens. */
export function stepOfEvent(event: Event): number | null {
  const span = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-step]') : null;
  return span === null ? null : Number(span.dataset.step);
}
