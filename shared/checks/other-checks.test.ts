// The checks beside segmentation, by the table of the PCI notes (section 5): enforcement, flow logs, exposure, inventory,
// audit trail.
import { describe, expect, it } from 'vitest';
import { caseFacts, type Recorded } from '../../test/fixtures/case-facts.ts';
import { auditEvent, drawnCase, type DrawnCaseOptions } from '../../test/fixtures/drawn-case.ts';
import type { CheckResult } from './check.ts';
import { runChecks } from './run-checks.ts';

const FENCED = `
ns card
ns web
node n1 192.168.0.1
node n2 192.168.0.2
pod card/vault[PCI=true,app=vault] 10.0.1.1 node=n1 ports=8443
pod web/shop[app=shop] 10.0.2.1 node=n2
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: card}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
`;
const QUIET = 'web/shop -> web/shop tcp 80 : src allow at=300';

const run = (
  id: string,
  text = FENCED,
  options: DrawnCaseOptions = {},
  recorded: Recorded = {},
): CheckResult => runChecks(caseFacts([drawnCase(text, options)], recorded), { only: [id] })[0]!;
const told = (result: CheckResult): string =>
  [result.outcome, ...result.witnesses.map(witness => witness.text), ...result.coverage.gaps].join('\n');

describe('S1-05: connections seen', () => {
  it('passes where a complete log shows none', () => {
    const result = run('S1-05', FENCED, { flows: QUIET });
    expect(told(result)).toBe('pass');
    expect(result.coverage.period).toEqual({ from: '1970-01-01T00:05:00Z', to: '1970-01-01T00:10:00Z' });
  });
  it('fails with flow, time, bytes and count', () => {
    const flows = `${QUIET}\nweb/shop -> card/vault tcp 8443 : dst allow at=300 bytes=900`;
    const result = run('S1-05', FENCED, { flows });
    expect(told(result)).toBe(
      'fail\nweb/shop[Pod] to card/vault[Pod] TCP 8443: 1 record, 900 bytes, 1970-01-01T00:05:00Z to 1970-01-01T00:10:00Z, reported allow, by policy deny',
    );
    expect(result.witnesses[0]?.source).toEqual({ file: 'flows.log', line: 2 });
  });
  it('fails for what was seen even where the log is thin', () => {
    const flows = 'web/shop -> card/vault tcp 8443 : dst allow at=300';
    expect(run('S1-05', FENCED, { flows, nodes: ['n1'] }).outcome).toBe('fail');
  });
  it('does not count denied connections, nor those of workloads in scope', () => {
    const denied = `${QUIET}\nweb/shop -> card/vault tcp 8443 : dst deny at=300`;
    expect(run('S1-05', FENCED, { flows: denied }).outcome).toBe('pass');
    const seen = `${QUIET}\nweb/shop -> card/vault tcp 8443 : dst allow at=300`;
    const recorded: Recorded = { marks: [{ workload: 'web/shop[Pod]', category: 'connected' }] };
    expect(run('S1-05', FENCED, { flows: seen }, recorded).outcome).toBe('pass');
  });
  it.each([
    ['pub(203.0.113.9)', 'fail'],
    ['pub', 'fail'],
    ['pvt(10.9.9.9)', 'assess'],
    ['pvt', 'assess'],
    ['web/gone', 'assess'],
  ])('towards %s: %s', (peer, outcome) => {
    const flows = `${QUIET}\ncard/vault -> ${peer} tcp 443 : src allow at=300`;
    expect(run('S1-05', FENCED, { flows }).outcome).toBe(outcome);
  });
  it('leaves a named network, and the clients of a public service, to the assessor', () => {
    const named = `${FENCED}---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: bank, namespace: card}
spec: {podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 203.0.113.0/24}}]}]}
`;
    const out = `${QUIET}\ncard/vault -> pub(203.0.113.9) tcp 443 : src allow at=300`;
    expect(run('S1-05', named, { flows: out }).outcome).toBe('assess');
    const into = `${QUIET}\npub(198.51.100.1) -> card/vault tcp 443 : dst allow at=300`;
    const recorded: Recorded = {
      marks: [{ workload: 'card/vault[Pod]', category: 'cde', role: 'public-service' }],
    };
    expect(run('S1-05', FENCED, { flows: into }).outcome).toBe('fail');
    expect(run('S1-05', FENCED, { flows: into }, recorded).outcome).toBe('assess');
  });
  it('has no data without a log, without all nodes, with long silences, without a CDE', () => {
    expect(run('S1-05').outcome).toBe('no-data');
    expect(run('S1-05', FENCED, { flows: QUIET, nodes: ['n1'] }).outcome).toBe('no-data');
    expect(run('S1-05', FENCED, { flows: QUIET, nodes: [] }).outcome).toBe('no-data');
    const silent = `${QUIET}\nweb/shop -> web/shop tcp 80 : src allow at=3000`;
    expect(run('S1-05', FENCED, { flows: silent }).outcome).toBe('no-data');
    expect(run('S1-05', FENCED.replace('PCI=true,', ''), { flows: QUIET }).outcome).toBe('no-data');
  });
  it('leaves ends that the export does not hold to the assessor', () => {
    const flows = `${QUIET}\nweb/shop -> card/gone tcp 80 : src allow at=300`;
    expect(told(run('S1-05', FENCED, { flows }))).toBe(
      'assess\n1 edge with an end that the export does not hold',
    );
  });
  it('leaves lost records to the assessor', () => {
    expect(run('S1-05', FENCED, { flows: QUIET, lost: 2 }).outcome).toBe('assess');
  });
});

describe('S1-11: policies are enforced', () => {
  it('passes with an enforcing plugin that is ready', () => {
    expect(told(run('S1-11'))).toBe('pass\nDaemonSet kube-system/calico-node runs calico');
  });
  it('fails where policies are present and the plugin does not enforce them', () => {
    const result = run('S1-11', FENCED, {
      profile: { enforces: 'no', evidence: [{ text: 'runs flannel' }] },
    });
    expect(told(result)).toBe('fail\nruns flannel');
  });
  it('leaves an unknown plugin, one given by hand, and a sick one to the assessor', () => {
    expect(run('S1-11', FENCED, { profile: { enforces: 'unknown' } }).outcome).toBe('assess');
    expect(run('S1-11', FENCED, { profile: { evidence: [{ text: 'given by the assessor' }] } }).outcome).toBe(
      'assess',
    );
    const drawn = drawnCase(FENCED);
    const { snapshot } = drawn.simulator;
    const objects = snapshot.objects.map(object =>
      object.kind === 'DaemonSet'
        ? { ...object, body: { ...object.body, status: { desiredNumberScheduled: 2, numberReady: 1 } } }
        : object,
    );
    const facts = caseFacts([
      { ...drawn, simulator: { ...drawn.simulator, snapshot: { ...snapshot, objects } } },
    ]);
    expect(told(runChecks(facts, { only: ['S1-11'] })[0]!)).toContain('has 1 of 2 agents ready');
  });
  it('has no data without policies', () => {
    expect(run('S1-11', FENCED.slice(0, FENCED.indexOf('---'))).outcome).toBe('no-data');
  });
});

describe('S2-01: connections on the drawing', () => {
  const open = FENCED.replace('policyTypes: [Ingress, Egress]', 'policyTypes: [Egress]');
  it('passes where everything that was seen is drawn', () => {
    const flows = `${QUIET}\nweb/shop -> card/vault tcp 80 : dst allow at=300`;
    expect(told(run('S2-01', open, { flows }))).toBe('pass');
  });
  it('fails for a connection that was seen and is not among the drawn', () => {
    const flows = `${QUIET}\nweb/shop -> card/vault tcp 80 : dst allow at=300`;
    expect(told(run('S2-01', FENCED, { flows }))).toMatch(
      /^fail\nweb\/shop\[Pod\] to card\/vault\[Pod\] TCP 80/,
    );
  });
  it('fails for a name that the export does not hold', () => {
    const flows = `${QUIET}\nweb/gone -> card/vault tcp 80 : dst allow at=300`;
    expect(run('S2-01', open, { flows }).outcome).toBe('fail');
  });
  it('knows outside addresses by the range they lie in', () => {
    const flows = `${QUIET}\npub(203.0.113.9) -> card/vault tcp 80 : dst allow at=300\npub -> card/vault tcp 81 : dst allow at=300`;
    expect(told(run('S2-01', open, { flows }))).toBe('pass');
  });
  it('knows a network set by its networks', () => {
    const drawing = (nets: string): string => `${FENCED}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: {name: acquirers, labels: {kind: acquirer}}
spec: {nets: [${nets}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: out, namespace: card}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress: [{to: [{ipBlock: {cidr: 203.0.113.0/24}}]}]`;
    const flows = `${QUIET}\ncard/vault -> set(acquirers) tcp 443 : src allow at=300`;
    expect(told(run('S2-01', drawing('203.0.113.0/25, 203.0.113.200/32'), { flows }))).toBe('pass');
    expect(told(run('S2-01', drawing('203.0.113.0/25, 198.51.100.1/32'), { flows }))).toMatch(
      /^assess\n.*acquirers/,
    );
    expect(told(run('S2-01', drawing('198.51.100.0/24'), { flows }))).toMatch(/^fail\n.*acquirers/);
  });
  it('leaves it to the assessor without a log, and has no data without a CDE', () => {
    expect(told(run('S2-01'))).toBe('assess\nno flow log was imported');
    expect(run('S2-01', FENCED.replace('PCI=true,', ''), { flows: QUIET }).outcome).toBe('no-data');
  });
});

describe('S2-04: coverage of flow logs', () => {
  it('passes for a complete log, in numbers', () => {
    const result = run('S2-04', FENCED, { flows: QUIET });
    expect(result.sentence).toBe(
      'The flow logs are complete: 1 record, 2 of 2 nodes, 0 silences over five minutes, 0 lost, 1970-01-01T00:05:00Z to 1970-01-01T00:10:00Z.',
    );
    expect(result.outcome).toBe('pass');
  });
  it.each([
    ['a missing node', { nodes: ['n1'] }, '1 node reported no flows: n2'],
    ['unknown nodes', { nodes: [] }, 'cannot be compared'],
    ['lost records', { lost: 7 }, 'lost 7 records'],
    [
      'a silence',
      { flows: `${QUIET}\nweb/shop -> web/shop tcp 80 : src allow at=950` },
      '1970-01-01T00:10:00Z to 1970-01-01T00:15:50Z',
    ],
    [
      'no port',
      { flows: `${QUIET}\nweb/shop -> web/shop tcp - : src allow at=300` },
      '1 flow record without a destination port',
    ],
  ])('leaves %s to the assessor', (_, options, gap) => {
    const result = run('S2-04', FENCED, { flows: QUIET, ...options });
    expect(told(result)).toContain(gap);
    expect(result.outcome).toBe('assess');
  });
  it('counts a node that only pods name', () => {
    const text = FENCED.replace('node n2 192.168.0.2\n', '');
    expect(told(run('S2-04', text, { flows: QUIET }))).toContain('1 node reported no flows: n2');
  });
  it('counts a silence of five minutes as none', () => {
    const flows = `${QUIET}\nweb/shop -> web/shop tcp 80 : src allow at=900`;
    expect(run('S2-04', FENCED, { flows }).outcome).toBe('pass');
  });
  it('has no data without a log, and below half of nodes or period', () => {
    expect(run('S2-04').outcome).toBe('no-data');
    const many = FENCED.replace('node n2', 'node n3 192.168.0.3\nnode n2');
    expect(run('S2-04', many, { flows: QUIET, nodes: ['n1'] }).outcome).toBe('no-data');
    const silent = `${QUIET}\nweb/shop -> web/shop tcp 80 : src allow at=9000`;
    expect(run('S2-04', FENCED, { flows: silent }).outcome).toBe('no-data');
  });
});

describe('S2-08: log and model', () => {
  it('passes where they agree', () => {
    expect(
      told(run('S2-08', FENCED, { flows: `${QUIET}\nweb/shop -> card/vault tcp 1 : dst deny at=300` })),
    ).toBe('pass');
  });
  it('fails for any contradiction, in either direction', () => {
    expect(told(run('S2-08', FENCED, { flows: 'web/shop -> card/vault tcp 1 : dst allow at=300' }))).toMatch(
      /^fail\n.*reported allow, by policy deny/,
    );
    const open = FENCED.slice(0, FENCED.indexOf('---'));
    expect(told(run('S2-08', open, { flows: 'web/shop -> card/vault tcp 1 : dst deny at=300' }))).toMatch(
      /^fail\n.*reported deny, by policy allow/,
    );
  });
  it('leaves what cannot be compared to the assessor, and has no data without a log', () => {
    expect(
      run('S2-08', FENCED, { flows: `${QUIET}\nweb/gone -> card/vault tcp 1 : src allow at=300` }).outcome,
    ).toBe('assess');
    expect(run('S2-08').outcome).toBe('no-data');
  });
});

describe('S4-01: exposure list', () => {
  const asked = ['Service', 'Ingress'].map(what => ({
    state: 'asked-none' as const,
    what,
    group: what === 'Service' ? '' : 'networking.k8s.io',
    source: { file: 'collect.log', line: 7 },
  }));
  it('passes where everything was asked for and nothing is exposed', () => {
    expect(told(run('S4-01', FENCED, { gaps: asked }))).toBe('pass');
  });
  it('lists every way in, with the depth of scope behind it', () => {
    const text = `${FENCED.replace('---', 'svc card/vault app=vault 443->8443 type=LoadBalancer\nsvc web/shop app=shop 80->80 type=NodePort\n---')}---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: door, namespace: web}
spec: {rules: [{host: shop.example, http: {paths: [{path: /, backend: {service: {name: shop, port: {number: 80}}}}]}}]}
`;
    const result = run('S4-01', text, { gaps: asked });
    expect(told(result)).toContain('Ingress web/door for shop.example to web/shop');
    expect(told(result)).toContain('Service card/vault of type LoadBalancer (cde)');
    expect(told(result)).toContain('Service web/shop of type NodePort');
    expect(result.witnesses.every(witness => witness.source?.file === 'drawn.txt')).toBe(true);
  });
  it('leaves uncollected kinds to the assessor, and has no data without Services', () => {
    expect(told(run('S4-01', FENCED, { gaps: asked.slice(0, 1) }))).toContain(
      'assess\nIngress objects were not collected',
    );
    expect(run('S4-01').outcome).toBe('no-data');
  });
});

describe('S5-01: inventory', () => {
  const FILLED = `
ns card {PCI=true}
node n1 192.168.0.1
---
apiVersion: v1
kind: Pod
metadata:
  name: vault
  namespace: card
  labels: {app.kubernetes.io/component: card-vault, team: payments}
spec:
  nodeName: n1
  containers: [{name: main, image: "registry.example/vault:1.4@sha256:0000000000000000000000000000000000000000000000000000000000000000"}]
status: {phase: Running, podIPs: [{ip: 10.0.1.1}]}
`;
  const only = (result: CheckResult): string =>
    result.witnesses
      .map(witness => witness.text)
      .filter(text => text.startsWith('card/'))
      .join('\n');
  const bare: DrawnCaseOptions = { bare: true };
  it('passes when every field is filled', () => {
    expect(told(run('S5-01', FILLED, bare))).toBe('pass');
  });
  it('leaves blanks to the assessor, by name', () => {
    const text = FILLED.replace('team: payments', 'x: y')
      .replace('app.kubernetes.io/component: card-vault, ', '')
      .replace(/:1.4@sha256:0+/, ':latest')
      .replace('nodeName: n1', 'priority: 0');
    const result = run('S5-01', text, bare);
    expect(result.outcome).toBe('assess');
    expect(only(result)).toBe('card/vault[Pod] shows no image digest, version, node, function or use, owner');
  });
  it('takes function and owner from what people recorded', () => {
    const text = FILLED.replace('team: payments', 'x: y').replace(
      'app.kubernetes.io/component: card-vault, ',
      '',
    );
    const recorded: Recorded = {
      justifications: [{ subject: 'card/vault[Pod]', reason: 'keeps cards', approvedBy: 'Ana' }],
    };
    expect(run('S5-01', text, bare).outcome).toBe('assess');
    expect(run('S5-01', text, bare, recorded).outcome).toBe('pass');
  });
  it('has no data where nothing is known to be in scope', () => {
    expect(run('S5-01', FILLED.replace(' {PCI=true}', ''), bare).outcome).toBe('no-data');
  });
});

describe('S10-03: six fields of audit events', () => {
  const audit = (...events: Parameters<typeof auditEvent>[0][]): CheckResult =>
    run('S10-03', FENCED, { audit: events.map(auditEvent) });
  it('passes when all events hold all six', () => {
    const result = audit({ id: 'e1' }, { id: 'e2', source: { file: 'audit.log', line: 2 } });
    expect(told(result)).toBe('pass');
    expect(result.coverage).toMatchObject({ examined: 2, population: ['audit.log:1-2 (2 events)'] });
  });
  it.each([
    ['user', { user: undefined }],
    ['kind of event', { verb: '' }],
    ['time', { time: undefined }],
    ['outcome', { status: undefined }],
    ['origin', { sourceIps: [] }],
    ['object', { resource: undefined }],
  ])('fails for an event without %s', (field, changes) => {
    const result = audit({}, { id: 'e2', ...changes, source: { file: 'audit.log', line: 2 } });
    expect(result.outcome).toBe('fail');
    expect(result.witnesses).toHaveLength(1);
    expect(result.witnesses[0]).toMatchObject({ subject: 'e2', source: { file: 'audit.log', line: 2 } });
    expect(result.witnesses[0]?.text).toContain(`lacks ${field}`);
  });
  it('leaves an origin hidden by a proxy to the assessor', () => {
    expect(told(audit({ user: 'ana' }, { user: 'bo' }))).toContain(
      'assess\nAll 2 events of 2 users come from 192.0.2.44',
    );
  });
  it('has no data without an audit log', () => expect(audit().outcome).toBe('no-data'));
});
