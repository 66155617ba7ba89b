import { readRunFile } from '../../run/formats/run-file';
import { readRunLink, type SharedRun } from '../../run/formats/share-codec';
import { type MeasuredModel, readModelFacts } from '../result/model-facts';
import { embeddedModel } from '../session/model-location';
import type { OpeningFaultCode } from '../share/text';
import { bootSentinel } from '../storage/boot-sentinel';
import { type AnswerComparer, RunBoard } from '../result/run-board.svelte';

/** Why something could not be opened; `detail` is technical, and may be ''. */
export interface OpeningFault {
  readonly code: OpeningFaultCode;
  readonly detail: string;
}

/** What ends where a link's promise is kept: the run is open, or there is a fault. */
type Opened = { ok: true; value: SharedRun } | { ok: false; code: OpeningFault['code']; detail?: string };

/** Somebody's run, opened from a link or a file to be looked at. What cannot be opened changes nothing but `fault`. */
export class SharedRunState {
  #run = $state.raw<SharedRun | null>(null);
  #fault = $state.raw<OpeningFault | null>(null);
  #isReading = $state(false);
  #isRevealed = $state(false);
  #call = 0;
  /** The link that is open, so that it is not opened again. */
  #link: string | null = null;
  readonly board: RunBoard;

  constructor(
    answers?: AnswerComparer,
    private readonly readMeasured: typeof measuredModel = measuredModel,
  ) {
    this.board = new RunBoard(answers);
  }

  /** null: nothing has been opened. */
  get run(): SharedRun | null {
    return this.#run;
  }

  get fault(): OpeningFault | null {
    return this.#fault;
  }

  get isReading(): boolean {
    return this.#isReading;
  }

  /** Who shared it wants the reader to think first. */
  get hidesVerdict(): boolean {
    return (this.#run?.hidesVerdict ?? false) && !this.#isRevealed;
  }

  /** @param text what follows `r=` in the address */
  async openLink(text: string): Promise<void> {
    if (text === this.#link) return;
    this.#link = text;
    bootSentinel.arm({ what: 'link' });
    await this.#open(() => readRunLink(text));
  }

  async openFile(file: Blob): Promise<void> {
    await this.#open(async () => {
      const read = await readRunFile(file);
      if (!read.ok) return read;
      const record = read.value;
      const texts = record.trace.paths.filter((path) => record.trace.text(path, 1) !== '').length;
      return { ok: true, value: { record, texts, binTokens: 1, problemCut: false, hidesVerdict: false } };
    });
  }

  reveal(): void {
    this.#isRevealed = true;
  }

  dismissFault(): void {
    this.#fault = null;
  }

  async #open(read: () => Promise<Opened>): Promise<void> {
    const call = ++this.#call;
    this.#isReading = true;
    const opened = await read();
    if (call !== this.#call) return;
    this.#isReading = false;
    this.#fault = opened.ok ? null : { code: opened.code, detail: opened.detail ?? '' };
    if (opened.ok) this.#show(opened.value);
  }

  #show(run: SharedRun): void {
    const { trace, voteOptions, verdict } = run.record;
    trace.abortRunning();
    // A manual gate is what was tried on a run, not one of its rules: it can be put back.
    this.board.show(trace, run.record, { ...voteOptions, threshold: null }, verdict);
    this.board.setThreshold(voteOptions.threshold);
    void this.board.group();
    void this.readMeasured(run.record.model.id).then((measured) => this.board.setMeasured(measured));
    this.#isRevealed = false;
    this.#run = run;
  }
}

/** What is measured of a model that a run names, of those whose card is at hand: the one that comes with the page. */
async function measuredModel(id: string): Promise<MeasuredModel | null> {
  const model = embeddedModel();
  if (model.id !== id) return null;
  const { measured } = await readModelFacts(model.url);
  return measured === null ? null : { id, facts: measured };
}

/** One for the page: what is dropped on Solve is looked at in View. */
export const sharedRun = new SharedRunState();
