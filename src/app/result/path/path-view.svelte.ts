import { m } from '../../../paraglide/messages.js';
import { hasFigures, hasText } from '../../../run/recorded';
import type { PathTrace } from '../../../run/trace';
import { answerOf, steadiestOf, type PathRow } from '../path-rows';
import type { ResultState } from '../result-state.svelte';
import { divergenceOf } from './divergence';
import { slipMark } from '../slips';
import { tintRamp } from './tint-look';
import { tintOf } from './token-tint';
import { breakStep } from './trace-break';
import { traceTop } from './trace-painter';

/** The path in focus as the section was last told of it: far below the fold it follows the pointer later. */
export interface ReadPath {
  readonly path: PathTrace;
  readonly row: PathRow;
  readonly step: number | null;
  readonly peak: number | null;
}

/** Everything that the parts of the path's section show of it, derived in one place. */
export class PathView {
  readonly #read: () => ReadPath;
  readonly path = $derived.by(() => this.#read().path);
  readonly row = $derived.by(() => this.#read().row);
  readonly step = $derived.by(() => this.#read().step);
  readonly peak = $derived.by(() => this.#read().peak);

  /** The part of the axis that the trace shows. */
  readonly window = $derived.by(() => this.result.inspection.window(this.result.extent));
  /** Entropy at the trace's top edge, nats. */
  readonly top = $derived.by(() => {
    void this.result.version;
    return traceTop(this.result.trace.paths, this.result.ceiling);
  });
  readonly #steadiest = $derived.by(() => steadiestOf(this.result.rows, this.result.elected));
  /** The path that this one is read beside; null: none. */
  readonly other = $derived.by(() => {
    const index = this.result.inspection.compared;
    return index === null || index === this.path.index ? null : (this.result.trace.paths[index] ?? null);
  });
  /** First step that the two do not share; null: they are alike, or a text is missing. */
  readonly divergence = $derived.by(() => {
    void this.result.version;
    const { path, other } = this;
    if (other === null || ![path, other].every((one) => hasText(this.result.trace, one))) return null;
    return divergenceOf(path, other);
  });
  /** A path to draw beside this one, and the group whose colour it has; null: none. */
  readonly comparison = $derived.by(() => {
    const { other, path } = this;
    const { rows, trace, elected } = this.result;
    if (other !== null) return { path: other, group: rows[other.index]?.group ?? null };
    const steadiest = this.#steadiest;
    const best = steadiest === null || steadiest.path === path.index ? undefined : trace.paths[steadiest.path];
    return best === undefined ? null : { path: best, group: elected };
  });
  readonly comparisonName = $derived.by(() => {
    if (this.comparison === null) return '';
    const name = { path: this.comparison.path.index + 1 };
    if (this.other !== null) return m.compare_path(name);
    return m.path_compared({ ...name, answer: answerOf(this.result.decision, this.result.elected) });
  });
  /** The tokens have figures of their own: without them their entropy alone is known, in outline. */
  readonly hasFigures = $derived.by(() => {
    void this.result.version;
    return hasFigures(this.path);
  });
  /**
   * Step at which the stability of a filtered path passed the gate for good; null: nowhere. A gate on another scale than
   * the entropies shown (another K, lengths taken out) does not say where these passed it.
   */
  readonly broke = $derived.by(() => {
    const { threshold } = this.result.decision.vote;
    const { entropyK, lengthAdjusted } = this.result.voteOptions;
    if (!this.hasFigures || this.row.status !== 'gated' || threshold === null) return null;
    if (entropyK !== null || lengthAdjusted) return null;
    return breakStep(this.path.entropy, this.path.length, threshold);
  });
  /** What is marked as the path's unlikeliest turn; null: nothing. */
  readonly slip = $derived.by(() => this.result.slips[this.path.index] ?? null);
  /** Steps of the trace with something to be said of them; the sign stands for it in the text. */
  readonly marks = $derived.by(() => [
    ...(this.broke === null ? [] : [{ step: this.broke, text: m.inspect_broke_label(), sign: '⚑' }]),
    ...(this.divergence === null ? [] : [{ step: this.divergence, text: m.compare_parts_mark(), sign: '≠' }]),
    ...(this.slip === null ? [] : [{ step: this.slip.step, text: slipMark(this.result.trace, this.slip), sign: '◆' }]),
  ]);
  readonly #tintKind = $derived.by(() => (this.hasFigures ? this.result.inspection.tint : 'entropy'));
  readonly tint = $derived.by(() => {
    void this.result.version;
    return tintOf(this.#tintKind, this.result.ceiling, this.result.trace.paths);
  });
  /** Colours of the tint. */
  readonly ramp = $derived.by(() => tintRamp(this.#tintKind));

  constructor(
    readonly result: ResultState,
    read: () => ReadPath,
  ) {
    this.#read = read;
  }

  hover(step: number): void {
    this.result.hover(this.path.index, step);
  }

  pick(step: number, event: MouseEvent): void {
    this.result.pick(this.path.index, step, event);
  }
}
