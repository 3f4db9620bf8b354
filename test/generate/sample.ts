// Writes the sample: the export, the audit log, the scan, and (into an ignored folder) a day of flow logs.
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { once } from 'node:events';
import { createGzip } from 'node:zlib';
import { auditLog } from './audit.ts';
import { clusterFiles } from './cluster.ts';
import { flowLines, type FlowOptions } from './flows.ts';
import { kubeBench } from './scans.ts';

/** The committed part of the sample, by path below assets/sample. */
export function sampleFiles(): ReadonlyMap<string, string> {
  return new Map([
    ...[...clusterFiles()].map(([name, text]) => [`cluster/${name}`, text] as const),
    ['audit/kube-audit.log', auditLog()],
    ['scans/kube-bench.json', kubeBench()],
  ]);
}

/** Writes the flow log as gzip; gives the number of records and the SHA-256 of the text. */
export async function writeSampleFlows(
  path: string,
  options: FlowOptions = {},
): Promise<{ readonly records: number; readonly sha256: string }> {
  await mkdir(dirname(path), { recursive: true });
  const gzip = createGzip({ level: 6 });
  const file = createWriteStream(path);
  gzip.pipe(file);
  const hash = createHash('sha256');
  let records = 0;
  let batch: string[] = [];
  const flush = async (): Promise<void> => {
    const text = batch.join('');
    batch = [];
    hash.update(text);
    if (!gzip.write(text)) await once(gzip, 'drain');
  };
  for (const line of flowLines(options)) {
    batch.push(`${line}\n`);
    records++;
    if (batch.length === 2000) await flush();
  }
  await flush();
  gzip.end();
  await once(file, 'close');
  return { records, sha256: hash.digest('hex') };
}

/** Writes the committed part below a folder. */
export async function writeSampleFiles(folder: string): Promise<void> {
  for (const [path, text] of sampleFiles()) {
    await mkdir(dirname(`${folder}/${path}`), { recursive: true });
    await writeFile(`${folder}/${path}`, text);
  }
}
