// The sample engagement as the files an assessor would drop: the committed export, audit log and scan, and the day
// of flow logs, which is generated into the ignored build folder when it is not there.
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FLOWS = `${ROOT}build/sample/flows.log.gz`;

/** Paths of all sample files. */
export async function sampleFiles(): Promise<readonly string[]> {
  if (!existsSync(FLOWS)) {
    const { loadGenerator } = await import('../generate/main.mjs');
    const generator = (await loadGenerator()) as {
      readonly writeSampleFlows: (path: string) => Promise<unknown>;
    };
    await generator.writeSampleFlows(FLOWS);
  }
  const cluster = readdirSync(`${ROOT}assets/sample/cluster`).sort();
  return [
    ...cluster.map(name => `${ROOT}assets/sample/cluster/${name}`),
    `${ROOT}assets/sample/audit/kube-audit.log`,
    `${ROOT}assets/sample/scans/kube-bench.json`,
    FLOWS,
  ];
}
