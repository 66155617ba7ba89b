import { CONFIG_FILE, modelConfigOf, parseChatConfig } from '../config';
import { checkpointTensors, type CheckpointSource } from '../convert/checkpoint';
import { readTarget } from '../convert/hf-config';
import { planShards, sourcesOf } from '../convert/plan';
import { ModelFileError } from '../errors';
import type { NoteCode } from '../notes';
import { readIfThere } from '../read-if-there';
import { checkManifest, MANIFEST_FILE, parseManifest } from '../tensors';
import type { ModelConfig, ModelSource } from '../types';
import { CHECKPOINT_QUANTIZATION } from './target';

/** What is known of a model before its weights are fetched. */
export interface ModelOutline {
  readonly kind: 'mlc' | 'checkpoint';
  readonly config: ModelConfig;
  /** To fetch, or read from the folder. */
  readonly fetchBytes: number;
  /** To store in the browser. */
  readonly keptBytes: number;
  readonly notes: readonly NoteCode[];
}

/**
 * Reads a model's description and the headers of its files. Rejects with ModelFileError 'missing' or 'invalid' where there
 * is no model that can be used.
 */
export async function inspectModel(source: CheckpointSource, signal: AbortSignal): Promise<ModelOutline> {
  const chatBytes = await readIfThere(source, CONFIG_FILE, signal);
  return chatBytes === null ? inspectCheckpoint(source, signal) : inspectMlc(source, chatBytes, signal);
}

async function inspectMlc(source: ModelSource, chatBytes: Uint8Array, signal: AbortSignal): Promise<ModelOutline> {
  const config = modelConfigOf(parseChatConfig(chatBytes), null);
  const manifest = parseManifest(await source.read(MANIFEST_FILE, signal));
  checkManifest(manifest, config);
  const bytes = manifest.records.reduce((sum, { nbytes }) => sum + nbytes, 0);
  return { kind: 'mlc', config, fetchBytes: bytes, keptBytes: bytes, notes: [] };
}

async function inspectCheckpoint(source: CheckpointSource, signal: AbortSignal): Promise<ModelOutline> {
  if ((await readIfThere(source, 'config.json', signal)) === null) {
    const message = `There is neither ${CONFIG_FILE} nor config.json, so this is no model folder.`;
    throw new ModelFileError('missing', CONFIG_FILE, message);
  }
  const { config, notes: targetNotes } = await readTarget(source, CHECKPOINT_QUANTIZATION, signal);
  const { tensors, notes } = await checkpointTensors(source, signal);
  const shards = planShards(tensors, config);
  const sources = shards.flatMap(sourcesOf);
  return {
    kind: 'checkpoint',
    config,
    fetchBytes: sources.reduce((sum, { begin, end }) => sum + end - begin, 0),
    keptBytes: shards.reduce((sum, { nbytes }) => sum + nbytes, 0),
    notes: [...targetNotes, ...notes].map(({ code }) => code),
  };
}
