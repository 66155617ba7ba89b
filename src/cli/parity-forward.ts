import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BatchEngine } from '../engine/batch-engine';
import { differenceOf, logprobOf, type Difference } from './difference';
import type { Expected } from './parity-expected';

/** K of the expected entropies. */
const TOP_K = 20;

type ForwardQuantity =
  'base_logits' | 'entropy_base' | 'adapted_logits' | 'entropy_adapted' | 'ref_logprobs' | 'logprobs' | 'cases';

/** What the kernels that sample say, with the engine's adapter and without. `folder` holds the files of the cases. */
export async function forwardDifferences(
  engine: BatchEngine,
  { prompt, paths, path0 = {}, ref_logprobs, logprobs, cases }: Expected,
  folder: string,
): Promise<Partial<Record<ForwardQuantity, Difference>>> {
  const found: Partial<Record<ForwardQuantity, Difference>> = {};
  const ids = prompt && paths?.[0] ? [...prompt, ...paths[0]] : null;
  for (const adapter of engine.adapter === null ? [false] : [false, true]) {
    const logits = adapter ? path0.adapted_logits : path0.base_logits;
    if (ids && logits) {
      const name = adapter ? 'adapted_logits' : 'base_logits';
      found[name] = differenceOf(await engine.logitsOf(ids, undefined, { adapter }), logits);
    }
    const entropies = adapter ? path0.entropy_top20_adapted : path0.entropy_top20_base;
    if (ids && entropies) {
      const name = adapter ? 'entropy_adapted' : 'entropy_base';
      found[name] = differenceOf(await engine.entropiesOf(ids, TOP_K, { adapter }), entropies);
    }
    const ownLogprobs = adapter ? logprobs : ref_logprobs;
    if (prompt && paths && ownLogprobs) {
      const computed: number[] = [];
      for (const path of paths) computed.push(...(await logprobsOf(engine, prompt, path, adapter)));
      found[adapter ? 'logprobs' : 'ref_logprobs'] = differenceOf(computed, ownLogprobs.flat());
    }
  }
  if (cases) found.cases = await caseDifference(engine, cases, folder);
  return found;
}

/** ln p of each token of `path` after `prompt`. */
async function logprobsOf(
  engine: BatchEngine,
  prompt: readonly number[],
  path: readonly number[],
  adapter: boolean,
): Promise<number[]> {
  const positions = path.map((_, i) => prompt.length - 1 + i);
  const logits = await engine.logitsOf([...prompt, ...path], positions, { adapter });
  const width = logits.length / path.length;
  return path.map((id, i) => logprobOf(logits.subarray(i * width, (i + 1) * width), id));
}

/** All cases as one quantity. */
async function caseDifference(engine: BatchEngine, cases: NonNullable<Expected['cases']>, folder: string) {
  const computed: number[] = [];
  const expected: number[] = [];
  for (const { ids, rows, file, offset } of cases) {
    const logits = await engine.logitsOf(ids, rows, { adapter: false });
    const bytes = await readFile(join(folder, file));
    const values = new DataView(bytes.buffer, bytes.byteOffset + 4 * offset, 4 * logits.length);
    for (const [i, logit] of logits.entries()) {
      computed.push(logit);
      expected.push(values.getFloat32(4 * i, true));
    }
  }
  return differenceOf(computed, expected);
}
