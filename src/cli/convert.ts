import { mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as v from 'valibot';
import type { CheckpointSource, RandomAccessFile } from '../model/convert/checkpoint';
import { convertModel, type ModelSink } from '../model/convert/convert';
import { ModelFileError } from '../model/errors';
import type { NoteCode } from '../model/notes';
import { MANIFEST_FILE } from '../model/tensors';
import type { CommandContext } from './command';
import { dirSource } from './dir-source';
import { readOptions, UsageError } from './usage';

const ConvertOptions = v.object({
  quantization: v.optional(v.picklist(['q4f16_1', 'q4f32_1']), 'q4f16_1'),
  json: v.optional(v.boolean(), false),
});

/** `convert`: a Hugging Face checkpoint of a Qwen2 model to a folder in MLC's layout. */
export async function convert(argv: readonly string[], context: CommandContext): Promise<number> {
  const [from, to, ...rest] = argv;
  if (from === undefined || to === undefined || from.startsWith('--') || to.startsWith('--')) {
    throw new UsageError('convert needs two folders: convert HF_DIR OUT_DIR [--quantization q4f16_1|q4f32_1] [--json]');
  }
  if (resolve(from) === resolve(to)) throw new UsageError('HF_DIR and OUT_DIR should be two folders.');
  const { quantization, json } = readOptions(rest, ConvertOptions);
  const start = performance.now();
  const notes: NoteCode[] = [];
  const { sink, written } = await folderSink(to);
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);
  const config = await convertModel(checkpointFolder(from), sink, {
    quantization,
    signal: context.signal,
    onNote({ code, message }) {
      notes.push(code);
      context.printError(message);
    },
    onProgress: (done, total) => context.progress.show(`convert ${megabytes(done)} of ${megabytes(total)} MB`),
  });
  context.progress.clear();
  const report = {
    model: resolve(to),
    quantization,
    layers: config.layerCount,
    files: written.size,
    bytes: [...written.values()].reduce((sum, bytes) => sum + bytes, 0),
    seconds: (performance.now() - start) / 1000,
    notes,
  };
  const text = `${report.model}: ${report.files} files, ${megabytes(report.bytes)} MB, ${report.seconds.toFixed(1)} s`;
  context.print(json ? JSON.stringify(report) : text);
  return 0;
}

function checkpointFolder(folder: string): CheckpointSource {
  return {
    ...dirSource(folder),
    async open(fileName): Promise<RandomAccessFile> {
      const path = join(folder, fileName);
      const size = await sizeOf(path, fileName, folder);
      return {
        size,
        version: null,
        async read(begin, end, signal) {
          signal?.throwIfAborted();
          const handle = await open(path);
          const bytes = new Uint8Array(end - begin);
          const { bytesRead } = await handle.read(bytes, 0, bytes.length, begin).finally(() => handle.close());
          if (bytesRead === bytes.length) return bytes;
          const message = `${fileName} should have at least ${end} bytes, but ends at ${begin + bytesRead}.`;
          throw new ModelFileError('corrupt', fileName, message);
        },
      };
    },
  };
}

async function sizeOf(path: string, fileName: string, folder: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    throw new ModelFileError('missing', fileName, `${fileName} is not in ${folder}.`);
  }
}

/** Files appear under their names only when they are whole; an older manifest goes first, so that nothing half-done loads. */
async function folderSink(folder: string) {
  await mkdir(folder, { recursive: true });
  await rm(join(folder, MANIFEST_FILE), { force: true });
  const written = new Map<string, number>();
  const sink: ModelSink = {
    finished: async () => null,
    async write(fileName, bytes) {
      const path = join(folder, fileName);
      await writeFile(`${path}.part`, bytes);
      await rename(`${path}.part`, path);
      written.set(fileName, bytes.length);
    },
    remove: (fileName) => rm(join(folder, fileName), { force: true }),
  };
  return { sink, written };
}
