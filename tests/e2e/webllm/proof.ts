/** Runs in Chromium, for webllm.spec.ts: real WebLLM and our engine on the same random weights. */
import { MLCEngine } from 'web-llm-079';
import { Decoder } from '../../../src/engine/decode/decoder';
import { randomModel } from '../../../src/engine/random-model';
import { referenceStep } from '../../../src/engine/reference/sampling';
import { acquireDevice, type GpuDevice } from '../../../src/gpu/device';
import { stabilityOf } from '../../../src/method/stability';
import { openModel } from '../../../src/model/load';
import type { ModelConfig } from '../../../src/model/types';
import { asker } from '../../../src/net/ask';
import { urlSource } from '../../../src/model/url-source';
import { meterDevice } from '../../../src/engine/decode/logit-meter';
import { REPORTED_KS } from '../../../src/run/columns';
import { TraceRecorder } from '../../../src/policy/sampling';
import type { RunTrace } from '../../../src/run/trace';
import type { MlcEngine } from '../../../src/webllm/library';
import { WebLlmEngine } from '../../../src/webllm/webllm-engine';
import type { ProofRequest, ProofResult } from './proof-types';

/** WebLLM's run: what our engine reported, and the logits it was made from. */
interface Tapped {
  readonly engine: WebLlmEngine;
  readonly promptIds: readonly number[];
  readonly trace: RunTrace;
  /** Of every step of every path, in order. */
  readonly logits: readonly Float32Array[];
  readonly loadMs: number;
  readonly sampleMs: number;
}

/** A sign of life: on a software adapter every step takes its time. */
function say(what: string): void {
  console.debug(`${(performance.now() / 1000).toFixed(0)} s: ${what}`);
}

async function runProof(request: ProofRequest): Promise<ProofResult> {
  const gpu = await acquireDevice(navigator.gpu);
  const tapped = await sampleThroughWebLlm(gpu, request);
  const { engine, promptIds, trace, logits, loadMs, sampleMs } = tapped;
  await engine.dispose();
  const { config } = engine.model;
  const start = performance.now();
  const logitDifference = await differenceFromBatch(gpu, config, tapped);
  const batchMs = performance.now() - start;
  const otherBase = config.ropeTheta === 10_000 ? 1_000_000 : 10_000;
  const otherBaseDifference = await differenceFromBatch(gpu, { ...config, ropeTheta: otherBase }, tapped);
  return {
    rope: engine.rope,
    adapter: gpu.adapterName,
    promptTokens: promptIds.length,
    tokens: trace.paths.map((path) => [...path.tokens.subarray(0, path.length)]),
    finishes: trace.paths.map(({ finish }) => finish),
    text: trace.paths.map((path) => trace.text(path)),
    ...differencesFromReference(trace, logits, config),
    logitDifference,
    otherBaseDifference,
    logitDeviation: stabilityOf([...(logits[0]?.subarray(0, config.activeVocabSize) ?? [])]) ?? 0,
    milliseconds: { load: loadMs, sample: sampleMs, batch: batchMs },
  };
}

async function sampleThroughWebLlm(gpu: GpuDevice, request: ProofRequest): Promise<Tapped> {
  const { modelUrl, libraryUrl, paths, tokens, problem } = request;
  const model = await openModel(urlSource('proof', modelUrl, asker([modelUrl])));
  // The old version's class, whose public interface is the same.
  const create = (config: object): MlcEngine => new MLCEngine(config) as unknown as MlcEngine;
  const place = { modelUrl, libraryUrl, requiredFeatures: [], acceptUnknownRope: false };
  const start = performance.now();
  const engine = await WebLlmEngine.load(create, meterDevice(gpu), model, place, ({ phase, done, total }) => {
    if (done === total) say(`${phase} done`);
  });
  const loaded = performance.now();
  const logits: Float32Array[] = [];
  const process = engine.tap.processLogits.bind(engine.tap);
  engine.tap.processLogits = (row) => {
    say('step');
    logits.push(row.slice());
    return process(row);
  };
  const settings = { paths, seed: 7, temperature: 1, topP: 1, maxTokens: tokens, entropyK: 20 };
  const recorder = new TraceRecorder(paths);
  await engine.sample({ problem, settings }, recorder, new AbortController().signal);
  const sampleMs = performance.now() - loaded;
  const promptIds = model.tokenizer?.encode(request.promptText) ?? [];
  return { engine, promptIds, trace: recorder.trace, logits, loadMs: loaded - start, sampleMs };
}

/** Worst differences between what was reported and what the f64 reference makes of the same logits. */
function differencesFromReference(trace: RunTrace, logits: readonly Float32Array[], config: ModelConfig) {
  const worst = { entropyDifference: 0, logprobDifference: 0, confidenceDifference: 0, stabilityDifference: 0 };
  const see = (name: keyof typeof worst, found = NaN, expected = NaN): void => {
    const difference = Math.abs(found - expected);
    // Math.max would keep NaN, which JSON then turns into null: no test passes on it.
    worst[name] = Math.max(worst[name], difference);
  };
  let alternativesAgree = true;
  let row = 0;
  for (const path of trace.paths) {
    const entropies: number[] = [];
    for (let t = 0; t < path.length; t++) {
      const reference = referenceStep((logits[row++] ?? new Float32Array()).subarray(0, config.activeVocabSize));
      entropies.push(reference.entropy(20));
      see('entropyDifference', path.entropy[t], reference.entropy(20));
      REPORTED_KS.forEach((k, i) => see('entropyDifference', path.entropyAtReportedK[4 * t + i], reference.entropy(k)));
      see('logprobDifference', path.logprob[t], reference.logprobs[path.tokens[t] ?? -1]);
      see('logprobDifference', path.meanLogprob[t], reference.meanLogprob);
      see('confidenceDifference', path.confidence[t], reference.confidence);
      const likeliest = path.alternativeToken.subarray(5 * t, 5 * t + 5);
      alternativesAgree &&= likeliest.join() === reference.ranked.slice(0, 5).join();
    }
    see('stabilityDifference', path.stability ?? NaN, stabilityOf(entropies) ?? NaN);
  }
  return { ...worst, alternativesAgree };
}

/** Worst difference between WebLLM's logits and the batch engine's, over every step and the whole active vocabulary. */
async function differenceFromBatch(gpu: GpuDevice, config: ModelConfig, tapped: Tapped): Promise<number> {
  const decoder = await Decoder.load(gpu, randomModel('proof', config), () => undefined, new AbortController().signal);
  let worst = 0;
  let row = 0;
  say('batch engine');
  for (const path of tapped.trace.paths) {
    const ids = [...tapped.promptIds, ...path.tokens.subarray(0, path.length - 1)];
    const positions = Array.from({ length: path.length }, (_, t) => tapped.promptIds.length - 1 + t);
    const logits = await decoder.logitsOf(ids, positions);
    for (let t = 0; t < path.length; t++) {
      const theirs = tapped.logits[row++] ?? new Float32Array();
      for (let id = 0; id < config.activeVocabSize; id++) {
        worst = Math.max(worst, Math.abs((logits[t * config.vocabSize + id] ?? NaN) - (theirs[id] ?? NaN)));
      }
    }
  }
  decoder.dispose();
  return worst;
}

Object.assign(globalThis, { runProof });
