// Explanations, probes and printed maps: the forms in which verdicts leave the simulator.
import { describe, expect, it } from 'vitest';
import { drawnCluster } from '../../test/fixtures/drawing.ts';
import { PROFILES } from '../policy/profile.ts';
import { connectivity } from './connectivity.ts';
import { explain } from './explain.ts';
import { printConnectivity } from './print-connectivity.ts';
import { parsePlan } from './probe-plan.ts';
import { probe } from './probe.ts';
import { createSimulator } from './simulator.ts';

const CLUSTER = `
  ns card {team=pay}
  ns web {team=shop}
  pod card/api-1[app=api] 10.0.1.5 owner=StatefulSet/api ports=http:8080
  pod card/api-2[app=api] 10.0.1.6 owner=StatefulSet/api ports=http:8080
  pod web/front[app=front] 10.0.2.1
  pod web/odd-1[app=odd,kind=a] 10.0.2.2 owner=StatefulSet/odd
  pod web/odd-2[app=odd,kind=b] 10.0.2.3 owner=StatefulSet/odd
  svc card/api app=api 80->http ip=10.96.0.7
  ---
  apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: { name: api, namespace: card }
  spec:
    podSelector: {}
    ingress:
      - from:
          - { namespaceSelector: {}, podSelector: { matchLabels: { app: front } } }
          - { namespaceSelector: {}, podSelector: { matchLabels: { kind: a } } }
        ports: [{ port: http }]
      - from: [{ ipBlock: { cidr: 198.51.100.0/24 } }]
  ---
  apiVersion: networking.k8s.io/v1
  kind: Ingress
  metadata: { name: shop, namespace: card }
  spec: { defaultBackend: { service: { name: api, port: { number: 80 } } } }
`;

const simulator = createSimulator(drawnCluster(CLUSTER), { ...PROFILES.cilium });

describe('an explanation', () => {
  it('without a port says which ports pass', () => {
    const answer = explain(simulator, { from: 'web/front', to: 'card/api[StatefulSet]' });
    if (!answer.ok) throw new Error(answer.problem.message);
    expect(answer.value).toMatchObject({
      schema: 'vouch.explain/1',
      verdict: 'allow',
      connections: { allow: 'TCP 8080', indeterminate: 'No Connections' },
      egress: { verdict: 'allow' },
      ingress: { verdict: 'allow' },
    });
    expect(answer.value.ingress.steps[0]).toMatchObject({
      stage: 'NetworkPolicy',
      policy: 'NetworkPolicy card/api',
      rule: 0,
      action: 'allow',
      field: 'from[0].podSelector',
      source: { file: 'drawn.txt', line: 17 },
    });
    expect(answer.value.assumptions.at(-1)).toContain('of 2 pairs');
  });

  it('takes the address of a Service as the pods behind it', () => {
    const answer = explain(simulator, { from: 'web/front', to: '10.96.0.7', port: 8080 });
    expect(answer.ok && answer.value.to).toBe('card/api-1');
  });

  it('fails for a name that the export does not hold', () => {
    expect(explain(simulator, { from: 'web/none', to: 'card/api-1' })).toMatchObject({
      ok: false,
      problem: { code: 'verdict.unknown-endpoint' },
    });
  });
});

describe('a test plan', () => {
  const csv =
    'src,dst,protocol,port,expected\n\nweb/front,card/api-1,tcp,8080,deny\n"web/front", card/api-1 ,TCP,22,deny\n203.0.113.1,card/api-1,udp,1,\n';

  it('is predicted in its order, and a probe that differs is told', () => {
    const plan = parsePlan(csv, 'plan.csv');
    if (!plan.ok) throw new Error(plan.problem.message);
    const { probes } = probe(simulator, plan.value);
    expect(probes.map(({ verdict, agrees }) => [verdict, agrees])).toEqual([
      ['allow', false],
      ['deny', true],
      ['deny', undefined],
    ]);
    expect(probes[0]?.because.join('\n')).toContain('NetworkPolicy card/api rule 0');
  });

  it('may be JSON', () => {
    const plan = parsePlan(
      '[{"src":"web/front","dst":"card/api-1","protocol":"TCP","port":8080}]',
      'plan.json',
    );
    expect(plan).toEqual({
      ok: true,
      value: [{ src: 'web/front', dst: 'card/api-1', protocol: 'TCP', port: 8080 }],
    });
  });

  it.each([
    ['src,dst,port\n', 'verdict.plan.header', 1],
    ['src,dst,protocol,port\na,b,tcp,99999\n', 'verdict.plan.row', 2],
    ['src,dst,protocol,port,expected\na,b,tcp,1,maybe\n', 'verdict.plan.row', 2],
    ['[{"src":1}]', 'verdict.plan.row', undefined],
    ['[', 'verdict.plan.syntax', undefined],
  ])('that cannot be read is one problem with its line: %j', (text, code, line) => {
    expect(parsePlan(text, 'plan')).toMatchObject({
      ok: false,
      problem: { code, file: 'plan', ...(line === undefined ? {} : { line }) },
    });
  });

  it('with an unknown end is indeterminate, not denied', () => {
    const { probes } = probe(simulator, [
      { src: 'x/y', dst: 'card/api-1', protocol: 'TCP', port: 1, expected: 'deny' },
    ]);
    expect(probes[0]).toMatchObject({ verdict: 'indeterminate', agrees: false });
  });
});

describe('the map of connections', () => {
  const rows = connectivity(simulator);

  it('merges external ranges, splits a workload where its pods differ, and leaves out pairs without any', () => {
    const toApi = rows
      .filter(row => row.dst.startsWith('card/api'))
      .map(
        row =>
          `${row.src} : ${row.conns}${row.indeterminate === undefined ? '' : `; open: ${row.indeterminate}`}`,
      );
    expect(toApi).toEqual([
      '198.51.100.0-198.51.100.255[External] : All Connections',
      'web/front[Pod] : TCP 8080',
      'web/odd[StatefulSet] (odd-1) : TCP 8080',
      '{ingress-controller} : No Connections; open: TCP 8080',
    ]);
    expect(rows).toContainEqual({
      src: 'web/front[Pod]',
      dst: '0.0.0.0-255.255.255.255[External]',
      conns: 'All Connections',
    });
  });

  it('prints as table, CSV, Markdown, Graphviz and SVG, each row once', () => {
    for (const format of ['table', 'csv', 'md', 'dot', 'svg'] as const) {
      const text = printConnectivity(rows, format);
      expect(text.match(/TCP 8080/g)?.length, format).toBe(3);
      expect(text.endsWith('\n')).toBe(true);
    }
    expect(printConnectivity(rows, 'csv').split('\n')[0]).toBe('src,dst,conns,indeterminate');
  });
});
