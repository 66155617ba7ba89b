import { checkTokenIds } from '../policy/checks';
import type { ModelConfig } from '../model/types';
import { Forward } from './forward';
import { KvRows } from './kv-rows';
import { Pace } from './pace';
import { prefillChunks, widthOf } from './run-paths';
import type { CpuWeights } from './weights';

/** Teacher-forced raw logits [ids, vocabulary], row i after the ids 0 to i. Throws RangeError for ids outside the model. */
export async function forcedLogits(
  config: ModelConfig,
  weights: CpuWeights,
  ids: readonly number[],
): Promise<Float32Array> {
  const { layerCount, kvHeadCount, headDim, vocabSize } = config;
  checkTokenIds(ids, config);
  const pace = new Pace(new AbortController().signal);
  try {
    const forward = new Forward(config, weights, widthOf(1), pace);
    const result = new Float32Array(ids.length * vocabSize);
    await prefillChunks(forward, ids, new KvRows(layerCount, kvHeadCount * headDim, ids.length), (start, count) => {
      result.set(forward.logits(0, count).subarray(0, count * vocabSize), start * vocabSize);
    });
    return result;
  } finally {
    pace.dispose();
  }
}
