// What a rule matches: calico.md 3.5 and 3.6, field by field.
import { describe, expect, it } from 'vitest';
import { ask, inNamespace, policy, world } from '../../../test/fixtures/calico-stages.ts';
import { CALICO, endpointOf } from '../../../test/fixtures/drawn-cluster.ts';
import { calicoStages } from './compile.ts';

describe('rules', () => {
  const one = (rule: string, question: string, sets = ''): string => {
    const direction = question.includes('->') ? 'egress' : 'ingress';
    return ask(
      world(policy('p', `selector: all(), types: [Ingress, Egress], ${direction}: [${rule}]`) + sets),
      question,
    );
  };
  const own = (rule: string, question: string): string => {
    const direction = question.includes('->') ? 'egress' : 'ingress';
    return ask(
      world(inNamespace('card', 'p', `types: [Ingress, Egress], ${direction}: [${rule}]`)),
      question,
    );
  };

  it('match known endpoints by selector, never an address of nobody', () => {
    const allow = "{action: Allow, source: {selector: pci != 'true'}}";
    expect(one(allow, 'card/vault <- web/front')).toBe('allow');
    expect(one(allow, 'card/vault <- card/api')).toBe('deny');
    expect(one(allow, 'card/vault <- 203.0.113.9')).toBe('deny');
    expect(one("{action: Allow, source: {notSelector: pci == 'true'}}", 'card/vault <- 203.0.113.9')).toBe(
      'allow',
    );
    expect(one(allow, 'card/vault <- web/host')).toBe('deny');
  });

  it('match addresses of network sets, global ones by their own labels only', () => {
    const set = (kind: string, meta: string, nets: string): string =>
      `---\napiVersion: projectcalico.org/v3\nkind: ${kind}\nmetadata: {${meta}}\nspec: {nets: [${nets}]}\n`;
    const partner = set('GlobalNetworkSet', 'name: partner, labels: {who: partner}', '203.0.113.0/24');
    const local = set('NetworkSet', 'name: n, namespace: card, labels: {who: partner}', '198.51.100.7');
    const allow = '{action: Allow, source: {selector: who == "partner"}}';
    expect(one(allow, 'card/api <- 203.0.113.9', partner)).toBe('allow');
    expect(one(allow, 'card/api <- 203.0.112.0-203.0.113.255', partner)).toBe('unknown');
    expect(one(allow, 'card/api <- 198.51.100.8', partner + local)).toBe('deny');
    const inCard = '{action: Allow, source: {selector: who == "partner", namespaceSelector: team == "pay"}}';
    expect(one(inCard, 'card/api <- 198.51.100.7', partner + local)).toBe('allow');
    expect(one(inCard, 'card/api <- 203.0.113.9', partner + local)).toBe('deny');
    const global = '{action: Allow, source: {namespaceSelector: global()}}';
    expect(one(global, 'card/api <- 203.0.113.9', partner + local)).toBe('allow');
    expect(one(global, 'card/api <- 198.51.100.7', partner + local)).toBe('deny');
  });

  it('of a NetworkPolicy stay in its namespace once any selector is written, and only then', () => {
    expect(own('{action: Allow, source: {selector: all()}}', 'card/api <- web/front')).toBe('deny');
    expect(own('{action: Allow, source: {selector: all()}}', 'card/api <- card/vault')).toBe('allow');
    expect(own('{action: Allow}', 'card/api <- web/front')).toBe('allow');
    expect(own('{action: Allow}', 'card/api <- 203.0.113.9')).toBe('allow');
    expect(own('{action: Allow, source: {notSelector: app == "x"}}', 'card/api <- web/front')).toBe('deny');
    expect(own('{action: Allow, source: {namespaceSelector: all()}}', 'card/api <- web/front')).toBe('allow');
    expect(own('{action: Allow, source: {namespaceSelector: all()}}', 'card/api <- 203.0.113.9')).toBe(
      'deny',
    );
    expect(
      own('{action: Allow, source: {serviceAccounts: {names: [vault]}}}', 'card/api <- card/vault'),
    ).toBe('allow');
  });

  it('must match on both sides: the destination of an ingress rule is the pod itself', () => {
    const rule = '{action: Allow, destination: {selector: app == "front"}}';
    expect(one(rule, 'web/front <- 203.0.113.9')).toBe('allow');
    expect(one(rule, 'card/api <- 203.0.113.9')).toBe('deny');
    expect(one('{action: Allow, source: {selector: app == "front"}}', 'card/api -> web/front')).toBe('deny');
  });

  it('match nets against pods and outsiders alike, the family of the connection only', () => {
    expect(one('{action: Allow, source: {nets: [10.0.0.0/8]}}', 'card/api <- web/front')).toBe('allow');
    expect(
      one(
        '{action: Allow, source: {nets: ["10.0.0.0/8"], notNets: ["10.0.0.0/24"]}}',
        'card/api <- web/front',
      ),
    ).toBe('deny');
    expect(one('{action: Allow, source: {notNets: [0.0.0.0/0]}}', 'card/api <- web/front')).toBe('deny');
    expect(one('{action: Allow, source: {nets: ["::/0"]}}', 'card/api <- web/front')).toBe('deny');
    expect(one('{action: Allow, source: {nets: [0.0.0.0/0]}}', 'web/both <- web/front')).toBe('allow');
    expect(one('{action: Allow, source: {nets: [0.0.0.0/0]}}', 'web/both <- web/both')).toBe('unknown');
    expect(one('{action: Allow, source: {nets: [0.0.0.0/0, "::/0"]}}', 'web/both <- web/both')).toBe('allow');
    expect(one('{action: Allow, ipVersion: 6}', 'card/api <- web/front')).toBe('deny');
    expect(one('{action: Allow, ipVersion: 4}', 'card/api <- web/front')).toBe('allow');
  });

  it('match ports, ranges and names, and what is not among them', () => {
    const ports = (fields: string): string => `{action: Allow, protocol: TCP, destination: {${fields}}}`;
    expect(one(ports('ports: [80, "8000:8090"]'), 'card/api <- web/front tcp 8080')).toBe('allow');
    expect(one(ports('ports: [80, "8000:8090"]'), 'card/api <- web/front udp 8080')).toBe('deny');
    expect(one(ports('notPorts: [8080]'), 'card/api <- web/front tcp 8080')).toBe('deny');
    expect(one(ports('notPorts: [8080]'), 'card/api <- web/front tcp 8081')).toBe('allow');
    expect(one('{action: Allow, destination: {ports: [http, dns]}}', 'card/api <- web/front tcp 8080')).toBe(
      'allow',
    );
    expect(one('{action: Allow, destination: {ports: [http, dns]}}', 'card/api <- web/front udp 53')).toBe(
      'allow',
    );
    expect(one('{action: Allow, destination: {ports: [http, dns]}}', 'card/api <- web/front tcp 53')).toBe(
      'deny',
    );
    expect(one('{action: Allow, destination: {ports: [http]}}', 'card/vault <- web/front tcp 8080')).toBe(
      'deny',
    );
    expect(one('{action: Allow, destination: {ports: [http]}}', 'web/front -> 203.0.113.9 tcp 8080')).toBe(
      'deny',
    );
  });

  it('match protocols by name in any case or by number, and what is not one', () => {
    expect(one('{action: Allow, protocol: udp}', 'card/api <- web/front udp 53')).toBe('allow');
    expect(one('{action: Allow, protocol: 6}', 'card/api <- web/front tcp 53')).toBe('allow');
    expect(one('{action: Allow, protocol: 47}', 'card/api <- web/front tcp 53')).toBe('deny');
    expect(one('{action: Allow, notProtocol: TCP}', 'card/api <- web/front tcp 53')).toBe('deny');
    expect(one('{action: Allow, notProtocol: TCP}', 'card/api <- web/front icmp 0')).toBe('allow');
    expect(one('{action: Allow, protocol: ICMP}', 'card/api <- web/front icmp 0')).toBe('allow');
    expect(one('{action: Allow, protocol: ICMPv6}', 'card/api <- web/front icmp 0')).toBe('deny');
  });

  it('that hang on what no connection carries are never rounded to a match', () => {
    const about = (rule: string, question: string): string => one(rule, question);
    expect(about('{action: Allow, http: {methods: [GET]}}', 'card/api <- web/front')).toBe('unknown');
    expect(about('{action: Allow, protocol: ICMP, icmp: {type: 8}}', 'card/api <- web/front icmp 0')).toBe(
      'unknown',
    );
    expect(about('{action: Allow, protocol: TCP, source: {ports: [1]}}', 'card/api <- web/front')).toBe(
      'unknown',
    );
    expect(
      about('{action: Allow, destination: {domains: ["*.example.org"]}}', 'card/api -> 203.0.113.9'),
    ).toBe('unknown');
    expect(about('{action: Allow, destination: {domains: ["*.example.org"]}}', 'card/api -> web/front')).toBe(
      'deny',
    );
    const set =
      '---\napiVersion: projectcalico.org/v3\nkind: GlobalNetworkSet\nmetadata: {name: s, labels: {a: b}}\nspec: {allowedEgressDomains: [example.org]}\n';
    expect(one('{action: Allow, destination: {selector: a == "b"}}', 'card/api -> 203.0.113.9', set)).toBe(
      'unknown',
    );
  });

  it('say which condition decided, and point to their line', () => {
    const snapshot = world(`apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: default.p}
spec:
  types: [Ingress]
  ingress:
    - action: Allow
      source: {selector: pci == "true"}
    - action: Deny
`);
    const [policyCompiled] = calicoStages(snapshot, CALICO, []).ingress[0]?.policies ?? [];
    expect(policyCompiled?.ingressRules.map(rule => rule.source.line)).toEqual([7, 9]);
    const match = policyCompiled?.ingressRules[0]?.match(
      endpointOf(snapshot, 'card/vault'),
      endpointOf(snapshot, 'web/front'),
      'ingress',
    );
    expect(match).toEqual({
      truth: 'no',
      field: 'source.selector',
      text: "source pci == 'true' does not match web/front",
    });
  });

  it('to a Service match its backing addresses and ports', () => {
    const rule = '{action: Allow, destination: {services: {name: api, namespace: card}}}';
    const base = world(policy('p', `types: [Egress], egress: [${rule}]`));
    expect(ask(base, 'web/front -> card/api tcp 8080')).toBe('unknown');
    const service = {
      namespace: 'card',
      name: 'api',
      type: 'ClusterIP',
      selector: { app: 'api' },
      ports: [{ port: 80, protocol: 'TCP' as const, targetPort: 'http' }],
      clusterIps: [],
      externalIps: [],
      loadBalancer: [],
      pods: base.pods.filter(pod => pod.name === 'api').map(pod => pod.id),
      source: { file: 'drawing', line: 1 },
    };
    const snapshot = { ...base, services: [service] };
    expect(ask(snapshot, 'web/front -> card/api tcp 8080')).toBe('allow');
    expect(ask(snapshot, 'web/front -> card/api tcp 80')).toBe('deny');
    expect(ask(snapshot, 'web/front -> card/vault tcp 8080')).toBe('deny');
  });
});
