// Every public demo as an assessor would take it: its folder in, inventory and connectivity out under Calico's profile.
// What the manifests alone cannot tell must be said in the rows, so no row may be both allowed and open on one port.
import { join } from 'node:path';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ClusterId } from '../../shared/base/brand.ts';
import { buildSnapshot } from '../../shared/model/build-snapshot.ts';
import { detectProfile } from '../../shared/policy/profile.ts';
import { connectivity } from '../../shared/verdict/connectivity.ts';
import { createSimulator } from '../../shared/verdict/simulator.ts';
import { corpusFolder } from '../fixtures/corpus.ts';
import { importFolder } from '../fixtures/import-folder.ts';

const demos = corpusFolder('tigera-demos');
const folders = demos === undefined ? [] : foldersIn(demos);

describe.skipIf(demos === undefined)('the public demos', () => {
  it.each(folders)('%s give an inventory and a map of connections', async folder => {
    const { objects } = await importFolder(join(demos ?? '', folder));
    const { snapshot } = buildSnapshot(
      { cluster: 'demo' as ClusterId, basis: 'given-name', objects },
      { directOwner: false },
    );
    const simulator = createSimulator(snapshot, detectProfile(snapshot, 'calico'));
    const ids = snapshot.workloads.map(workload => workload.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const workload of snapshot.workloads.filter(one => one.pods.length > 0))
      expect(simulator.resolve(workload.id).length, workload.id).toBeGreaterThan(0);
    const rows = connectivity(simulator);
    const names = new Set(rows.flatMap(row => [row.src, row.dst]));
    for (const name of simulator.reach().rows.flatMap(row => row.srcWorkload ?? []))
      expect(ids).toContain(name);
    expect(rows.length > 0).toBe(ids.length > 0);
    expect(rows.every(row => row.conns !== row.indeterminate)).toBe(true);
    expect(names.size).toBeGreaterThanOrEqual(ids.length > 0 ? 2 : 0);
  });
});

function foldersIn(root: string): readonly string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => entry.name)
    .sort();
}
