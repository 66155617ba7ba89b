import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

export default defineConfig({
  // The built page runs under any sub-path of any static host.
  base: './',
  // A missing file answers 404 in preview too, as a static host would: a model folder's absence must not look like HTML.
  appType: 'mpa',
  plugins: [svelte()],
  build: { target: 'es2023', assetsInlineLimit: 0, chunkSizeWarningLimit: 1500 },
  worker: { format: 'es' },
  server: { port: 5173 },
  preview: { port: 4173 },
});
