import * as v from 'valibot';
import { prefersReducedMotion } from 'svelte/motion';
import type { GalleryState } from '../gallery/gallery.svelte';
import type { GalleryKind } from '../gallery/gallery-index';
import type { Playback } from '../gallery/playback.svelte';
import type { RunRecord } from '../../run/saved-run';
import type { RunState } from '../session/run.svelte';
import { Persisted, type KeyValueStore } from '../storage/persisted.svelte';

/** What the page shows at a step of the tour. Each says all of it, so that steps can be gone back too. */
export interface TourScene {
  /** How far the recording is: before its first token, being written, or at its end. */
  readonly recording: 'start' | 'playing' | 'end';
  /** The gate moves to and fro; otherwise it stands at its own place. */
  readonly gate?: 'moving';
  /** The path looked at, at its most uncertain step. */
  readonly path?: number;
}

/** The recording that the tour is about: its two counts differ. */
const KIND: GalleryKind = 'majority-wrong';

/** The gate's way, as shares of the range of s, and how long it stays at each. */
const GATE_WAY = Array.from({ length: 49 }, (_, i) => 0.5 + 0.48 * Math.sin((i / 48) * 2 * Math.PI));
const GATE_STEP_MS = 90;

/** The guided tour: whether it is offered, where it stands, and what it does with the page. */
export class TourState {
  readonly #known: Persisted<boolean>;
  #step = $state.raw<number | null>(null);
  #scenes: readonly TourScene[] = [];
  /** The run that was shown when the tour began; null: none, or a recording. */
  #before: { readonly record: RunRecord; readonly status: 'done' | 'aborted' } | null = null;
  /** Address at which it began. */
  #from = '';
  #timer: ReturnType<typeof setInterval> | undefined;
  /** Number of the latest scene: one that has been overtaken changes nothing any more. */
  #scene = 0;

  constructor(
    private readonly run: RunState,
    private readonly playback: Playback,
    private readonly gallery: GalleryState,
    store?: KeyValueStore | null,
    private readonly isCalm: () => boolean = () => prefersReducedMotion.current,
  ) {
    this.#known = new Persisted('sasc-lab.tour', v.boolean(), false, store);
  }

  /** 0-based; null: the tour is not under way. */
  get step(): number | null {
    return this.#step;
  }

  /** Nobody has taken it here yet, or said no to it. */
  get isOffered(): boolean {
    return !this.#known.current && this.#step === null;
  }

  decline(): void {
    this.#known.current = true;
  }

  /** What follows # in the address at which the tour began; '': the page that it is about. */
  get from(): string {
    return this.#from;
  }

  /**
   * @param scenes one a step
   * @param from address to which the tour leads back
   */
  async start(scenes: readonly TourScene[], from = ''): Promise<void> {
    if (this.run.busy) return;
    const { record, status } = this.run;
    const isOwn = record !== null && this.playback.record === null && (status === 'done' || status === 'aborted');
    this.#before = isOwn ? { record, status } : null;
    this.#from = from;
    this.#scenes = scenes;
    this.#known.current = true;
    await this.#go(0);
  }

  /** To the next step; after the last one the tour ends. */
  async next(): Promise<void> {
    if (this.#step === null) return;
    if (this.#step + 1 >= this.#scenes.length) this.end();
    else await this.#go(this.#step + 1);
  }

  async back(): Promise<void> {
    if (this.#step !== null && this.#step > 0) await this.#go(this.#step - 1);
  }

  /** The recording is put away, and what was shown before is back, unless somebody has solved meanwhile. */
  end(): void {
    if (this.#step === null) return;
    this.#scene++;
    this.#stopMotion();
    this.#step = null;
    if (this.playback.record === null) return;
    this.playback.close();
    if (this.#before !== null) this.run.show(this.#before.record, this.#before.status);
  }

  async #go(step: number): Promise<void> {
    const scene = this.#scenes[step];
    if (scene === undefined) return;
    const call = ++this.#scene;
    this.#stopMotion();
    this.#step = step;
    const isOpen = this.gallery.opened?.entry.kind === KIND || (await this.gallery.open(KIND, 'end'));
    if (call !== this.#scene) return;
    // Somebody solves meanwhile, or the recording cannot be had.
    if (!isOpen) return this.end();
    this.#set(scene);
  }

  #set({ recording, gate, path }: TourScene): void {
    this.playback.pause();
    if (recording === 'end' || (recording === 'playing' && this.isCalm())) this.playback.seek(this.playback.steps);
    else this.playback.seek(0);
    if (recording === 'playing' && !this.isCalm()) this.playback.play();
    if (path !== undefined) this.run.board.setFocus(path, null, false);
    if (gate === 'moving') this.#moveGate();
  }

  #moveGate(): void {
    const values = this.run.view?.decision.inputs.flatMap(({ group, stability }) =>
      group === null || stability === null ? [] : [stability],
    );
    if (values === undefined || values.length === 0) return;
    const low = Math.min(...values);
    const range = Math.max(...values) - low;
    // Without motion it stands at one other place, for as long as the step lasts.
    if (this.isCalm()) return this.run.board.setThreshold(low + 0.5 * range);
    let i = 0;
    let moved = this.run.view?.voteOptions.threshold ?? null;
    this.#timer = setInterval(() => {
      const share = GATE_WAY[i++];
      // Somebody has taken the gate in hand.
      if (this.run.view?.voteOptions.threshold !== moved) return clearInterval(this.#timer);
      if (share === undefined) return this.#stopMotion();
      moved = low + share * range;
      this.run.board.setThreshold(moved);
    }, GATE_STEP_MS);
  }

  /** Nothing moves any more, and the gate is back at its own place. */
  #stopMotion(): void {
    clearInterval(this.#timer);
    if (this.playback.record !== null) this.run.board.setThreshold(null);
  }
}
