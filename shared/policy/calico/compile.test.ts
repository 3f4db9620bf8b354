// How Calico decides (calico.md 3.1-3.6), as statements over drawn clusters.
import { describe, expect, it } from 'vitest';
import {
  CALICO,
  decide,
  drawCluster,
  endpointOf,
  yamlObjects,
} from '../../../test/fixtures/drawn-cluster.ts';
import type { ClusterSnapshot, Protocol } from '../../model/snapshot.ts';
import type { Direction } from '../compiled.ts';
import { calicoStages } from './compile.ts';
import { hasStaged, previewStaged } from './staged.ts';

const CLUSTER = `
namespace web
namespace card team=pay
namespace? dark
account card/vault PCI=true
pod web/front[app=front] 10.0.0.1
pod web/host[app=front] 192.0.2.7 hostNetwork
pod card/api[app=api,pci=true] 10.0.1.1 ports=http:8080/TCP,dns:53/UDP
pod card/vault[app=vault] 10.0.1.2 sa=vault
pod dark/job[app=job] 10.0.2.1
pod web/both[app=both] 10.0.0.9 fd00::9
`;

const tier = (name: string, order: number | string, more = ''): string =>
  `---\napiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {name: ${name}}\nspec: {order: ${order}${more}}\n`;
const policy = (name: string, spec: string, head = 'kind: GlobalNetworkPolicy', namespace = ''): string =>
  `---\napiVersion: projectcalico.org/v3\n${head}\nmetadata: {name: ${name}${namespace && `, namespace: ${namespace}`}}\nspec: {${spec}}\n`;
const inNamespace = (namespace: string, name: string, spec: string): string =>
  policy(name, spec, 'kind: NetworkPolicy', namespace);

function world(yaml: string, drawing = CLUSTER): ClusterSnapshot {
  return drawCluster(drawing, yamlObjects(yaml));
}

function ask(snapshot: ClusterSnapshot, text: string): string {
  const [subject = '', arrow = '', peer = '', protocol = 'tcp', port = '80'] = text.split(' ');
  const direction: Direction = arrow === '->' ? 'egress' : 'ingress';
  const stages = calicoStages(snapshot, CALICO, [])[direction];
  const name = protocol.toUpperCase() as Protocol;
  const [from, to] = [endpointOf(snapshot, subject), endpointOf(snapshot, peer)];
  return decide(stages, from, to, direction, name, Number(port)).outcome;
}

const SECURITY = tier('security', 100);

describe('tiers', () => {
  it('that select nothing are passed over, and pods without policy are open both ways', () => {
    const snapshot = world(
      SECURITY + policy('security.p', 'tier: security, selector: nothing == "1", types: [Ingress]'),
    );
    expect(ask(snapshot, 'card/api <- 203.0.113.9')).toBe('allow');
    expect(calicoStages(snapshot, CALICO, []).otherwise).toBe('allow');
  });

  it('end in deny once a policy selects, even one without rules', () => {
    const snapshot = world(
      SECURITY + policy('security.p', 'tier: security, selector: app == "api", types: [Ingress]'),
    );
    expect(ask(snapshot, 'card/api <- web/front')).toBe('deny');
    expect(ask(snapshot, 'card/api -> web/front')).toBe('allow');
    expect(ask(snapshot, 'card/vault <- web/front')).toBe('allow');
  });

  it('end in the next tier when their default action is Pass', () => {
    const yaml = tier('soft', 1, ', defaultAction: Pass') + policy('soft.p', 'tier: soft, types: [Ingress]');
    expect(ask(world(yaml), 'card/api <- web/front')).toBe('allow');
    const denied = yaml + policy('default.d', 'types: [Ingress]');
    expect(ask(world(denied), 'card/api <- web/front')).toBe('deny');
  });

  it('come by order, unset last, ties by name; the default tier at 1,000,000 ends in deny whatever is exported', () => {
    const names = ['b', 'a', 'late', 'early', 'default'];
    const yaml =
      tier('b', 5) +
      tier('a', 5) +
      tier('early', -1) +
      tier('default', 7, ', defaultAction: Pass') +
      '---\napiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {name: late}\n' +
      names.map(name => policy(`${name}.p`, `tier: ${name}, types: [Ingress]`)).join('');
    const stages = calicoStages(world(yaml), CALICO, []).ingress;
    expect(stages.map(stage => stage.id)).toEqual([
      'tier early',
      'tier a',
      'tier b',
      'tier default',
      'tier late',
    ]);
    expect(stages.find(stage => stage.id === 'tier default')?.whenSelected).toBe('deny');
  });

  it('pass on: the rest of the tier is skipped, the next one decides', () => {
    const yaml =
      SECURITY +
      policy('security.a', 'tier: security, order: 1, types: [Ingress], ingress: [{action: Pass}]') +
      policy('security.b', 'tier: security, order: 2, types: [Ingress], ingress: [{action: Deny}]') +
      policy(
        'default.c',
        'types: [Ingress], ingress: [{action: Allow, protocol: TCP, destination: {ports: [80]}}]',
      );
    expect(ask(world(yaml), 'card/api <- web/front tcp 80')).toBe('allow');
    expect(ask(world(yaml), 'card/api <- web/front tcp 81')).toBe('deny');
  });

  it('that are not in a manifest export make their policies unreadable for whom they select', () => {
    const result = calicoStages(
      world(policy('ops.p', 'tier: ops, selector: app == "api", types: [Egress]')),
      CALICO,
      [],
    );
    const [lost] = result.unsupported;
    expect(result.egress).toEqual([]);
    expect(lost).toMatchObject({ id: 'GlobalNetworkPolicy ops.p', directions: ['egress'] });
    expect(lost?.reason).toContain('tier ops is not in the export');
    const snapshot = world('');
    expect(lost?.selects?.(endpointOf(snapshot, 'card/api'))).toBe('yes');
    expect(lost?.selects?.(endpointOf(snapshot, 'card/vault'))).toBe('no');
  });

  it('that a live cluster does not have stand last, and are named', () => {
    const base = world(
      policy('ops.p', 'tier: ops, types: [Ingress]') + policy('default.p', 'types: [Ingress]'),
    );
    const kinds = [
      { group: 'projectcalico.org', kind: 'Tier', state: 'asked-none' as const, objects: 0, sources: [] },
    ];
    const live = { ...base, collection: { ...base.collection, kinds, fromManifests: false } };
    const result = calicoStages(live, CALICO, []);
    expect(result.ingress.map(stage => stage.id)).toEqual(['tier default', 'tier ops']);
    expect(result.misplaced.map(some => some.id)).toEqual(['GlobalNetworkPolicy ops.p']);
    expect(result.unsupported).toEqual([]);
  });
});

describe('policies in a tier', () => {
  const named = (yaml: string, tie: 'key' | 'name'): readonly string[] =>
    calicoStages(world(yaml), { ...CALICO, calicoTieBreak: tie }, []).ingress[0]?.policies.map(
      one => one.id,
    ) ?? [];

  it('come by order, negative first and unset last', () => {
    const yaml = ['a', 'b, order: 5', 'c, order: -5'].map(text => {
      const [name = '', order = ''] = text.split(',');
      return policy(name, `${order && `${order}, `}types: [Ingress]`);
    });
    expect(named(yaml.join(''), 'key').map(id => id.slice(-1))).toEqual(['c', 'b', 'a']);
  });

  it('tie by internal key before 3.32 and by name since', () => {
    const yaml =
      inNamespace('web', 'z', 'types: [Ingress]') +
      policy('default.a', 'types: [Ingress]') +
      inNamespace('card', 'b', 'types: [Ingress]');
    expect(named(yaml, 'key')).toEqual([
      'NetworkPolicy.projectcalico.org card/b',
      'GlobalNetworkPolicy default.a',
      'NetworkPolicy.projectcalico.org web/z',
    ]);
    expect(named(yaml, 'name')).toEqual([
      'NetworkPolicy.projectcalico.org card/b',
      'GlobalNetworkPolicy default.a',
      'NetworkPolicy.projectcalico.org web/z',
    ]);
    const swapped =
      inNamespace('web', 'a', 'types: [Ingress]') + inNamespace('card', 'b', 'types: [Ingress]');
    expect(named(swapped, 'key')).toEqual([
      'NetworkPolicy.projectcalico.org card/b',
      'NetworkPolicy.projectcalico.org web/a',
    ]);
    expect(named(swapped, 'name')).toEqual([
      'NetworkPolicy.projectcalico.org web/a',
      'NetworkPolicy.projectcalico.org card/b',
    ]);
  });

  it('stand beside Kubernetes policies, which have order 1000', () => {
    const yaml =
      policy('default.first', 'order: 999, types: [Ingress]') + policy('default.last', 'types: [Ingress]');
    const [first] = calicoStages(world(yaml), CALICO, []).ingress[0]?.policies ?? [];
    const kubernetes = {
      ...first!,
      id: 'NetworkPolicy web/k',
      kind: 'NetworkPolicy',
      name: 'k',
      namespace: 'web',
    };
    const { tier: _tier, order: _order, ...plain } = kubernetes;
    const stages = calicoStages(world(yaml), CALICO, [plain]).ingress;
    expect(stages[0]?.policies.map(one => one.name)).toEqual(['default.first', 'k', 'default.last']);
  });

  it('have the types that their rules imply when none are written', () => {
    const directions = (spec: string): string => {
      const { ingress, egress } = calicoStages(world(policy('p', spec)), CALICO, []);
      return `${ingress.length}${egress.length}`;
    };
    expect(directions('selector: all()')).toBe('10');
    expect(directions('ingress: [{action: Allow}]')).toBe('10');
    expect(directions('egress: [{action: Allow}]')).toBe('01');
    expect(directions('ingress: [{action: Allow}], egress: [{action: Allow}]')).toBe('11');
  });

  it('that are untracked or pre-DNAT are for host endpoints and leave pods alone; applyOnForward does not', () => {
    const deny = 'types: [Ingress], applyOnForward: true';
    expect(ask(world(policy('p', `${deny}, doNotTrack: true`)), 'card/api <- web/front')).toBe('allow');
    expect(ask(world(policy('p', `${deny}, preDNAT: true`)), 'card/api <- web/front')).toBe('allow');
    expect(ask(world(policy('p', deny)), 'card/api <- web/front')).toBe('deny');
  });

  it('never select a host-network pod', () => {
    const [stage] = calicoStages(world(policy('p', 'types: [Ingress]')), CALICO, []).ingress;
    expect(stage?.policies[0]?.selects(endpointOf(world(''), 'web/host'))).toBe('no');
    expect(stage?.policies[0]?.selects(endpointOf(world(''), 'web/front'))).toBe('yes');
  });

  it('of one text exported through both API groups count once', () => {
    const text = policy('default.p', 'types: [Ingress]');
    const both = world(text + text.replace('projectcalico.org/v3', 'crd.projectcalico.org/v1'));
    expect(calicoStages(both, CALICO, []).ingress[0]?.policies).toHaveLength(1);
  });

  it('of two texts under one name are not guessed between', () => {
    const twice = world(policy('default.p', 'types: [Ingress]') + policy('default.p', 'types: [Egress]'));
    const result = calicoStages(twice, CALICO, []);
    expect(result.ingress).toEqual([]);
    expect(result.unsupported[0]?.reason).toContain('also at policies.yaml:');
  });

  it('log and go on', () => {
    const rules = '[{action: Log}, {action: Allow, source: {selector: app == "front"}}]';
    const snapshot = world(
      inNamespace('web', 'p', `types: [Ingress], selector: app == "both", ingress: ${rules}`),
    );
    expect(ask(snapshot, 'web/both <- web/front')).toBe('allow');
    expect(ask(snapshot, 'web/both <- card/api')).toBe('deny');
  });
});

describe('selectors of policies', () => {
  const selects = (spec: string, pod: string, head?: string): string => {
    const snapshot = world(head === undefined ? policy('p', spec) : inNamespace(head, 'p', spec));
    const stages = calicoStages(snapshot, CALICO, []);
    return (
      [...stages.ingress, ...stages.egress][0]?.policies[0]?.selects(endpointOf(snapshot, pod)) ?? 'none'
    );
  };

  it('stay in the namespace of a NetworkPolicy', () => {
    expect(selects('selector: all()', 'card/api', 'card')).toBe('yes');
    expect(selects('selector: all()', 'web/front', 'card')).toBe('no');
  });

  it('join pod, namespace and account labels; names of namespace and account count as labels', () => {
    expect(selects('selector: app == "api", namespaceSelector: team == "pay"', 'card/api')).toBe('yes');
    expect(selects('namespaceSelector: projectcalico.org/name == "card"', 'card/api')).toBe('yes');
    expect(selects('namespaceSelector: team == "pay"', 'web/front')).toBe('no');
    expect(selects('serviceAccountSelector: PCI == "true"', 'card/vault')).toBe('yes');
    expect(selects('serviceAccountSelector: PCI == "true"', 'card/api')).toBe('no');
    expect(selects('serviceAccountSelector: projectcalico.org/name == "vault"', 'card/vault')).toBe('yes');
    expect(selects('selector: projectcalico.org/namespace == "card"', 'card/api')).toBe('yes');
  });

  it('cannot be told where labels of a namespace or account were not exported', () => {
    expect(selects('namespaceSelector: team == "pay"', 'dark/job')).toBe('unknown');
    expect(selects('namespaceSelector: team != "pay"', 'dark/job')).toBe('unknown');
    expect(selects('selector: app == "api", namespaceSelector: team == "pay"', 'dark/job')).toBe('no');
    expect(selects('namespaceSelector: projectcalico.org/name == "dark"', 'dark/job')).toBe('yes');
  });
});

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

describe('what is not valid or not understood', () => {
  const read = (spec: string, fromManifest = true): { refused: string[]; unsupported: string[] } => {
    const snapshot = drawCluster(CLUSTER, yamlObjects(policy('p', spec), 'p.yaml', fromManifest));
    const { refused, unsupported, ingress } = calicoStages(snapshot, CALICO, []);
    expect(ingress).toEqual([]);
    return { refused: refused.map(one => one.reason), unsupported: unsupported.map(one => one.reason) };
  };

  it.each([
    ['selector: "a = b"', '/spec/selector: Selector "a = b": expected `==` at column 3'],
    ['selector: global()', 'global()'],
    ['types: [Inward]', '/spec/types'],
    ['order: soon', '/spec/order: is not a number'],
    ['ingress: [{action: Permit}]', '"Permit" is no action'],
    ['ingress: [{action: Allow, protocol: QUIC}]', '"QUIC" is no protocol'],
    ['ingress: [{action: Allow, destination: {ports: [80]}}]', 'needs protocol TCP, UDP or SCTP'],
    ['ingress: [{action: Allow, protocol: TCP, destination: {ports: ["90:80"]}}]', 'no range of ports'],
    ['ingress: [{action: Allow, source: {nets: [10.0.0.300]}}]', 'no address or CIDR'],
    ['ingress: [{action: Allow, source: {namespaceSelector: global() || has(a)}}]', 'must stand alone'],
    ['ingress: [{action: Allow, source: {services: {name: x}}}]', 'must name its namespace'],
  ])('%s is refused in a manifest, and open in a live cluster that took it', (spec, reason) => {
    expect(read(spec)).toEqual({ refused: [expect.stringContaining(reason)], unsupported: [] });
    expect(read(spec, false)).toEqual({ refused: [], unsupported: [expect.stringContaining(reason)] });
  });

  it('names a field that is not understood, and still tells whom the policy selects', () => {
    const spec = 'selector: app == "api", ingress: [{action: Allow, source: {mood: good}}]';
    expect(read(spec).unsupported).toEqual(['/spec/ingress/0/source/mood: this field is not understood']);
    const snapshot = world(policy('p', spec));
    const [open] = calicoStages(snapshot, CALICO, []).unsupported;
    expect(open?.selects?.(endpointOf(snapshot, 'web/front'))).toBe('no');
  });

  it('of host endpoints or of one direction leaves the others alone', () => {
    const of = (spec: string): unknown =>
      calicoStages(world(policy('p', spec)), CALICO, []).refused[0]?.directions;
    const bad = 'ingress: [{action: Deny, source: {nets: ["${VM_IP}"]}}]';
    expect(of(bad)).toEqual(['ingress']);
    expect(of(`${bad}, preDNAT: true, applyOnForward: true`)).toEqual([]);
    expect(of(`${bad}, types: [Ingress, Egress]`)).toEqual(['ingress', 'egress']);
  });

  it('in a network set leaves open what lies outside its other networks', () => {
    const set =
      '---\napiVersion: projectcalico.org/v3\nkind: GlobalNetworkSet\nmetadata: {name: s, labels: {a: b}}\nspec: {nets: [203.0.113.0/24, "${IP}"]}\n';
    const rules = 'types: [Ingress], ingress: [{action: Allow, source: {selector: a == "b"}}]';
    const snapshot = world(policy('p', rules) + set);
    expect(ask(snapshot, 'card/api <- 203.0.113.9')).toBe('allow');
    expect(ask(snapshot, 'card/api <- 198.51.100.9')).toBe('unknown');
    const [named] = calicoStages(snapshot, CALICO, []).unsupported;
    expect(named).toMatchObject({ id: 'GlobalNetworkSet s', directions: [] });
  });

  it('lets empty fields of any name be', () => {
    const snapshot = world(policy('p', 'future: "", other: null, more: [], types: [Ingress]'));
    expect(calicoStages(snapshot, CALICO, []).unsupported).toEqual([]);
  });
});

describe('staged policies', () => {
  const staged = (name: string, spec: string): string =>
    policy(name, spec, 'kind: StagedGlobalNetworkPolicy');
  const yaml =
    staged('default.d', 'types: [Ingress]') +
    policy('default.a', 'selector: app == "front", types: [Ingress]') +
    staged('default.a', 'stagedAction: Delete') +
    staged('default.i', 'stagedAction: Ignore, types: [Egress]');

  it('are shown and never decide', () => {
    const snapshot = world(yaml);
    const policies = calicoStages(snapshot, CALICO, []).ingress.flatMap(stage => stage.policies);
    expect(policies.filter(one => one.staged).map(one => one.name)).toContain('default.d');
    expect(ask(snapshot, 'card/api <- web/front')).toBe('allow');
    expect(ask(snapshot, 'web/front <- card/api')).toBe('deny');
    expect(hasStaged(snapshot)).toBe(true);
  });

  it('are previewed: Set applied, Delete dropped, the rest without effect', () => {
    const preview = previewStaged(world(yaml));
    expect(preview.policies.map(one => `${one.kind} ${one.meta.name}`)).toEqual([
      'GlobalNetworkPolicy default.d',
    ]);
    expect(ask(preview, 'card/api <- web/front')).toBe('deny');
    expect(ask(preview, 'card/api -> web/front')).toBe('allow');
    expect(hasStaged(preview)).toBe(false);
  });

  it('of Kubernetes kind are shown with whom they select, and become Kubernetes policies in a preview', () => {
    const text = policy(
      'k',
      'podSelector: {matchLabels: {app: api}, matchExpressions: [{key: x, operator: NotIn, values: [y]}]}',
      'kind: StagedKubernetesNetworkPolicy',
      'card',
    );
    const snapshot = world(text);
    const [shown] = calicoStages(snapshot, CALICO, []).ingress[0]?.policies ?? [];
    expect(shown).toMatchObject({ staged: true, ingress: true, egress: false, order: 1000 });
    expect(shown?.selects(endpointOf(snapshot, 'card/api'))).toBe('yes');
    expect(shown?.selects(endpointOf(snapshot, 'card/vault'))).toBe('no');
    expect(previewStaged(snapshot).policies[0]).toMatchObject({
      kind: 'NetworkPolicy',
      apiVersion: 'networking.k8s.io/v1',
    });
  });
});
