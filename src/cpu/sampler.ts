import { RunningStability } from '../method/stability';
import { ALTERNATIVE_COUNT, BAD_WORD, REPORTED_KS, ROW_COLUMNS, ROW_WORDS } from '../run/columns';
import type { RunSettings } from '../run/settings';
import { uniformNumber } from '../policy/hash';
import { SamplerRows } from '../policy/sampler-rows';
import { Distribution } from './distribution';

const CONFIDENCE_K = 20;
/** What a row says where the vocabulary has fewer tokens than alternatives are reported. */
const NO_TOKEN = 0xffffffff;
const NO_LOGPROB = -1e30;

/** Draws every path's next token and writes its sampler row, as sample.wgsl does. */
export class Sampler {
  readonly #running: RunningStability[];

  /** @param entropy of the tokens that all paths begin with, nats */
  constructor(
    readonly activeVocabSize: number,
    readonly settings: RunSettings,
    entropy: Iterable<number>,
  ) {
    const before = [...entropy];
    this.#running = Array.from({ length: settings.paths }, () => {
      const running = new RunningStability();
      before.forEach((value) => running.add(value));
      return running;
    });
  }

  /** A row for each of `paths`; `logitsOf` gives its raw logits [vocabulary]. */
  rows(paths: readonly number[], step: number, logitsOf: (row: number) => Float32Array): SamplerRows {
    const bytes = new ArrayBuffer(4 * ROW_WORDS * paths.length);
    paths.forEach((path, row) => this.#write(bytes, row, path, step, logitsOf(row)));
    return new SamplerRows(bytes);
  }

  #write(bytes: ArrayBuffer, row: number, path: number, step: number, logits: Float32Array): void {
    const words = new Uint32Array(bytes, 4 * ROW_WORDS * row, ROW_WORDS);
    const floats = new Float32Array(bytes, 4 * ROW_WORDS * row, ROW_WORDS);
    const { entropyK, temperature, topP, seed } = this.settings;
    words[ROW_COLUMNS.path.word] = path;
    words[ROW_COLUMNS.step.word] = step;
    const active = logits.subarray(0, this.activeVocabSize);
    const taken = Math.max(...REPORTED_KS, entropyK);
    const distribution = Distribution.of(active, taken, temperature);
    if (distribution === null) {
      words[BAD_WORD] = 1;
      return;
    }
    const entropy = distribution.topEntropy(entropyK);
    const running = this.#running[path];
    running?.add(entropy);
    REPORTED_KS.forEach((k, i) => {
      floats[ROW_COLUMNS.entropyAtReportedK.word + i] = distribution.topEntropy(k);
    });
    floats[ROW_COLUMNS.entropy.word] = entropy;
    floats[ROW_COLUMNS.confidence.word] = distribution.confidence(CONFIDENCE_K);
    floats[ROW_COLUMNS.meanLogprob.word] = distribution.meanLogprob;
    floats[ROW_COLUMNS.runningMean.word] = running?.mean ?? NaN;
    floats[ROW_COLUMNS.runningVariance.word] = (running?.stability ?? NaN) ** 2;
    for (let i = 0; i < ALTERNATIVE_COUNT; i++) {
      const id = distribution.likeliest[i];
      words[ROW_COLUMNS.alternativeToken.word + i] = id ?? NO_TOKEN;
      floats[ROW_COLUMNS.alternativeLogprob.word + i] = id === undefined ? NO_LOGPROB : distribution.logprob(id);
    }
    const token = distribution.draw(topP, uniformNumber(seed, path, step));
    words[ROW_COLUMNS.tokens.word] = token;
    floats[ROW_COLUMNS.logprob.word] = distribution.logprob(token);
  }
}
