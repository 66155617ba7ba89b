import * as v from 'valibot';
import type { BatchEngine } from '../engine/batch-engine';
import { ModelFileError } from '../model/errors';
import { parseJsonFile } from '../model/parse';
import { loraFromPeft } from '../model/peft';
import type { CommandContext } from './command';
import { worstOf, type Difference } from './difference';
import { dirSource } from './dir-source';
import { loadEngine } from './load-engine';
import { EXPECTED_FILE, ExpectedSchema, type Expected } from './parity-expected';
import { forwardDifferences } from './parity-forward';
import { trainingDifferences } from './parity-training';
import { textTable } from './table';
import { readOptions } from './usage';

/** Largest error allowed, and which of the two figures it is held to. */
interface Tolerance {
  readonly figure: keyof Difference;
  readonly most: number;
}

const absolute = (most: number): Tolerance => ({ figure: 'maxAbs', most });
const relative = (most: number): Tolerance => ({ figure: 'relL2', most });

/** In the order they are printed. Logits deviate by about 4; entropies and log-probabilities are in nats. */
const TOLERANCES = {
  base_logits: absolute(2e-3),
  entropy_base: absolute(1e-3),
  adapted_logits: absolute(2e-3),
  entropy_adapted: absolute(1e-3),
  ref_logprobs: absolute(1e-3),
  logprobs: absolute(2e-3),
  loss_dapo: absolute(1e-4),
  loss_grpo: absolute(1e-4),
  loss_bnpo: absolute(1e-4),
  loss_dr_grpo: absolute(1e-4),
  kl: absolute(1e-4),
  grad_norm: relative(1e-3),
  grads: relative(1e-3),
  after_adamw: relative(2e-3),
  cases: absolute(2e-3),
} as const satisfies Record<string, Tolerance>;
type Quantity = keyof typeof TOLERANCES;
const QUANTITIES = Object.keys(TOLERANCES) as Quantity[];
type Quantities = Partial<Record<Quantity, Difference>>;

const ParityOptions = v.object({ golden: v.string(), json: v.optional(v.boolean(), false) });

/** `parity`: the engine against vectors of an independent implementation. Exit code 1 beyond a tolerance. */
export async function parity(argv: readonly string[], context: CommandContext): Promise<number> {
  const { golden, json } = readOptions(argv, ParityOptions);
  const expected = parseJsonFile(ExpectedSchema, EXPECTED_FILE, await dirSource(golden).read(EXPECTED_FILE));
  const { engine, close } = await loadEngine(golden, context.progress, context.signal);
  try {
    const adapter = await setExpectedAdapter(engine, expected);
    const quantities = await measureAll(engine, expected, golden, context.signal);
    const ok = QUANTITIES.every((name) => isWithin(quantities, name));
    const report = { device: engine.info.device, adapter, quantities, ok };
    context.print(json ? JSON.stringify(report) : parityTable(report.device, quantities, ok));
    return ok ? 0 : 1;
  } finally {
    await close();
  }
}

/** The adapter that the vectors were made with; its name, null without one. */
async function setExpectedAdapter(engine: BatchEngine, { lora }: Expected): Promise<string | null> {
  if (lora === undefined) return null;
  const tensors = new Map(
    Object.entries(lora.tensors).map(([name, { shape, data }]) => [
      name,
      { shape, floats: () => Float32Array.from(data) },
    ]),
  );
  await engine.setAdapter(loraFromPeft(engine.files.config, lora, tensors, EXPECTED_FILE));
  return EXPECTED_FILE;
}

async function measureAll(
  engine: BatchEngine,
  expected: Expected,
  folder: string,
  signal: AbortSignal,
): Promise<Quantities> {
  const forward: Quantities = await forwardDifferences(engine, expected, folder);
  const training: Quantities = await trainingDifferences(engine, expected, signal);
  const quantities: Quantities = {};
  for (const name of QUANTITIES) {
    // Log-probabilities come from the sampler and from the trainer: both must hold.
    const found = [forward[name], training[name]].filter((difference) => difference !== undefined);
    if (found.length > 0) quantities[name] = worstOf(found);
  }
  if (Object.keys(quantities).length > 0) return quantities;
  throw new ModelFileError('invalid', EXPECTED_FILE, `${EXPECTED_FILE} has nothing that can be compared.`);
}

function isWithin(quantities: Quantities, name: Quantity): boolean {
  const difference = quantities[name];
  const { figure, most } = TOLERANCES[name];
  return difference === undefined || difference[figure] <= most;
}

function parityTable(device: string, quantities: Quantities, ok: boolean): string {
  const rows = QUANTITIES.flatMap((name) => {
    const difference = quantities[name];
    if (difference === undefined) return [];
    const { figure, most } = TOLERANCES[name];
    const allowed = `${most.toExponential(0)} ${figure === 'maxAbs' ? 'max |Δ|' : 'relative'}`;
    return [[name, difference.maxAbs.toExponential(2), difference.relL2.toExponential(2), allowed]];
  });
  const table = textTable([['quantity', 'max |Δ|', 'relative L2', 'allowed'], ...rows]);
  return `${device}\n${table}\n${ok ? 'Within tolerance.' : 'Beyond tolerance.'}`;
}
