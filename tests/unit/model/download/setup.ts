import { setTimeout as sleep } from 'node:timers/promises';
import type { DownloadProgress, DownloadTools } from '../../../../src/model/download/download';
import { downloadModel } from '../../../../src/model/download/download';
import { PartStore } from '../../../../src/model/download/parts';
import { hasModel, ModelStore, storeSource } from '../../../../src/model/download/store';
import type { ModelTarget } from '../../../../src/model/download/target';
import { loadModelFiles } from '../../../../src/model/load';
import type { FaultServer } from '../../../fixtures/fault-server';
import { MemoryCaches } from '../../../fixtures/memory-caches';
import { fixtureModel, jsonBytes } from '../fixture-model';
import { qwenLikeTokenizer } from '../fixture-tokenizer';

export const FOLDER = 'org/model/resolve/main/';

/** The smallest module there is, with one custom section. */
export const LIBRARY = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 0, 3, 1, 0x61, 7);

/** Puts a model of two shards on a server; what its files are. */
export function serveModel(
  server: FaultServer,
  change: (model: ReturnType<typeof fixtureModel>) => void = () => undefined,
) {
  const model = fixtureModel();
  model.config.tokenizer_files = ['tokenizer.json'];
  change(model);
  const files = new Map<string, Uint8Array>([
    ['mlc-chat-config.json', jsonBytes(model.config)],
    ['tokenizer.json', qwenLikeTokenizer()],
    ['tensor-cache.json', jsonBytes(model.manifest)],
    ...model.shardBytes.map((bytes, i): [string, Uint8Array] => [`params_shard_${i}.bin`, bytes]),
  ]);
  for (const [name, bytes] of files) server.files.set(FOLDER + name, bytes);
  server.files.set('lib.wasm', LIBRARY);
  return model;
}

/** A browser of its own, with whatever is in `caches`. */
export function browserWith(caches = new MemoryCaches(), free: number | null = null) {
  const store = new ModelStore(caches);
  const parts = new PartStore(caches);
  const tools = {
    store,
    parts,
    network: { fetch, sleep: (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }) },
    http: { attempts: 4, stallMs: 10_000, firstWaitMs: 1 },
    freeBytes: async () => free,
  } satisfies DownloadTools;
  const progress: DownloadProgress[] = [];
  const download = (target: ModelTarget, signal = new AbortController().signal): Promise<void> =>
    downloadModel(target, tools, (state) => progress.push(state), signal);
  return { caches, store, parts, tools, progress, download };
}

export function targetOn(server: FaultServer): ModelTarget {
  const baseUrl = server.url + FOLDER;
  return { id: 'model', baseUrl, origin: { kind: 'mlc', from: baseUrl }, libraryUrl: `${server.url}lib.wasm` };
}

/** What the engine would get: the bytes of all tensors; null where it finds no model. Anything else is wrong. */
export async function loadedTensors(store: ModelStore, baseUrl: string): Promise<Map<string, string> | null> {
  if (!(await hasModel(store, baseUrl))) return null;
  const { tensors } = await loadModelFiles(storeSource(store, 'model', baseUrl));
  return new Map([...tensors].map(([name, { bytes }]) => [name, Buffer.from(bytes).toString('hex')]));
}
