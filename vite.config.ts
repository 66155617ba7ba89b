import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { licences } from './tools/licences/vite-plugin';

/**
 * No inline script or style, no program from elsewhere. KaTeX and Svelte set styles through the CSSOM, which `style-src`
 * does not govern. A host should send the same as a header: a meta element does not govern workers.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "manifest-src 'self'",
  "img-src 'self' data: blob:",
  // Models come from wherever the user says: a hub, its storage hosts, a server of their own.
  "connect-src 'self' https: http://localhost:* http://127.0.0.1:*",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Only in what is built: the development server injects styles as inline elements. */
function contentSecurityPolicy(): Plugin {
  const attrs = { 'http-equiv': 'Content-Security-Policy', content: CONTENT_SECURITY_POLICY };
  return {
    name: 'content-security-policy',
    apply: 'build',
    transformIndexHtml: () => [{ tag: 'meta', attrs, injectTo: 'head-prepend' }],
  };
}

/**
 * The page without a network: its own files and the embedded model are kept after the first visit. Models that were
 * fetched lie in caches of their own, which the service worker does not touch.
 */
function offline() {
  const icon = (name: string, size: number, purpose: 'any' | 'maskable') => ({
    src: `icons/${name}-${size}.png`,
    sizes: `${size}x${size}`,
    type: 'image/png',
    purpose,
  });
  return VitePWA({
    registerType: 'prompt',
    injectRegister: false,
    manifest: {
      name: 'SASC Lab',
      short_name: 'SASC Lab',
      description: 'Solve a maths problem many ways at once on your own GPU, and see where each way wavered.',
      start_url: './',
      scope: './',
      display: 'standalone',
      background_color: '#f5f4f1',
      theme_color: '#f5f4f1',
      categories: ['education'],
      icons: [icon('icon', 192, 'any'), icon('icon', 512, 'any'), icon('maskable', 512, 'maskable')],
    },
    workbox: {
      // By name, not by ending: a folder that a host adds under models/ is never kept by surprise.
      globPatterns: [
        'index.html',
        'favicon.svg',
        'licences.json',
        'icons/*.png',
        'assets/*.{js,css,woff2}',
        'models/tiny-math/*.{json,bin}',
        'problems/*.jsonl',
        'gallery/*.json',
      ],
      globIgnores: ['assets/webllm-*'],
      maximumFileSizeToCacheInBytes: 2e6,
      dontCacheBustURLsMatching: /^assets\//,
      // A page that is not there stays a 404; only the page itself is answered from here, whatever its query.
      navigateFallback: null,
      ignoreURLParametersMatching: [/.*/],
    },
  });
}

const listed = licences();

/** The part of the bundler's module information that is used here. */
interface ModuleGraph {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null;
}

/**
 * One chunk for all of our modules that the first page loads: else each that another page shares with it becomes a file of
 * its own, which costs a request and compresses worse. Libraries and messages are left to the bundler, which knows what
 * each page takes from them.
 */
function shellChunk(entry: string): (id: string, graph: ModuleGraph) => string | null {
  const isOurs = (id: string): boolean => id.startsWith(import.meta.dirname) && !/node_modules|src\/paraglide/.test(id);
  const reached = new Set<string>();
  const reach = (id: string, graph: ModuleGraph): void => {
    if (reached.has(id) || !isOurs(id)) return;
    reached.add(id);
    for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) reach(imported, graph);
  };
  return (id, graph) => {
    if (reached.size === 0) reach(`${import.meta.dirname}/${entry}`, graph);
    return reached.has(id) ? 'shell' : null;
  };
}

export default defineConfig({
  // The built page runs under any sub-path of any static host.
  base: './',
  // A missing file answers 404 in preview too, as a static host would: a model folder's absence must not look like HTML.
  appType: 'mpa',
  plugins: [svelte(), contentSecurityPolicy(), ...listed.page(), offline()],
  build: {
    target: 'es2023',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: shellChunk('src/main.ts') }] } } },
  },
  worker: {
    format: 'es',
    plugins: listed.worker,
    rolldownOptions: {
      // WebLLM is loaded when it is chosen; its name keeps it out of what the service worker stores in advance.
      output: {
        chunkFileNames: ({ moduleIds }) =>
          moduleIds.some((id) => id.includes('@mlc-ai/web-llm'))
            ? 'assets/webllm-[hash].js'
            : 'assets/[name]-[hash].js',
      },
    },
  },
  server: { port: 5173 },
  preview: { port: 4173 },
});
