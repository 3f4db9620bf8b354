// Builds what runs: the command line and Electron's main with rolldown, the preload as one plain script, the window
// with Vite. `buildCli` alone is quick and is what the launcher calls when sources are newer than the build.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @param {string[]} input @param {string} dir @param {'esm'|'cjs'} format */
async function bundle(input, dir, format, extension = 'js') {
  const build = await rolldown({
    cwd: root,
    input,
    platform: 'node',
    external: ['electron', /^node:/],
    logLevel: 'warn',
    resolve: { alias: browserOnly() },
  });
  try {
    await build.write({
      dir,
      format,
      entryFileNames: `[name].${extension}`,
      chunkFileNames: `[name]-[hash].${extension}`,
      sourcemap: false,
    });
  } finally {
    await build.close();
  }
}

/** Optional parts of jsPDF that need a browser and that Vouch never uses. */
function browserOnly() {
  const empty = fileURLToPath(new URL('./empty-module.mjs', import.meta.url));
  return { canvg: empty, html2canvas: empty, dompurify: empty, 'core-js': empty };
}

/** Builds the command line into dist/cli and stamps it. */
export async function buildCli() {
  const dir = `${root}dist/cli`;
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  await bundle(['cli/main.ts'], dir, 'esm');
  await writeFile(`${dir}/stamp`, '');
}

/** Builds Electron's main (modules) and preload (one plain script). */
export async function buildElectron() {
  if (!existsSync(`${root}electron/main.ts`)) return;
  const dir = `${root}dist/electron`;
  await rm(dir, { recursive: true, force: true });
  await bundle(['electron/main.ts'], dir, 'esm');
  await bundle(['electron/preload.ts'], dir, 'cjs', 'cjs');
}

/** Builds the loopback server into dist/server. */
export async function buildServer() {
  const dir = `${root}dist/server`;
  await rm(dir, { recursive: true, force: true });
  await bundle(['cli/serve.ts', 'electron/file-table.ts'], dir, 'esm');
}

/** Builds the window into dist/renderer. */
export async function buildRenderer() {
  const { build } = await import('vite');
  await build({ root: `${root}renderer`, configFile: `${root}renderer/vite.config.ts`, logLevel: 'warn' });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildCli();
  await buildElectron();
  await buildServer();
  await buildRenderer();
}
