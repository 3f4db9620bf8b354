// Builds the window into dist/renderer: files only, no inline script or style, so that the policy of the host
// (script-src 'self', style-src 'self') holds as it stands. Workers are modules of the same core.
import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const empty = here('../cli/empty-module.mjs');

export default defineConfig({
  root: here('.'),
  base: './',
  publicDir: false,
  plugins: [react()],
  resolve: {
    alias: [
      // Optional parts of jsPDF that Vouch never uses.
      { find: /^(canvg|html2canvas|dompurify)$/, replacement: empty },
      { find: /^core-js(\/.*)?$/, replacement: empty },
    ],
  },
  worker: { format: 'es' },
  build: {
    outDir: here('../dist/renderer'),
    emptyOutDir: true,
    target: 'chrome140',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 4000,
    reportCompressedSize: false,
  },
});
