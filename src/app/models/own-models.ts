import { decoded } from '../kit/decoded';
import * as v from 'valibot';
import { type CatalogModel, webllmFor } from '../../model/catalog';
import type { ModelOutline } from '../../model/download/inspect';
import { NOTE_CODES } from '../../model/notes';
import { withoutCredentials } from '../../net/credentials';
import { CHECKPOINT_QUANTIZATION, type FolderFiles } from '../../model/download/target';

const size = v.pipe(v.number(), v.integer(), v.minValue(1));

/** One that was stored before credentials were refused loses them. */
const address = v.pipe(v.string(), v.transform(withoutCredentials), v.url());

/** A model that the user has added, as it survives a reload. */
const ownModelSchema = v.object({
  id: v.string(),
  kind: v.picklist(['mlc', 'checkpoint']),
  baseUrl: address,
  /** Where its files come from; null: a folder, which a reload forgets. */
  from: v.nullable(address),
  shape: v.object({
    quantization: v.picklist(['q4f16_1', 'q4f32_1']),
    hiddenSize: size,
    intermediateSize: size,
    layerCount: size,
    kvHeadCount: size,
    headDim: size,
    vocabSize: size,
  }),
  fetchBytes: size,
  keptBytes: size,
  // Not a list of the known ones: a code of a later version must not make the list unreadable.
  notes: v.optional(v.array(v.string()), []),
});

export type OwnModel = v.InferOutput<typeof ownModelSchema>;

export const ownModelsSchema = v.array(ownModelSchema);

/** A model of a URL (as modelBaseUrl builds it), or of a folder by its name. */
export function ownModel(
  source: { url: string } | { folder: string },
  outline: ModelOutline,
  pageUrl: string,
): OwnModel {
  const { kind, config, fetchBytes, keptBytes, notes } = outline;
  const isFolder = 'folder' in source;
  const name = isFolder ? source.folder : nameOfUrl(source.url);
  const id = kind === 'checkpoint' ? `${name}-${CHECKPOINT_QUANTIZATION}` : name;
  // Nothing lies at either address: the files are kept under these names, which WebLLM takes as well.
  const imported = new URL(`imported/${encodeURIComponent(name)}/resolve/local/`, pageUrl).href;
  const from = isFolder ? null : source.url;
  const folder = from ?? imported;
  return {
    id,
    kind,
    baseUrl: kind === 'checkpoint' ? `${folder}converted-${CHECKPOINT_QUANTIZATION}/` : folder,
    from,
    shape: {
      quantization: config.quantization,
      hiddenSize: config.hiddenSize,
      intermediateSize: config.intermediateSize,
      layerCount: config.layerCount,
      kvHeadCount: config.kvHeadCount,
      headDim: config.headDim,
      vocabSize: config.vocabSize,
    },
    fetchBytes,
    keptBytes,
    notes: [...notes],
  };
}

/** The model as the page lists it. `files`: of a folder just chosen. */
export function listed(own: OwnModel, files: FolderFiles = new Map()): CatalogModel {
  const from = own.from ?? files;
  const webllm = webllmFor(own.shape);
  return {
    id: own.id,
    target: {
      id: own.id,
      baseUrl: own.baseUrl,
      origin:
        own.kind === 'mlc' ? { kind: 'mlc', from } : { kind: 'checkpoint', from, quantization: own.shape.quantization },
      libraryUrl: webllm?.libraryUrl ?? null,
    },
    shape: own.shape,
    fetchBytes: own.fetchBytes,
    keptBytes: own.keptBytes,
    webllm,
    licence: null,
    isOwn: true,
    notes: NOTE_CODES.filter((code) => own.notes.includes(code)),
  };
}

/** "model" of https://host/org/model/resolve/main/. */
function nameOfUrl(url: string): string {
  const folders = new URL(url).pathname.split('/').filter((part) => part !== '');
  const branch = folders.lastIndexOf('resolve');
  return decoded(folders[branch - 1] ?? folders.at(-1) ?? 'model');
}
