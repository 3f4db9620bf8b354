// The compat tables against real outputs of the retired compliance reporter (calico.md 4.1, pci-2022-02). The app policies
// are those of 2.6: three of them stand nowhere else.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ensure } from '../../shared/base/assert.ts';
import type { ClusterId, Instant } from '../../shared/base/brand.ts';
import { buildSnapshot } from '../../shared/model/build-snapshot.ts';
import type { KubernetesObject } from '../../shared/model/object.ts';
import type { ClusterSnapshot } from '../../shared/model/snapshot.ts';
import { compatTables } from '../../shared/report/compat/tables.ts';
import { corpusFolder } from '../fixtures/corpus.ts';
import { yamlObjects } from '../fixtures/drawn-cluster.ts';

const demos = corpusFolder('tigera-demos');
const FROM = '2022-02-13T00:00:00Z' as Instant;
const TO = '2022-02-14T00:00:00Z' as Instant;

describe.skipIf(demos === undefined)('the compat tables of the real PCI workshop', () => {
  const workshop = join(demos ?? '', 'cc-eks-compliance-workshop');
  const reports = join(workshop, 'pci-2022-02/3._Reports/example_reports');

  it('give the 13 PCI pods of the network-access report their real flags and policies', () => {
    const real = realRows(reports, /^daily-pci-network-access/, 'endpoints.csv');
    const ours = ourRows('network-access', 'network-access-endpoints.csv', workshop, real);
    expect(real).toHaveLength(13);
    expect(ours.map(row => row.slice(0, 9))).toEqual(real.map(row => row.slice(0, 9)));
  });

  it('give the inventory report its real rows, services included', () => {
    const real = realRows(reports, /^daily-pci-inventory/, 'endpoints.csv');
    expect(ourRows('inventory', 'inventory-endpoints.csv', workshop, real)).toEqual(real);
    for (const part of ['namespaces.csv', 'services.csv']) {
      const realPart = realRows(reports, /^daily-pci-inventory/, part);
      expect(ourRows('inventory', `inventory-${part}`, workshop, real)).toEqual(realPart);
    }
  });

  it('count as the real summaries did', () => {
    const pods = realRows(reports, /^daily-pci-inventory/, 'endpoints.csv');
    const counts = (rows: readonly (readonly string[])[]): readonly string[] => rows[0]?.slice(7) ?? [];
    for (const kind of ['inventory', 'network-access'] as const) {
      const real = realRows(reports, new RegExp(`^daily-pci-${kind}`), 'summary.csv');
      expect(counts(ourRows(kind, `${kind}-summary.csv`, workshop, pods))).toEqual(counts(real));
    }
  });
});

// Rows of a real report: bare comma join, lists in random order, header indented on the second line (calico.md 1.2).
function realRows(reports: string, folder: RegExp, part: string): readonly (readonly string[])[] {
  const name = ensure(
    readdirSync(reports).find(some => folder.test(some)),
    `the corpus holds ${String(folder)}`,
  );
  const file = ensure(
    readdirSync(join(reports, name)).find(some => some.endsWith(part)),
    `it holds ${part}`,
  );
  const lines = readFileSync(join(reports, name, file), 'utf8')
    .split('\n')
    .filter(line => line.trim() !== '');
  return sorted(lines.slice(1).map(line => line.split(',')));
}

function ourRows(
  kind: 'inventory' | 'network-access',
  table: string,
  workshop: string,
  real: readonly (readonly string[])[],
): readonly (readonly string[])[] {
  const input = { snapshot: compose(workshop, real), selector: 'pci == "true"', from: FROM, to: TO };
  const found = ensure(
    compatTables(kind, input).find(some => some.name === table),
    `${table} is written`,
  );
  return sorted(found.csv.trimEnd().split('\n').slice(1).map(cells));
}

function cells(line: string): readonly string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(match => match[1] ?? match[2] ?? '');
}

function sorted(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return rows
    .map(row => row.map(cell => cell.split(';').sort().join(';')))
    .sort((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1));
}

// The objects in force then: platform, default and security policies of working-policies.yaml, the restriction of 2.7, the
// tenant policy of 2.8, app policies of 2.6; Services of app-2022-01; pods by the names of the report.
function compose(workshop: string, real: readonly (readonly string[])[]): ClusterSnapshot {
  const read = (path: string): readonly KubernetesObject[] =>
    yamlObjects(readFileSync(join(workshop, path), 'utf8'), path);
  const manifests = 'pci-2022-02/2._Policies/manifests';
  const working = read('pci-2022-02/working-policies.yaml').filter(
    object =>
      /^(security\.|platform\.|default\.)/.test(object.meta.name) &&
      !/pci-restriction|tenant-hipstershop/.test(object.meta.name),
  );
  const app = read('app-2022-01/hipstershop-install-manifest-custom.yaml').map(object => ({
    ...object,
    meta: { ...object.meta, namespace: 'hipstershop' },
    body: { ...object.body, metadata: { name: object.meta.name, namespace: 'hipstershop' } },
  }));
  const names = real.map(row =>
    ensure(/hipstershop\/([^)]+)/.exec(row[0] ?? '')?.[1], 'rows name hipstershop pods'),
  );
  const objects = [
    ...working,
    ...read(`${manifests}/2.1-policy-tiers.yaml`),
    ...read(`${manifests}/2.7-pci-policy-update.yaml`),
    ...read(`${manifests}/2.8-tenant-isolation-update.yaml`),
    ...read(`${manifests}/2.6-hipstershop-policy.yaml`),
    ...app.filter(object => object.kind === 'Service'),
    ...names.map((name, at) => podNamed(name, at, app)),
  ];
  const input = { cluster: 'default' as ClusterId, basis: 'default' as const, objects };
  return buildSnapshot(input, { directOwner: false }).snapshot;
}

// The workshop labelled all pods by hand; `multitool` was started bare.
function podNamed(name: string, at: number, app: readonly KubernetesObject[]): KubernetesObject {
  const deployment = app.find(
    object => object.kind === 'Deployment' && name.startsWith(`${object.meta.name}-`),
  );
  const spec = deployment?.body['spec'] as
    { template: { metadata: { labels: Record<string, string> } } } | undefined;
  const labels = { ...(spec?.template.metadata.labels ?? { run: name }), pci: 'true', tenant: 'hipstershop' };
  return {
    cluster: 'default' as ClusterId,
    apiVersion: 'v1',
    kind: 'Pod',
    meta: { name, namespace: 'hipstershop', labels, annotations: {}, owners: [] },
    body: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'hipstershop', labels },
      spec: {
        serviceAccountName: 'default',
        nodeName: 'node1',
        containers: [{ name: 'server', image: 'server' }],
      },
      status: { phase: 'Running', podIP: `10.0.9.${at + 1}` },
    },
    source: { file: 'pods.json', line: at + 1 },
    lines: new Map(),
    fromManifest: false,
  };
}
