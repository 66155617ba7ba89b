import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Evaluation } from '../learn/plan';
import {
  BaselineSchema,
  EvaluationSchema,
  groupFigures,
  LabelHistorySchema,
  LearnSettingsSchema,
  stepFigures,
  writeLearnSettings,
} from '../learn/schema';
import type { LearnSettings } from '../learn/settings';
import type { LearnCheckpoint, StepReport } from '../learn/types';
import { toFloat32 } from '../model/floats';
import { loraWeights, type LoraWeights } from '../model/lora';
import { md5 } from '../model/md5';
import { peftTensorName } from '../model/peft';
import { safetensorsEntries, writeSafetensors } from '../model/safetensors';
import type { ModelConfig } from '../model/types';

/** A run as `--resume` keeps it: what the learner needs to go on, and what has been reported so far. */
export interface SavedRun {
  readonly checkpoint: LearnCheckpoint;
  /** Digests of the problems learned from and held out. */
  readonly problems: string;
  readonly heldOut: string;
  readonly evalPaths: number;
  readonly steps: readonly SavedStep[];
  readonly evaluations: readonly Evaluation[];
}

/** A step without its paths. */
export type SavedStep = Pick<StepReport, 'step' | 'metrics' | 'warnings' | 'updated'> & {
  readonly groups: readonly SavedGroup[];
};

interface SavedGroup extends Omit<StepReport['groups'][number], 'problem' | 'paths'> {
  readonly id: string;
}

const FORMAT = 'sasc-lab learn';
const RUN_FILE = 'run.json';
/** What the state file holds, under PyTorch's names for AdamW's moments. */
const PARTS = ['adapter', 'exp_avg', 'exp_avg_sq'] as const;

const StepSchema = v.object({
  ...stepFigures,
  groups: v.array(v.object({ id: v.string(), ...groupFigures })),
});

const RunSchema = v.object({
  format: v.literal(FORMAT),
  version: v.literal(1),
  modelId: v.string(),
  settings: LearnSettingsSchema,
  stepsDone: v.number(),
  updates: v.number(),
  tokensSeen: v.number(),
  baseline: BaselineSchema,
  labelHistory: LabelHistorySchema,
  state: v.object({ file: v.pipe(v.string(), v.regex(/^state-\d+\.safetensors$/)), md5: v.string() }),
  problems: v.string(),
  heldOut: v.string(),
  evalPaths: v.number(),
  steps: v.array(StepSchema),
  evaluations: v.array(EvaluationSchema),
});

/**
 * Writes a run so that the folder holds a whole one at any moment: first the numbers under a name of their own, then
 * `run.json`, which names them, then the numbers it named before go.
 */
export async function saveRun(folder: string, run: SavedRun): Promise<void> {
  const { checkpoint, ...reported } = run;
  const { adapter, firstMoments, secondMoments, ...rest } = checkpoint;
  const sets: readonly LoraWeights[] = [adapter, firstMoments, secondMoments];
  const tensors = sets.flatMap((set, i) =>
    set.tensors.map((tensor) => ({ ...tensor, name: `${PARTS[i]}.${peftTensorName(tensor)}` })),
  );
  const bytes = writeSafetensors(tensors, { format: 'pt' });
  const file = `state-${checkpoint.stepsDone}.safetensors`;
  const settings = writeLearnSettings(rest.settings);
  const document = { format: FORMAT, ...rest, settings, state: { file, md5: md5(bytes) }, ...reported };
  await mkdir(folder, { recursive: true });
  await writeAtomically(join(folder, file), bytes);
  await writeAtomically(join(folder, RUN_FILE), JSON.stringify(document, infinityAsText));
  for (const name of await readdir(folder)) {
    if (/^state-\d+\.safetensors$/.test(name) && name !== file) await rm(join(folder, name), { force: true });
  }
}

/** A run that was saved for this model; null where the folder holds none. One clear Error for anything else. */
export async function loadRun(folder: string, model: ModelConfig): Promise<SavedRun | null> {
  const text = await readFile(join(folder, RUN_FILE), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new Error(`${join(folder, RUN_FILE)} cannot be read: ${error.message}`);
  });
  if (text === null) return null;
  try {
    const saved = parseRun(text);
    const { file, md5: digest } = saved.state;
    const bytes = new Uint8Array(await readFile(join(folder, file)));
    if (md5(bytes) !== digest) throw new Error(`${file} is damaged`);
    const { problems, heldOut, evalPaths, steps, evaluations } = saved;
    const checkpoint = { ...checkpointFields(saved), ...readState(bytes, file, saved.settings, model) };
    return { checkpoint, problems, heldOut, evalPaths, steps, evaluations };
  } catch (error) {
    throw new Error(`${folder} holds no run that can be resumed: ${(error as Error).message}.`, { cause: error });
  }
}

function parseRun(text: string): v.InferOutput<typeof RunSchema> {
  const result = v.safeParse(RunSchema, JSON.parse(text));
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new Error(`${RUN_FILE}, ${v.getDotPath(issue) ?? 'the document'}: ${issue.message}`);
}

function checkpointFields(saved: v.InferOutput<typeof RunSchema>) {
  const { version, modelId, settings, stepsDone, updates, tokensSeen, baseline, labelHistory } = saved;
  return { version, modelId, settings, stepsDone, updates, tokensSeen, baseline, labelHistory };
}

function readState(
  bytes: Uint8Array,
  file: string,
  { lora }: LearnSettings,
  model: ModelConfig,
): Pick<LearnCheckpoint, 'adapter' | 'firstMoments' | 'secondMoments'> {
  const entries = safetensorsEntries(bytes, bytes.length, file);
  const read = (part: (typeof PARTS)[number]): LoraWeights =>
    loraWeights(model, lora, (tensor) => {
      const name = `${part}.${peftTensorName(tensor)}`;
      const entry = entries.get(name);
      if (entry?.dtype !== 'F32' || entry.shape.join() !== tensor.shape.join()) {
        throw new Error(`${file} is of another model: ${name} is missing or of another shape`);
      }
      return toFloat32({ name, shape: entry.shape, dtype: 'float32', bytes: bytes.subarray(entry.begin, entry.end) });
    });
  return { adapter: read('adapter'), firstMoments: read('exp_avg'), secondMoments: read('exp_avg_sq') };
}

/** JSON has no Infinity, which is a softness and a largest norm like any other. */
function infinityAsText(_: string, value: unknown): unknown {
  return value === Infinity ? 'Infinity' : value;
}

/** Writes files whole or not at all. */
export async function writeAtomically(file: string, contents: Uint8Array | string): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  await writeFile(temporary, contents);
  await rename(temporary, file);
}
