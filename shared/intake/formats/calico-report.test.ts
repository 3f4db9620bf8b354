// Old Calico reports as their bytes are: an empty first line, an indented header, no quotes, commas inside selectors.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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
