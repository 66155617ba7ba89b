import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { BatchEngine } from '../engine/batch-engine';
import { parseJsonFile } from '../model/parse';
import { ModelFileError } from '../model/errors';
import type { CommandContext } from './command';
import { differenceOf, logprobOf, type Difference } from './difference';
import { dirSource } from './dir-source';
import { loadEngine } from './load-engine';
import { textTable } from './table';
import { readOptions } from './usage';

const EXPECTED_FILE = 'expected.json';

/** K of the expected entropies. */
const TOP_K = 20;

const ids = v.array(v.pipe(v.number(), v.integer(), v.minValue(0)));

/** The parts that the model without adapter answers for; all optional. */
const ExpectedSchema = v.object({
  prompt: v.optional(ids),
  paths: v.optional(v.array(ids)),
  path0: v.optional(
    v.object({ base_logits: v.optional(v.array(v.number())), entropy_top20_base: v.optional(v.array(v.number())) }),
  ),
  ref_logprobs: v.optional(v.array(v.array(v.number()))),
  cases: v.optional(v.array(v.object({ ids, rows: ids, file: v.string(), offset: v.optional(v.number(), 0) }))),
});

type Expected = v.InferOutput<typeof ExpectedSchema>;

/** Largest absolute difference allowed: logits (standard deviation about 4), entropies and log-probabilities in nats. */
const TOLERANCES = { base_logits: 2e-3, entropy_base: 1e-3, ref_logprobs: 1e-3, cases: 2e-3 } as const;
type Quantity = keyof typeof TOLERANCES;
type Quantities = Partial<Record<Quantity, Difference>>;

const ParityOptions = v.object({ golden: v.string(), json: v.optional(v.boolean(), false) });

/** `parity`: the engine against vectors of an independent implementation. Exit code 1 beyond a tolerance. */
export async function parity(argv: readonly string[], context: CommandContext): Promise<number> {
  const { golden, json } = readOptions(argv, ParityOptions);
  const expected = parseJsonFile(ExpectedSchema, EXPECTED_FILE, await dirSource(golden).read(EXPECTED_FILE));
  const { engine, close } = await loadEngine(golden, context.progress, context.signal);
  try {
    const quantities = await measureAll(engine, expected, golden);
    const ok = isWithin(quantities);
    const report = { device: engine.info.device, adapter: null, quantities, ok };
    context.print(json ? JSON.stringify(report) : parityTable(report.device, quantities, ok));
    return ok ? 0 : 1;
  } finally {
    await close();
  }
}

async function measureAll(engine: BatchEngine, expected: Expected, folder: string): Promise<Quantities> {
  const { prompt, paths, path0, ref_logprobs, cases } = expected;
  const quantities: Quantities = {};
  const ids0 = prompt && paths?.[0] ? [...prompt, ...paths[0]] : null;
  if (ids0 && path0?.base_logits) {
    quantities.base_logits = differenceOf(await engine.logitsOf(ids0), path0.base_logits);
  }
  if (ids0 && path0?.entropy_top20_base) {
    quantities.entropy_base = differenceOf(await engine.entropiesOf(ids0, TOP_K), path0.entropy_top20_base);
  }
  if (prompt && paths && ref_logprobs) {
    const logprobs: number[] = [];
    for (const path of paths) logprobs.push(...(await logprobsOf(engine, prompt, path)));
    quantities.ref_logprobs = differenceOf(logprobs, ref_logprobs.flat());
  }
  if (cases) quantities.cases = await caseDifference(engine, cases, folder);
  if (Object.keys(quantities).length > 0) return quantities;
  throw new ModelFileError('invalid', EXPECTED_FILE, `${EXPECTED_FILE} has nothing that can be compared.`);
}

/** ln p of each token of `path` after `prompt`. */
async function logprobsOf(engine: BatchEngine, prompt: readonly number[], path: readonly number[]): Promise<number[]> {
  const positions = path.map((_, i) => prompt.length - 1 + i);
  const logits = await engine.logitsOf([...prompt, ...path], positions);
  const width = logits.length / path.length;
  return path.map((id, i) => logprobOf(logits.subarray(i * width, (i + 1) * width), id));
}

/** All cases as one quantity. */
async function caseDifference(engine: BatchEngine, cases: NonNullable<Expected['cases']>, folder: string) {
  const computed: number[] = [];
  const expected: number[] = [];
  for (const { ids, rows, file, offset } of cases) {
    const logits = await engine.logitsOf(ids, rows);
    const bytes = await readFile(join(folder, file));
    const values = new DataView(bytes.buffer, bytes.byteOffset + 4 * offset, 4 * logits.length);
    for (const [i, logit] of logits.entries()) {
      computed.push(logit);
      expected.push(values.getFloat32(4 * i, true));
    }
  }
  return differenceOf(computed, expected);
}

function isWithin(quantities: Quantities): boolean {
  return Object.entries(quantities).every(([name, { maxAbs }]) => maxAbs <= TOLERANCES[name as Quantity]);
}

function parityTable(device: string, quantities: Quantities, ok: boolean): string {
  const rows = Object.entries(quantities).map(([name, { maxAbs, relL2 }]) => [
    name,
    maxAbs.toExponential(2),
    relL2.toExponential(2),
    TOLERANCES[name as Quantity].toExponential(0),
  ]);
  const table = textTable([['quantity', 'max |Δ|', 'relative L2', 'allowed max |Δ|'], ...rows]);
  return `${device}\n${table}\n${ok ? 'Within tolerance.' : 'Beyond tolerance.'}`;
}
