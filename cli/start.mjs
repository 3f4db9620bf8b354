// `npm start`: opens the desktop program where Electron's binary is present; otherwise says so and serves the same
// window to a browser on a loopback address.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildElectron, buildRenderer, buildServer } from './build.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Path of Electron's binary when it was downloaded; its own entry point would try to fetch it. */
function electronBinary() {
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? `${root}node_modules/electron/dist`;
  const name = `${root}node_modules/electron/path.txt`;
  const file = existsSync(name)
    ? readFileSync(name, 'utf8').trim()
    : process.platform === 'win32'
      ? 'electron.exe'
      : 'electron';
  return existsSync(`${folder}/${file}`) ? `${folder}/${file}` : undefined;
}

await buildRenderer();
const binary = electronBinary();
if (binary !== undefined) {
  await buildElectron();
  const child = spawn(binary, [root, ...process.argv.slice(2)], { stdio: 'inherit' });
  child.on('exit', code => process.exit(code ?? 0));
} else {
  await buildServer();
  const { readFileTable } = await import(new URL('../dist/server/file-table.js', import.meta.url).href);
  const { serveLoopback } = await import(new URL('../dist/server/serve.js', import.meta.url).href);
  const server = await serveLoopback(
    await readFileTable(`${root}dist/renderer/`),
    Number(process.env.PORT ?? 0),
  );
  process.stdout.write(
    `Electron's binary is not on this machine (npx electron fetches it where there is a network).\nVouch runs in a browser instead: ${server.url}\nStop with Ctrl+C.\n`,
  );
}
