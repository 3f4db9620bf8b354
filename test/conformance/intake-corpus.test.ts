// Published exports, logs and scans through the real door: manifests of the public demos without a Kubernetes or
// Calico object unrecognised, logs and scans with the counts that their lines show.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestOfText } from '../../shared/base/digest.ts';
import { gatherDumpFolders } from '../../shared/intake/dump-folders.ts';
import type { IntakeFile } from '../../shared/intake/intake.ts';
import { corpusFolder } from '../fixtures/corpus.ts';
import { nodeDigests } from '../fixtures/digests.ts';
import { importFolder } from '../fixtures/import-folder.ts';
import { importing as importingBytes } from '../fixtures/importing.ts';

const demos = corpusFolder('tigera-demos');
const logs = corpusFolder('intake');

describe.skipIf(demos === undefined)('the public demos', () => {
  it('hold no manifest that is not recognised, and every document becomes an object', async () => {
    const intake = await importFolder(demos ?? '');
    const manifests = intake.files.filter(file => /\.ya?ml$/.test(file.path) && !isEvents(file));
    expect(manifests.length).toBeGreaterThan(100);
    for (const file of manifests) {
      expect(file.format, file.path).toBe('kubernetes');
      expect(file.records, file.path).toBe(kindsIn(join(demos ?? '', file.path)));
    }
    expect(intake.diagnostics.filter(item => item.severity === 'error')).toEqual([]);
  });
});

describe.skipIf(demos === undefined)('downloaded compliance reports', () => {
  it('give a claim for every row, counted apart from the importer', async () => {
    const intake = await importFolder(
      join(demos ?? '', 'cc-eks-compliance-workshop/pci-2022-02/3._Reports/example_reports'),
    );
    const counts = intake.files.map(file => [
      basename(file.path).replace(/^.*\d{14}-\d{14}-/, ''),
      file.records,
    ]);
    // Counted with grep: lines that are not blank without the header, of tests those that begin with a node and a number.
    expect(intake.files.every(file => file.format === 'calico-report')).toBe(true);
    expect(counts.map(([name, records]) => `${name ?? ''} ${records ?? ''}`)).toEqual([
      'all-tests.csv 163',
      'failed-tests.csv 74',
      'node-summary.csv 3',
      'total-summary.csv 1',
      'endpoints.csv 1',
      'summary.csv 1',
      'endpoints.csv 13',
      'namespaces.csv 1',
      'services.csv 12',
      'summary.csv 1',
      'endpoints.csv 13',
      'summary.csv 1',
      'endpoints.csv 13',
      'summary.csv 1',
      'endpoints.csv 58',
      'namespaces.csv 15',
      'services.csv 30',
      'summary.csv 1',
      'endpoints.csv 58',
      'namespaces.csv 15',
      'services.csv 30',
      'summary.csv 1',
    ]);
    expect(intake.calicoReports.length).toBe(506);
    expect(intake.diagnostics.filter(item => item.severity !== 'info')).toEqual([]);
  });
});

/** Policy audit reports are lists of audit events. */
function isEvents(file: IntakeFile): boolean {
  return file.format === 'k8s-audit';
}

/** Documents that name a kind at their first column, or in the items of a list. */
function kindsIn(path: string): number {
  const text = readFileSync(path, 'utf8');
  const top = text.match(/^kind:\s*\S/gm)?.length ?? 0;
  const lists = text.match(/^kind:\s*"?List\b/gm)?.length ?? 0;
  const items = lists === 0 ? 0 : (text.match(/^(?:- | {2})kind:\s*\S/gm)?.length ?? 0);
  return top - lists + items;
}

describe.skipIf(logs === undefined)('published logs and scans', () => {
  const importing = (part: string) => importFolder(join(logs ?? '', part));
  const linesOf = (part: string): number =>
    readFileSync(join(logs ?? '', part), 'utf8')
      .trim()
      .split('\n').length;

  // Counted with jq (`.flow`, and `.flow.l7.dns.ips`, `.flow.l7.http`) and wc, once; renaming and moving changes nothing.
  it.each([['as published'], ['moved away']])(
    'of Hubble give one row for every flow line (%s)',
    async folder => {
      const counts: Readonly<Record<string, number>> = {
        'basic-sample-10-flows.json': 10,
        'basic-sample-5-dns-flows.json': 5,
        'exporter-1.19-reply.json': 1,
        'http-flows-120.json': 120,
        'tcp-flows-150.json': 150,
      };
      const { intake } = await importingBytes(
        Object.keys(counts).map((name, at) => ({
          path: folder === 'moved away' ? `x/${at}.bin` : name,
          content: new Uint8Array(readFileSync(join(logs ?? '', 'hubble', name))),
        })),
      );
      expect(intake.files.map(file => [file.format, file.records])).toEqual(
        Object.values(counts).map(count => ['hubble', count]),
      );
      expect(intake.flows[0]?.rows).toBe(286);
      expect(intake.dns).toEqual([]);
      expect(intake.requests.reduce((sum, request) => sum + request.count, 0)).toBe(143);
      expect(intake.diagnostics.filter(item => item.severity !== 'info')).toEqual([]);
    },
  );

  // Counted with zcat, jq and wc: lines that are no headers, messages of logEvents.
  it.each([['moved away'], ['vpc-flow']])('of AWS interfaces give every record (%s)', async folder => {
    const counts: Readonly<Record<string, number>> = {
      'otel-cloudwatch-subscription.json': 2,
      'otel-multi.log': 2,
      's3-default-v2.log.gz': 28,
    };
    const names = Object.keys(counts);
    const { intake } = await importingBytes(
      names.map((name, at) => ({
        path: `${folder}/${at}`,
        content: new Uint8Array(readFileSync(join(logs ?? '', 'aws-vpc-flow', name))),
      })),
    );
    expect(intake.files.map(file => [file.format, file.records])).toEqual(
      names.map(name => ['aws-vpc-flow', counts[name]]),
    );
    expect(intake.flows[0]?.rows).toBe(32);
    expect(intake.accountData).toEqual([]);
    expect(intake.diagnostics.filter(item => item.severity !== 'info')).toEqual([]);
  });

  it('of the API server give every event once', async () => {
    const intake = await importing('k8s-audit');
    expect(intake.files.map(file => [file.format, file.records])).toEqual([
      ['k8s-audit', linesOf('k8s-audit/audit2rbac-demo.log')],
    ]);
    expect(new Set(intake.audit.map(event => event.id)).size).toBe(intake.audit.length);
    expect(intake.audit.every(event => event.time !== undefined && event.user !== undefined)).toBe(true);
  });

  it('of kube-bench give the results that are listed, with and without totals', async () => {
    const intake = await importing('kube-bench');
    for (const file of intake.files) {
      const listed = readFileSync(join(logs ?? '', 'kube-bench', file.path), 'utf8').match(
        /"test_number"/g,
      )?.length;
      expect([file.format, file.records]).toEqual(['kube-bench', listed]);
    }
    expect(intake.benchmarks.every(result => result.source.line > 1)).toBe(true);
  });

  it('of kubectl and cluster-info dump give objects of their cluster', async () => {
    const lists = await importing('kubectl-list');
    expect(lists.files.every(file => file.format === 'kubernetes' && file.records > 0)).toBe(true);
    const dump = await importing('cluster-info-dump');
    expect(dump.objects.filter(object => object.kind === 'Pod').length).toBe(10);
    expect(dump.objects.every(object => object.kind !== '' && object.meta.name !== '')).toBe(true);
  });

  // Counted once apart from the importer: documents of every file by a plain YAML parser, lists by jq.
  it.each([
    ['kubectl-list', undefined, 85],
    ['cluster-info-dump/aks-dump', undefined, 42],
    ['must-gather', 'must-gather', 209],
    ['support-bundle', 'support-bundle', 392],
  ])('of %s give every object once, by the layout that they have', async (part, container, objects) => {
    const { files } = await importing(part);
    expect(files.reduce((sum, file) => sum + file.records, 0)).toBe(objects);
    if (container === undefined) return;
    expect(files.map(file => [file.format, file.container])).toEqual([['kubernetes', container]]);
    const [file = ''] = files.map(row => row.path);
    const bytes = readFileSync(join(logs ?? '', part, file));
    const moved = await importingBytes([
      { path: 'elsewhere/renamed.bin', content: new Uint8Array(bytes), chunk: 1 << 20 },
    ]);
    expect(moved.intake.files.map(row => [row.format, row.container, row.records])).toEqual([
      ['kubernetes', container, objects],
    ]);
  });

  it('of cluster-info dump are one dump folder, wherever it lies', async () => {
    const { files } = await importing('.');
    const rows = gatherDumpFolders(files, text => digestOfText(nodeDigests, text));
    expect(rows.filter(row => row.container === 'cluster-info-dump')).toMatchObject([
      { path: 'cluster-info-dump/aks-dump', records: 42 },
    ]);
  });

  it('of other formats are kept as texts and taken for nothing else', async () => {
    for (const part of [
      'suricata-eve',
      'zeek',
      'falco',
      'nmap',
      'azure-flow',
      'gcp-vpc-flow',
      'antrea-np-log',
    ]) {
      const intake = await importing(part);
      expect(
        intake.files.map(file => file.format).filter(format => format !== 'text'),
        part,
      ).toEqual([]);
      expect(intake.accountData, part).toEqual([]);
    }
  });
});
