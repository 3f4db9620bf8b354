// Old Calico reports as their bytes are: an empty first line, an indented header, no quotes, commas inside selectors.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { auditEvent } from '../../../test/fixtures/audit-events.ts';
import { codesOf, importing } from '../../../test/fixtures/importing.ts';

const SCOPE =
  'startTime,endTime,endpointSelector,namespaceNames,namespaceSelector,serviceAccountNames,serviceAccountSelectors';
const INVENTORY = `${SCOPE},endpointsNumInScope,endpointsNumIngressProtected,endpointsNumEgressProtected,namespacesNumInScope,namespacesNumIngressProtected,namespacesNumEgressProtected,serviceAccountsNumInScope`;
const DAY = '2026-03-01T00:00:00Z,2026-03-02T00:00:00Z';
const asDownloaded = (...lines: readonly string[]): string => `\n      ${lines.join('\n')}\n\n`;
const read = async (content: string) => {
  const { intake } = await importing([{ path: 'renamed.txt', content }]);
  const [file] = intake.files;
  return { intake, said: `${file?.format ?? ''} ${file?.records ?? ''}`, rows: intake.calicoReports };
};

describe('a compliance report of Calico', () => {
  it.each([
    [
      'inventory endpoints',
      asDownloaded(
        'endpoint,ingressProtected,egressProtected,envoyEnabled,appliedPolicies,services',
        'Pod.v1(pay/card-0),true,false,false,GlobalNetworkPolicy(b.b);GlobalNetworkPolicy(a.a),',
      ),
      {
        kind: 'endpoint',
        name: 'Pod.v1(pay/card-0)',
        flags: { ingressProtected: true, egressProtected: false, envoyEnabled: false },
        policies: ['GlobalNetworkPolicy(a.a)', 'GlobalNetworkPolicy(b.b)'],
        services: [],
        trafficName: '',
        sources: [],
        destinations: [],
      },
    ],
    [
      'inventory namespaces',
      asDownloaded(
        'namespace,ingressProtected,egressProtected,envoyEnabled',
        'Namespace.v1(pay),true,true,false',
      ),
      {
        kind: 'namespace',
        name: 'Namespace.v1(pay)',
        flags: { ingressProtected: true, egressProtected: true, envoyEnabled: false },
      },
    ],
    [
      'inventory services',
      asDownloaded('service,ingressProtected,envoyEnabled', 'Service.v1(pay/card),true,false'),
      {
        kind: 'service',
        name: 'Service.v1(pay/card)',
        flags: { ingressProtected: true, envoyEnabled: false },
      },
    ],
    [
      'cis nodes',
      'node,version,status,testsPassing,testsFailing,testsUnknown,testsTotal\nn1,,MED,43,42,30,85\n',
      {
        kind: 'node',
        name: 'n1',
        version: '',
        status: 'MED',
        counts: { testsPassing: 43, testsFailing: 42, testsUnknown: 30, testsTotal: 85 },
      },
    ],
    [
      'cis totals as the documentation spells them',
      `startTime,endTime,type,hiPercentageThreshold,medPercentageThreshold,hiNodeCount,medNodeCount,lowNodeCount\n${DAY},kube,100,50,0,1,2`,
      {
        kind: 'benchmark-totals',
        benchmark: 'kube',
        counts: {
          hiPercentageThreshold: 100,
          medPercentageThreshold: 50,
          hiNodeCount: 0,
          medNodeCount: 1,
          lowNodeCount: 2,
        },
      },
    ],
  ])('is known by its header: %s', async (_name, content, claim) => {
    const { rows, said, intake } = await read(content);
    expect(said).toBe('calico-report 1');
    expect(rows.map(row => row.claim)).toEqual([claim]);
    expect(intake.files[0]?.reason).toContain('header of the');
  });

  it('of policy changes tells its interval, and gives it to the file as period', async () => {
    const { rows, intake } = await read(
      asDownloaded(
        `${SCOPE},numCreatedPolicies,numModifiedPolicies,numDeletedPolicies`,
        `${DAY},pci == "true",,,,,2,1,0`,
      ),
    );
    expect(rows[0]).toMatchObject({
      type: 'policy-audit',
      source: { file: 'renamed.txt', line: 3 },
      claim: { endpointSelector: 'pci == "true"', counts: { numCreatedPolicies: 2, numDeletedPolicies: 0 } },
    });
    expect(intake.files[0]?.period).toEqual({ from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00Z' });
  });

  it('whose selector holds commas is put together again from both ends', async () => {
    const { rows, intake } = await read(
      asDownloaded(
        INVENTORY,
        `${DAY},pci in {'a','b'} && has(x),pay;shop,team in {"x","y"},,sa not in {'q','r'},3,2,1,1,1,1,4`,
      ),
    );
    expect(rows[0]?.claim).toMatchObject({
      endpointSelector: "pci in {'a','b'} && has(x)",
      namespaceNames: ['pay', 'shop'],
      namespaceSelector: 'team in {"x","y"}',
      serviceAccountSelector: "sa not in {'q','r'}",
      counts: { endpointsNumInScope: 3, serviceAccountsNumInScope: 4 },
    });
    expect(codesOf(intake)).not.toContain('intake.calico-report.columns');
  });

  it('whose commas cannot be told apart says so, and keeps the numbers', async () => {
    const { rows, intake } = await read(asDownloaded(INVENTORY, `${DAY},odd,one,,,,,3,2,1,1,1,1,4`));
    expect(rows[0]?.claim).toMatchObject({
      endpointSelector: 'odd,one,,,,',
      counts: { endpointsNumInScope: 3 },
    });
    expect(codesOf(intake)).toContain('intake.calico-report.columns');
  });

  it('of the CIS benchmark is read from both ends; advice over many lines belongs to its test', async () => {
    const { rows, said } = await read(
      [
        'nodeName,testIndex,testDescription,status,scored,remediation',
        'n1,1.1.1,Ensure that a, b and c are set (Scored),FAIL,true,"Edit the file',
        'n1, which holds "this", and set',
        '--x=false"',
        '"',
        'n1,1.1.2,Ensure that PASS,true is no end,WARN,false,""',
        '',
      ].join('\n'),
    );
    expect(said).toBe('calico-report 2');
    expect(rows.map(row => row.claim)).toEqual([
      {
        kind: 'test',
        node: 'n1',
        number: '1.1.1',
        description: 'Ensure that a, b and c are set (Scored)',
        status: 'FAIL',
        scored: true,
      },
      {
        kind: 'test',
        node: 'n1',
        number: '1.1.2',
        description: 'Ensure that PASS,true is no end',
        status: 'WARN',
        scored: false,
      },
    ]);
    expect(rows.map(row => row.source.line)).toEqual([2, 6]);
  });

  it('with a row that does not fit names its line and reads the others', async () => {
    const { said, intake } = await read(
      asDownloaded(
        'service,ingressProtected,envoyEnabled',
        'Service.v1(a/b),true',
        'Service.v1(a/c),true,false',
      ),
    );
    expect(said).toBe('calico-report 1');
    expect(intake.diagnostics.find(item => item.code === 'intake.lines.bad')).toMatchObject({ line: 3 });
  });

  it('without rows is a report of nothing, and no unknown text', async () => {
    expect((await read(asDownloaded('service,ingressProtected,envoyEnabled'))).said).toBe('calico-report 0');
  });

  it('says the same whatever the order inside its lists', async () => {
    const policies = ['GlobalNetworkPolicy(a.a)', 'GlobalNetworkPolicy(b.b)', 'NetworkPolicy(pay/c.c)'];
    const rowsOf = async (list: readonly string[]) =>
      (
        await read(
          asDownloaded(
            'endpoint,ingressProtected,egressProtected,envoyEnabled,appliedPolicies,services',
            `Pod.v1(pay/card-0),true,true,false,${list.join(';')},`,
          ),
        )
      ).rows;
    const straight = await rowsOf(policies);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(policies, { minLength: policies.length }), async shuffled => {
        expect(await rowsOf(shuffled)).toEqual(straight);
      }),
      { numRuns: 10 },
    );
  });
});

describe('a stored compliance report', () => {
  const pod = { kind: 'Pod', apiVersion: 'v1', namespace: 'pay', name: 'card-0' };
  const policy = { kind: 'GlobalNetworkPolicy', apiVersion: 'projectcalico.org/v3', name: 'security.pci' };
  const report = {
    reportName: 'daily',
    reportTypeName: 'network-access',
    reportSpec: { endpoints: { selector: 'pci == "true"', namespaces: { names: ['pay'] } } },
    startTime: '2026-03-01T00:00:00Z',
    endTime: '2026-03-02T00:00:00Z',
    endpoints: [{ endpoint: pod, ingressProtected: true, appliedPolicies: [policy], services: [] }],
    endpointsSummary: { numTotal: 1, numIngressProtected: 1 },
    namespaces: [{ namespace: { kind: 'Namespace', apiVersion: 'v1', name: 'pay' }, ingressProtected: true }],
    services: [{ service: { kind: 'Service', apiVersion: 'v1', namespace: 'pay', name: 'card' } }],
    flows: [
      {
        source: { kind: 'Pod', namespace: 'web', name: 'shop-', nameIsAggregationPrefix: true },
        destination: { kind: 'Public' },
      },
    ],
  };

  it('gives the claims of its tables, with its name; a flag that is left out is false', async () => {
    const { rows, said } = await read(`${JSON.stringify(report)}\n`);
    expect(said).toBe('calico-report 5');
    expect(rows.every(row => row.report === 'daily' && row.interval?.from === '2026-03-01T00:00:00Z')).toBe(
      true,
    );
    expect(rows.map(row => row.claim)).toMatchObject([
      {
        kind: 'summary',
        endpointSelector: 'pci == "true"',
        namespaceNames: ['pay'],
        counts: { 'endpointsSummary.numTotal': 1 },
      },
      {
        kind: 'endpoint',
        name: 'Pod.v1(pay/card-0)',
        flags: { ingressProtected: true, egressProtected: false, ingressFromInternet: false },
        policies: ['GlobalNetworkPolicy(security.pci)'],
      },
      { kind: 'namespace', name: 'Namespace.v1(pay)', flags: { ingressProtected: true } },
      { kind: 'service', name: 'Service.v1(pay/card)', flags: { ingressProtected: false } },
      { kind: 'flow', source: 'Pod.v1(web/shop-*)', destination: 'Public' },
    ]);
  });

  it('out of Elasticsearch is the same', async () => {
    const plain = await read(JSON.stringify(report));
    const hits = await read(JSON.stringify({ hits: { hits: [{ _source: report }] } }));
    expect(hits.rows).toEqual(plain.rows);
  });

  it('of the CIS benchmark tells nodes and tests, also under a name of the customer', async () => {
    const { rows } = await read(
      JSON.stringify({
        reportName: 'cis',
        reportTypeName: 'our-benchmark',
        startTime: '2026-03-01T00:00:00Z',
        endTime: '2026-03-02T00:00:00Z',
        cisBenchmark: [
          {
            nodeName: 'n1',
            kubernetesVersion: '1.20',
            summary: { status: 'LOW', totalPass: 1, totalFail: 1, totalInfo: 0, total: 2 },
            results: [
              {
                section: '1.1',
                results: [{ testNumber: '1.1.1', testDesc: 'a', status: 'FAIL', scored: true }],
              },
            ],
          },
        ],
        cisBenchmarkSummary: { type: 'kube', lowCount: 1 },
      }),
    );
    expect(rows.map(row => `${row.type} ${row.claim.kind}`)).toEqual([
      'cis-benchmark benchmark-totals',
      'cis-benchmark node',
      'cis-benchmark test',
    ]);
  });

  it('of policy changes gives its events as audit events, as do its downloads in JSON and YAML', async () => {
    const event = auditEvent('ana create tiers.projectcalico.org security 201');
    const stored = await read(
      JSON.stringify({
        reportName: 'changes',
        reportTypeName: 'policy-audit',
        startTime: '2026-03-01T00:00:00Z',
        endTime: '2026-03-02T00:00:00Z',
        auditSummary: { numTotal: 1, numCreate: 1 },
        auditEvents: [event],
      }),
    );
    expect([stored.said, stored.rows.length]).toEqual(['calico-report 2', 1]);
    const { kind, apiVersion, ...bare } = event;
    expect([kind, apiVersion]).toEqual(['Event', 'audit.k8s.io/v1']);
    for (const content of [
      JSON.stringify([event], undefined, 2),
      JSON.stringify([bare]),
      stringify([bare]),
    ]) {
      const download = await read(content);
      expect(download.said).toBe('k8s-audit 1');
      const [told] = download.intake.audit;
      expect({ ...told, source: undefined }).toEqual({ ...stored.intake.audit[0], source: undefined });
    }
  });
});
