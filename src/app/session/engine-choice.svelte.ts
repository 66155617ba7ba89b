import * as v from 'valibot';
import { ENGINE_KINDS, type EngineKind } from '../../run/engine-kind';
import type { EngineInfo, SampleTiming } from '../../policy/types';
import { type KeyValueStore, Persisted } from '../storage/persisted.svelte';

const kindSchema = v.picklist(ENGINE_KINDS);
const rateSchema = v.object({
  /** Over all paths. */
  tokensPerSecond: v.pipe(v.number(), v.gtValue(0)),
  paths: v.pipe(v.number(), v.integer(), v.minValue(1)),
});
const ratesSchema = v.object({
  webllm: v.optional(rateSchema),
  batch: v.optional(rateSchema),
  cpu: v.optional(rateSchema),
});

/** What was measured of a model on a device, by engine. */
export type Rates = v.InferOutput<typeof ratesSchema>;

/** Runs of fewer tokens say little about an engine's rate. */
const LEAST_TOKENS = 32;
/** A rate less than this much higher is not worth a change. */
const WORTH_IT = 1.1;

/** Which engine each model runs on, and how fast they were on this device; stored across reloads. */
export class EngineChoice {
  readonly #chosen: Persisted<Record<string, EngineKind>>;
  readonly #rates: Persisted<Record<string, Rates>>;

  constructor(store?: KeyValueStore | null) {
    this.#chosen = new Persisted('sasc-lab.engine', v.record(v.string(), kindSchema), {}, store);
    this.#rates = new Persisted('sasc-lab.rates', v.record(v.string(), ratesSchema), {}, store);
  }

  /** The user's choice; before there is one, WebLLM where it can run the model. */
  kindOf({ id, webllm }: { readonly id: string; readonly webllm: object | null }): EngineKind {
    if (webllm === null) return 'batch';
    return this.#chosen.current[id] ?? 'webllm';
  }

  choose(modelId: string, kind: EngineKind): void {
    this.#chosen.current = { ...this.#chosen.current, [modelId]: kind };
  }

  ratesOf(device: string, modelId: string): Rates {
    return this.#rates.current[keyOf(device, modelId)] ?? {};
  }

  /** Keeps the rate of a run that went to its end. */
  noteRun({ device, modelId, engine }: EngineInfo, paths: number, { tokens, tokensPerSecond }: SampleTiming): void {
    if (tokens < LEAST_TOKENS || !(tokensPerSecond > 0)) return;
    const rates = { ...this.ratesOf(device, modelId), [engine]: { tokensPerSecond, paths } };
    this.#rates.current = { ...this.#rates.current, [keyOf(device, modelId)]: rates };
  }
}

function keyOf(device: string, modelId: string): string {
  return `${modelId} on ${device}`;
}

/** The faster engine and by how much; null while one is not known, or where they hardly differ. */
export function fasterEngine({ webllm, batch }: Rates): { readonly kind: EngineKind; readonly times: number } | null {
  if (webllm === undefined || batch === undefined) return null;
  const times = batch.tokensPerSecond / webllm.tokensPerSecond;
  if (times >= WORTH_IT) return { kind: 'batch', times };
  return times <= 1 / WORTH_IT ? { kind: 'webllm', times: 1 / times } : null;
}
