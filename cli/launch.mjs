#!/usr/bin/env node
// Starts the command line: in a checkout, builds it first when a source is newer than the build; installed, just runs.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const built = new URL('../dist/cli/main.js', import.meta.url);
const stamp = `${root}dist/cli/stamp`;

/** Newest modification time below a folder, in milliseconds. */
function newest(path) {
  const entry = statSync(path);
  if (!entry.isDirectory()) return entry.mtimeMs;
  return readdirSync(path).reduce(
    (latest, name) => Math.max(latest, newest(`${path}/${name}`)),
    entry.mtimeMs,
  );
}

function isStale() {
  if (!existsSync(`${root}shared`)) return false;
  if (!existsSync(stamp) || !existsSync(built)) return true;
  const made = statSync(stamp).mtimeMs;
  return ['shared', 'cli', 'assets/catalogue', 'test/generate', 'package.json'].some(
    path => existsSync(root + path) && newest(root + path) > made,
  );
}

if (isStale()) {
  const { buildCli } = await import('./build.mjs');
  await buildCli();
}
const { main } = await import(built.href);
process.exitCode = await main(process.argv.slice(2));
