import { ReadbackRing } from '../../gpu/readback';
import type { RunSettings } from '../../run/settings';
import { SamplerRows } from '../../policy/sampler-rows';
import type { Continuation } from '../../policy/types';
import { ROW_WORDS } from '../../run/columns';
import { MAX_ROWS, type Decoder } from './decoder';
import { decodeRows } from './forward';
import { KvCache } from './kv-cache';
import { Sampler } from './sampler';
import { createWorkspace, type Workspace } from './workspace';

/** Most decode steps in one submit. */
export const MAX_STEPS_PER_SUBMIT = 8;
/** Submits whose results are awaited at the same time, plus one being recorded. */
const READBACK_SLOTS = 3;

/** Buffers and progress of N paths decoded together on one prompt, by the model with its adapter. */
export class DecodeRun {
  readonly #cache: KvCache;
  readonly #work: Workspace;
  readonly #sampler: Sampler;
  readonly #ring: ReadbackRing;
  readonly #prompt: GPUBuffer;
  /** u32 [paths] path number of each row. */
  readonly #slots: GPUBuffer;
  /** Tokens that all paths share: the prompt, and the continuation's tokens. */
  readonly #sharedIds: readonly number[];
  /** Number of the first step that is sampled. */
  readonly #firstStep: number;
  #active: readonly number[];
  #nextStep: number;

  constructor(
    readonly decoder: Decoder,
    promptIds: readonly number[],
    readonly settings: RunSettings,
    /** Tokens a path may have at most, those of the continuation included. */
    maxSteps: number,
    continuation?: Continuation,
  ) {
    const { arena, config, recorder, forward, gpu } = decoder;
    const { paths } = settings;
    this.#sharedIds = continuation === undefined ? promptIds : [...promptIds, ...continuation.tokens];
    this.#firstStep = continuation?.tokens.length ?? 0;
    this.#nextStep = this.#firstStep;
    const shared = this.#sharedIds.length;
    const ownSteps = maxSteps - this.#firstStep;
    this.#active = Array.from({ length: paths }, (_, path) => path);
    this.#cache = new KvCache(arena, config, shared, paths, ownSteps);
    const rows = Math.max(paths, Math.min(MAX_ROWS, shared));
    this.#work = createWorkspace(arena, config, rows, shared + ownSteps, decoder.adapter);
    this.#sampler = new Sampler(arena, recorder, forward.kernels, config, paths, MAX_STEPS_PER_SUBMIT);
    if (continuation !== undefined) this.#sampler.resume(continuation.entropy);
    this.#prompt = arena.upload('prompt tokens', Uint32Array.from(this.#sharedIds));
    this.#slots = arena.upload('active paths', Uint32Array.from(this.#active));
    this.#ring = new ReadbackRing(gpu, 4 * ROW_WORDS * paths * MAX_STEPS_PER_SUBMIT, READBACK_SLOTS);
  }

  /** The decode step that `decode` will record next. */
  get nextStep(): number {
    return this.#nextStep;
  }

  /**
   * Submits the forward pass of what the paths share. Rejects with GpuError 'out-of-memory' when the run does not fit.
   */
  async prefill(): Promise<void> {
    await this.decoder.arena.settle();
    await this.decoder.prefill(this.#prompt, this.#sharedIds.length, this.#work, this.#cache, () => undefined);
  }

  /** Only these paths continue, from the next submit on; their rows move together. */
  keep(paths: readonly number[]): void {
    if (paths.length === this.#active.length) return;
    this.#active = paths;
    this.decoder.gpu.device.queue.writeBuffer(this.#slots, 0, Uint32Array.from(paths));
  }

  /** Submits the next `steps` decode steps of the active paths; the promise inside resolves with their sampler rows. */
  async decode(steps: number): Promise<{ readonly records: Promise<SamplerRows> }> {
    const { recorder } = this.decoder;
    const slot = await this.#ring.acquire();
    for (let i = 0; i < steps; i++) this.#recordStep(i * this.#active.length);
    const bytes = 4 * ROW_WORDS * this.#active.length * steps;
    recorder.copy(this.#sampler.records, slot, bytes);
    recorder.submit();
    return { records: this.#ring.read(slot, bytes).then((read) => new SamplerRows(read)) };
  }

  /** Frees everything. Results in flight are lost; GPU work in flight ends by itself. */
  dispose(): void {
    const { arena, recorder } = this.decoder;
    recorder.forgetBindGroups();
    this.#ring.dispose();
    this.#sampler.dispose();
    this.#cache.dispose();
    for (const buffer of [...this.#work.all, this.#prompt, this.#slots]) arena.free(buffer);
  }

  /** The token of step s comes from the logits after step s − 1's token, or after the last shared token. */
  #recordStep(recordBase: number): void {
    const { forward, recorder } = this.decoder;
    const rows = this.#active.length;
    const step = this.#nextStep++;
    if (step === this.#firstStep) {
      const lastRow = (this.#sharedIds.length - 1) % MAX_ROWS;
      forward.head(this.#work, rows, lastRow, 0);
    } else {
      const before = step - 1 - this.#firstStep;
      this.#cache.ensureStep(recorder, before);
      const where = { promptTokens: this.#sharedIds.length, paths: this.settings.paths, step: before };
      const tokens = decodeRows(this.#sampler.tokens, this.#slots, rows, where);
      forward.layers(tokens, this.#work, this.#cache.prefix, this.#cache.suffix);
      forward.head(this.#work, rows, 0, 1);
    }
    const { seed, temperature, topP, entropyK } = this.settings;
    this.#sampler.record(this.#work.logits, this.#slots, rows, recordBase, { step, seed, temperature, topP, entropyK });
  }
}
