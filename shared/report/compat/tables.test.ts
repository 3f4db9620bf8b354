// The compat tables (calico.md 1.2, 1.3): exact columns, flags by the reporter's rules, proper quoting.
import { describe, expect, it } from 'vitest';
import { drawCluster, yamlObjects } from '../../../test/fixtures/drawn-cluster.ts';
import { drawFlows } from '../../../test/fixtures/drawn-flows.ts';
import type { Instant } from '../../base/brand.ts';
import type { ClusterSnapshot, Service } from '../../model/snapshot.ts';
import { compatEndpoints, compatNamespaces, compatServices } from './flags.ts';
import { isInternet } from './policy-flags.ts';
import { parseAddressRange } from '../../base/address.ts';
import { compatTables } from './tables.ts';

const FROM = '1970-01-01T00:00:00Z' as Instant;
const TO = '1970-01-02T00:00:00Z' as Instant;
const PODS = `
namespace card team=pay
pod card/api[app=api,pci=true] 10.0.0.1
pod card/agent[app=agent] 10.0.0.9 hostNetwork
pod web/front[app=front] 10.0.0.2
`;

function world(yaml: string): ClusterSnapshot {
  return drawCluster(PODS, yamlObjects(yaml));
}
function network(name: string, spec: string, namespace?: string): string {
  const kind = namespace === undefined ? 'GlobalNetworkPolicy' : 'NetworkPolicy';
  const place = namespace === undefined ? '' : `, namespace: ${namespace}`;
  return `---\napiVersion: projectcalico.org/v3\nkind: ${kind}\nmetadata: {name: ${name}${place}}\nspec: {${spec}}\n`;
}
function kubernetes(spec: string): string {
  return `---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: k, namespace: card}\nspec: {${spec}}\n`;
}

// Six letters: protected in/out, Internet in/out, other namespaces in/out; capital = true.
function flagsOf(yaml: string, pod = 'card/api'): string {
  const endpoint = compatEndpoints(world(yaml)).find(some => some.printed === `Pod.v1(${pod})`)!;
  const letter = (flag: boolean, text: string): string => (flag ? text.toUpperCase() : text);
  return [
    letter(endpoint.ingressProtected, 'p'),
    letter(endpoint.egressProtected, 'p'),
    letter(endpoint.ingressFromInternet, 'i'),
    letter(endpoint.egressToInternet, 'i'),
    letter(endpoint.ingressFromOtherNamespace, 'n'),
    letter(endpoint.egressToOtherNamespace, 'n'),
  ].join('');
}
const rule = (body: string): string => `types: [Ingress], ingress: [${body}]`;

describe('compat flags of a policy', () => {
  it('call a pod protected by the types of a policy alone', () => {
    expect(flagsOf('')).toBe('ppiinn');
    expect(flagsOf(network('p', 'types: [Ingress, Egress]'))).toBe('PPiinn');
    expect(flagsOf(network('p', 'egress: [{action: Pass}]'))).toBe('pPiinn');
    expect(flagsOf(network('p', rule('{action: Deny}, {action: Pass}')))).toBe('Ppiinn');
  });

  it('read exposure off Allow rules, whatever port, order or other side they have', () => {
    expect(flagsOf(network('p', rule('{action: Allow}')))).toBe('PpIiNn');
    expect(flagsOf(network('p', rule('{action: Allow, destination: {selector: app == "nobody"}}')))).toBe(
      'PpIiNn',
    );
    expect(flagsOf(network('p', rule('{action: Allow, source: {selector: app == "x"}}')))).toBe('PpiiNn');
    expect(flagsOf(network('p', 'egress: [{action: Allow}]'))).toBe('pPiInN');
  });

  it('keep namespaced rules with a selector inside, until a namespaceSelector is written', () => {
    expect(flagsOf(network('p', rule('{action: Allow, source: {selector: app == "x"}}'), 'card'))).toBe(
      'Ppiinn',
    );
    expect(flagsOf(network('p', rule('{action: Allow}'), 'card'))).toBe('PpIiNn');
    expect(flagsOf(network('p', rule('{action: Allow, source: {namespaceSelector: all()}}'), 'card'))).toBe(
      'PpiiNn',
    );
  });

  it('take nets for the Internet by their first address, and for no namespace', () => {
    const nets = (text: string): string =>
      flagsOf(network('p', rule(`{action: Allow, source: {nets: [${text}]}}`)));
    expect(nets('10.0.0.0/8')).toBe('Ppiinn');
    expect(nets('0.0.0.0/0')).toBe('PpIinn');
    expect(nets('10.0.0.0/8, 203.0.113.7')).toBe('PpIinn');
    const internet = (text: string): boolean => isInternet(parseAddressRange(text)!);
    expect(['10.0.0.0/7', '172.31.0.0/16', '192.168.1.1'].map(internet)).toEqual([false, false, false]);
    expect(
      ['172.32.0.0/16', '127.0.0.1', '169.254.0.0/16', '100.64.0.0/10', 'fd00::/8'].map(internet),
    ).toEqual(Array<boolean>(5).fill(true));
  });

  it('follow a selector to network sets', () => {
    const set = (net: string): string =>
      `---\napiVersion: projectcalico.org/v3\nkind: GlobalNetworkSet\nmetadata: {name: s, labels: {a: b}}\nspec: {nets: [${net}]}\n`;
    const allow = network('p', rule('{action: Allow, source: {selector: a == "b"}}'));
    expect(flagsOf(allow + set('203.0.113.0/24'))).toBe('PpIiNn');
    expect(flagsOf(allow + set('10.9.0.0/16'))).toBe('PpiiNn');
  });

  it('read Kubernetes policies as Calico converts them', () => {
    expect(flagsOf(kubernetes('podSelector: {}'))).toBe('Ppiinn');
    expect(flagsOf(kubernetes('podSelector: {}, egress: [{}]'))).toBe('PPiInN');
    expect(flagsOf(kubernetes('podSelector: {}, ingress: [{from: [{podSelector: {}}]}]'))).toBe('Ppiinn');
    expect(flagsOf(kubernetes('podSelector: {}, ingress: [{from: [{namespaceSelector: {}}]}]'))).toBe(
      'PpiiNn',
    );
    expect(flagsOf(kubernetes('podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]'))).toBe(
      'PpIinn',
    );
    expect(flagsOf(kubernetes('podSelector: {matchLabels: {app: other}}'))).toBe('ppiinn');
    expect(flagsOf(kubernetes('podSelector: {}'), 'web/front')).toBe('ppiinn');
  });

  it('leave staged policies out, and host-network pods in', () => {
    const policy = network('p', 'types: [Ingress]');
    expect(flagsOf(policy.replace('GlobalNetworkPolicy', 'StagedGlobalNetworkPolicy'))).toBe('ppiinn');
    expect(flagsOf(policy, 'card/agent')).toBe('Ppiinn');
  });
});

describe('compat endpoints', () => {
  it('call a sidecar of classic injection Envoy, and nothing newer', () => {
    const snapshot = world('');
    const [api] = snapshot.pods;
    const container = (role: 'main' | 'init', image: string) => ({ name: 'c', image, role, ports: [] });
    const injected = (init: string, proxy: string, annotations = { 'sidecar.istio.io/status': '{}' }) => {
      const containers = [container('init', init), container('main', proxy)];
      const pods = [{ ...api!, annotations, containers }];
      return compatEndpoints({ ...snapshot, pods })[0]?.envoyEnabled;
    };
    expect(injected('docker.io/istio/proxy_init:1.0', 'docker.io/istio/proxyv2:1.0')).toBe(true);
    expect(injected('docker.io/istio/proxyv2:1.20', 'docker.io/istio/proxyv2:1.20')).toBe(false);
    expect(injected('docker.io/istio/proxy_init:1.0', 'docker.io/istio/proxyv2:1.0', {} as never)).toBe(
      false,
    );
  });

  it('leave finished pods out and list HostEndpoints', () => {
    const hep =
      '---\napiVersion: projectcalico.org/v3\nkind: HostEndpoint\nmetadata: {name: node1, labels: {role: edge}}\n';
    const snapshot = world(hep + network('p', 'selector: role == "edge", types: [Egress]'));
    const finished = snapshot.pods.map(pod => (pod.name === 'api' ? { ...pod, phase: 'Succeeded' } : pod));
    const endpoints = compatEndpoints({ ...snapshot, pods: finished });
    expect(endpoints.map(endpoint => endpoint.printed)).toEqual([
      'HostEndpoint(node1)',
      'Pod.v1(card/agent)',
      'Pod.v1(web/front)',
    ]);
    expect(endpoints[0]).toMatchObject({
      egressProtected: true,
      appliedPolicies: ['GlobalNetworkPolicy(p)'],
    });
  });

  it('are protected as a namespace or service only together, and exposed each for all', () => {
    const base = world(
      network('card.p', 'selector: app == "api", types: [Ingress], ingress: [{action: Allow}]'),
    );
    const service: Service = {
      namespace: 'card',
      name: 'all',
      type: 'ClusterIP',
      ports: [],
      clusterIps: [],
      externalIps: [],
      loadBalancer: [],
      pods: base.pods.filter(pod => pod.namespace === 'card').map(pod => pod.id),
      source: { file: 'drawing', line: 1 },
    };
    const endpoints = compatEndpoints({ ...base, services: [service] });
    const card = { ingressProtected: false, ingressFromInternet: true };
    expect(compatNamespaces(endpoints)[0]).toMatchObject({ printed: 'Namespace.v1(card)', ...card });
    expect(compatServices(endpoints)).toMatchObject([{ printed: 'Service.v1(card/all)', ...card }]);
  });
});

describe('compat tables', () => {
  const file = (tables: readonly { name: string; csv: string }[], name: string): string[] =>
    tables
      .find(table => table.name === name)
      ?.csv.trimEnd()
      .split('\n') ?? [];

  it('have the file names and columns of the reporter', () => {
    const input = { snapshot: world(''), from: FROM, to: TO };
    const names = (kind: 'inventory' | 'network-access'): string[] =>
      compatTables(kind, input).map(table => table.name);
    expect(names('inventory')).toEqual(
      ['summary', 'endpoints', 'namespaces', 'services'].map(part => `inventory-${part}.csv`),
    );
    expect(names('network-access')).toEqual(['network-access-summary.csv', 'network-access-endpoints.csv']);
    expect(file(compatTables('inventory', input), 'inventory-summary.csv')[0]).toBe(
      'startTime,endTime,endpointSelector,namespaceNames,namespaceSelector,serviceAccountNames,serviceAccountSelectors,' +
        'endpointsNumInScope,endpointsNumIngressProtected,endpointsNumEgressProtected,namespacesNumInScope,' +
        'namespacesNumIngressProtected,namespacesNumEgressProtected,serviceAccountsNumInScope',
    );
    expect(file(compatTables('network-access', input), 'network-access-endpoints.csv')[0]).toBe(
      'endpoint,ingressProtected,egressProtected,ingressFromInternet,egressToInternet,ingressFromOtherNamespace,' +
        'egressToOtherNamespace,envoyEnabled,appliedPolicies,trafficAggregationPrefix,' +
        'endpointsGeneratingTrafficToThisEndpoint,endpointsReceivingTrafficFromThisEndpoint',
    );
  });

  it('limit the endpoints by a Calico selector, and quote it', () => {
    const tables = compatTables('inventory', {
      snapshot: world(''),
      selector: "pci in {'true','yes'}",
      from: FROM,
      to: TO,
    });
    expect(file(tables, 'inventory-summary.csv')[1]).toBe(
      `1970-01-01T00:00:00Z,1970-01-02T00:00:00Z,"pci in {'true','yes'}",,,,,1,0,0,1,0,0,1`,
    );
    expect(file(tables, 'inventory-endpoints.csv')).toHaveLength(2);
  });

  it('list traffic by exact name first, denied attempts too, and aggregates only without one', () => {
    const snapshot = drawCluster(`
pod card/api-5f6d7c8b9-abcde[app=api] 10.0.0.1
pod card/db-5f6d7c8b9-abcde[app=db] 10.0.0.2
`);
    const owned = snapshot.pods.map(pod => ({
      ...pod,
      workload: `card/${pod.name.split('-')[0]}[Deployment]` as never,
    }));
    const flows = drawFlows(`
web/front-* -> card/api-5f6d7c8b9-* tcp 443 : dst deny
pub -> card/db-5f6d7c8b9-* tcp 5432 : dst allow
card/db-5f6d7c8b9-abcde -> pvt tcp 53 : src allow
card/db-5f6d7c8b9-abcde -> set(partner) tcp 53 : src allow
pub -> card/api-5f6d7c8b9-* tcp 443 : dst allow at=90000
`);
    const tables = compatTables('network-access', {
      snapshot: { ...snapshot, pods: owned },
      flows,
      from: FROM,
      to: TO,
    });
    const [, api, db] = file(tables, 'network-access-endpoints.csv');
    expect(api?.split(',').slice(-3)).toEqual(['api-5f6d7c8b9-*', 'Pod.v1(web/front-*)', '']);
    expect(db?.split(',').slice(-3)).toEqual(['db-5f6d7c8b9-abcde', '', 'GlobalNetworkSet(partner);Private']);
  });

  it('are the same whatever the order of pods and policies', () => {
    const yaml =
      network('a', rule('{action: Allow}')) +
      network('b', 'types: [Egress]', 'card') +
      kubernetes('podSelector: {}');
    const snapshot = world(yaml);
    const turned = {
      ...snapshot,
      pods: [...snapshot.pods].reverse(),
      policies: [...snapshot.policies].reverse(),
    };
    for (const kind of ['inventory', 'network-access'] as const)
      expect(compatTables(kind, { snapshot: turned, from: FROM, to: TO })).toEqual(
        compatTables(kind, { snapshot, from: FROM, to: TO }),
      );
  });
});
