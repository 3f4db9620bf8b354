// Measures the import of a long Calico log: rate and peak memory through the one door (masking, digest, columns), beside
// what any program must do at least: read and digest the bytes, and JSON.parse every line. In the window the same file
// goes through its worker; there memory is what all processes of the browser hold together.
import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeDigests, nodeGunzip } from '../../cli/node-host.ts';
import { importFiles } from '../../shared/intake/import-files.ts';
import { openWindow } from '../browser/browser.ts';
import { beginEngagement, settled } from '../browser/steps.ts';
import { drawLog, type LogSize } from './drawn-log.ts';

/** How much is measured. */
export interface IntakeBenchSize extends LogSize {
  readonly rounds: number;
  readonly window: boolean;
}

type Print = (text: string) => void;

/** Runs all measurements. */
export async function benchIntake(size: IntakeBenchSize, print: Print): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'intake-bench-'));
  const path = join(folder, 'flows.log');
  try {
    const log = await drawLog(path, size);
    print(`log: ${mib(log.bytes)} MiB, ${log.records} records, seed ${size.seed}\n\n`);
    const peers = [
      { name: 'read and SHA-256', run: () => digestAll(path) },
      { name: 'read and JSON.parse every line', run: () => parseAll(path) },
      { name: 'import: mask, digest, columns', run: () => importAll(path, log.records) },
    ];
    const times = peers.map((): number[] => []);
    for (let round = 0; round < size.rounds; round++)
      for (const [at, peer] of peers.entries()) {
        const began = performance.now();
        await peer.run();
        times[at]?.push((performance.now() - began) / 1000);
      }
    for (const [at, { name }] of peers.entries()) print(line(name, times[at] ?? [], log.bytes));
    const [, parse = [], ours = []] = times;
    print(`  the import takes ${(median(ours) / median(parse)).toFixed(2)}x the time of JSON.parse alone\n`);
    print(`  peak memory of this process: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB\n`);
    if (size.window) await benchWindow(path, log, print);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function digestAll(path: string): Promise<void> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  hash.digest();
}

async function parseAll(path: string): Promise<void> {
  for await (const text of createInterface({ input: createReadStream(path, { highWaterMark: 1 << 20 }) }))
    JSON.parse(text);
}

async function importAll(path: string, records: number): Promise<void> {
  const file = { path: 'flows.log', open: () => createReadStream(path, { highWaterMark: 1 << 20 }) };
  const imported = await importFiles([{ file, role: 'flows' }], {
    digests: nodeDigests,
    gunzip: nodeGunzip,
    secret: new Uint8Array(32),
  });
  const found = imported.files[0]?.records;
  if (found !== records) throw new Error(`${found} of ${records} records were imported`);
}

async function benchWindow(
  path: string,
  log: { readonly bytes: number; readonly records: number },
  print: Print,
): Promise<void> {
  const opened = await openWindow();
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, memoryBelow(process.pid))), 500);
  try {
    await beginEngagement(opened.page);
    const began = performance.now();
    await opened.page.locator('[data-pick=files]').setInputFiles(path);
    await opened.page.getByRole('grid', { name: 'Files' }).waitFor({ timeout: 1_200_000 });
    const read = (performance.now() - began) / 1000;
    await settled(opened.page, 1_200_000);
    const whole = (performance.now() - began) / 1000;
    print(`\nin the window\n`);
    print(line('until the file is in the table', [read], log.bytes));
    print(line('until everything is stored, judged and saved', [whole], log.bytes));
    print(`  peak memory of all processes of the browser: ${Math.round(peak / 2 ** 20)} MB\n`);
  } finally {
    clearInterval(watch);
    await opened.close();
  }
}

/** Resident bytes of all processes below one, as Linux counts them; 0 elsewhere. */
function memoryBelow(pid: number): number {
  const children = new Map<number, number[]>();
  const resident = new Map<number, number>();
  let entries: readonly string[] = [];
  try {
    entries = readdirSync('/proc').filter(name => /^\d+$/.test(name));
  } catch {
    return 0;
  }
  for (const entry of entries) {
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'latin1');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const parent = Number(fields[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
      resident.set(Number(entry), Number(fields[21]) * 4096);
    } catch {
      // The process ended while it was looked at: it holds nothing any more.
      resident.delete(Number(entry));
    }
  }
  const below = (of: number): number =>
    (children.get(of) ?? []).reduce((sum, child) => sum + (resident.get(child) ?? 0) + below(child), 0);
  return below(pid);
}

function line(name: string, seconds: readonly number[], bytes: number): string {
  const sorted = [...seconds].sort((a, b) => a - b);
  const middle = median(sorted);
  const range = `[${(sorted[0] ?? 0).toFixed(1)}-${(sorted.at(-1) ?? 0).toFixed(1)}]`;
  return `  ${name.padEnd(46)} ${middle.toFixed(1).padStart(7)} s ${range}  ${(mib(bytes) / middle).toFixed(0)} MiB/s\n`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

function mib(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
