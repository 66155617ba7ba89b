import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

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

export default defineConfig({
  // The built page runs under any sub-path of any static host.
  base: './',
  // A missing file answers 404 in preview too, as a static host would: a model folder's absence must not look like HTML.
  appType: 'mpa',
  plugins: [svelte(), contentSecurityPolicy()],
  build: { target: 'es2023', assetsInlineLimit: 0, chunkSizeWarningLimit: 1500 },
  worker: {
    format: 'es',
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
