// Whom the rules of a Cilium policy mean, each test a sentence of policy-semantics section 4.
import { describe, expect, it } from 'vitest';
import {
  API,
  ask,
  ccnp,
  cnp,
  CLUSTER,
  config,
  holds,
  object,
  simulate,
} from '../../../test/fixtures/cilium-case.ts';

const from = (member: string): string => cnp(`${API}, ingress: [{ ${member} }]`);
const to = (member: string): string => cnp(`${API}, egress: [{ ${member} }]`);
const REMOTE = 'host:n2 -> card/api tcp 80';
const FRONT = 'web/front -> card/api tcp 80';
const DB = 'card/db -> card/api tcp 80';
const WORLD = '203.0.113.9 -> card/api tcp 80';

describe('endpoints as peers', () => {
  it('are pods of the own namespace unless the selector names another', () => {
    holds(from('fromEndpoints: [{ matchLabels: { app: front } }]'), { [FRONT]: 'deny' });
    for (const key of ['k8s:io.kubernetes.pod.namespace', 'io.kubernetes.pod.namespace'])
      holds(from(`fromEndpoints: [{ matchLabels: { app: front, "${key}": web } }]`), {
        [FRONT]: 'allow',
        'web/back -> card/api tcp 80': 'deny',
        [DB]: 'deny',
      });
  });

  it('{} is every pod of the own namespace, in a clusterwide policy every managed pod, never the world or a node', () => {
    holds(from('fromEndpoints: [{}]'), { [DB]: 'allow', [FRONT]: 'deny', [WORLD]: 'deny', [REMOTE]: 'deny' });
    holds(ccnp(`${API}, ingress: [{ fromEndpoints: [{}] }]`), {
      [DB]: 'allow',
      [FRONT]: 'allow',
      [WORLD]: 'deny',
      [REMOTE]: 'deny',
      'web/agent -> card/api tcp 80': 'deny',
    });
  });

  it('an empty list is nobody, whereas a rule with ports only is about everybody', () => {
    holds(from('fromEndpoints: [], toPorts: [{ ports: [{ port: "80" }] }]'), {
      [DB]: 'deny',
      [WORLD]: 'deny',
    });
    holds(from('toPorts: [{ ports: [{ port: "80" }] }]'), {
      [DB]: 'allow',
      [WORLD]: 'allow',
      [REMOTE]: 'allow',
      'web/front -> card/api tcp 81': 'deny',
    });
  });

  it('take labels of any source without prefix, and those of k8s: and any: alike', () => {
    for (const key of ['app', 'k8s:app', 'any:app'])
      holds(from(`fromEndpoints: [{ matchLabels: { "${key}": db } }]`), { [DB]: 'allow', [FRONT]: 'deny' });
    holds(from('fromEndpoints: [{ matchLabels: { "container:app": db } }]'), { [DB]: 'deny' });
  });

  it('take labels of namespaces in a clusterwide policy; in a CiliumNetworkPolicy those open nothing for sure', () => {
    const label = 'matchLabels: { "k8s:io.cilium.k8s.namespace.labels.team": shop }';
    holds(ccnp(`${API}, ingress: [{ fromEndpoints: [{ ${label} }] }]`), { [FRONT]: 'allow', [DB]: 'deny' });
    holds(from(`fromEndpoints: [{ ${label} }]`), { [FRONT]: 'indeterminate', [WORLD]: 'deny' });
    const both = 'matchLabels: { app: front, "k8s:io.cilium.k8s.namespace.labels.team": pay }';
    holds(from(`fromEndpoints: [{ ${both} }]`), { [FRONT]: 'deny', [DB]: 'deny' });
  });

  it('are open where a namespace was not exported and its labels are asked for', () => {
    const label = 'matchLabels: { "io.cilium.k8s.namespace.labels.team": shop }';
    const drawing = `${CLUSTER}  pod dark/job[app=job] 10.0.3.1\n`;
    const yaml = ccnp(`${API}, ingress: [{ fromEndpoints: [{ ${label} }] }]`);
    holds(yaml, { 'dark/job -> card/api tcp 80': 'indeterminate' }, drawing);
  });

  it('take service accounts and the name of the cluster', () => {
    const web = '"k8s:io.kubernetes.pod.namespace": web';
    const account = `matchLabels: { ${web}, io.cilium.k8s.policy.serviceaccount: front }`;
    holds(from(`fromEndpoints: [{ ${account} }]`), {
      [FRONT]: 'allow',
      'web/back -> card/api tcp 80': 'deny',
    });
    const cluster = from(`fromEndpoints: [{ matchLabels: { ${web}, io.cilium.k8s.policy.cluster: east } }]`);
    holds(cluster, { [FRONT]: 'indeterminate', [DB]: 'deny' });
    holds(cluster + config('cluster-name: east'), { [FRONT]: 'allow' });
    holds(cluster + config('cluster-name: west'), { [FRONT]: 'deny' });
  });

  it('stay open by labels that Cilium leaves out of identities', () => {
    const drawing = `${CLUSTER}  pod card/x[pod-template-hash=1] 10.0.1.9\n`;
    const yaml = from('fromEndpoints: [{ matchLabels: { pod-template-hash: "1" } }]');
    holds(yaml, { 'card/x -> card/api tcp 80': 'indeterminate', [DB]: 'deny' }, drawing);
    holds(from('fromEndpoints: [{ matchLabels: { app: db } }]') + config('labels: "k8s:team"'), {
      [DB]: 'indeterminate',
    });
  });

  it('may be reserved ones', () => {
    holds(from('fromEndpoints: [{ matchLabels: { "reserved:remote-node": "" } }]'), {
      [REMOTE]: 'allow',
      [WORLD]: 'deny',
      [DB]: 'deny',
    });
  });
});

describe('address blocks', () => {
  it('never match pods', () => {
    for (const member of ['fromCIDR: [10.0.0.0/8]', 'fromCIDRSet: [{ cidr: 0.0.0.0/0 }]'])
      holds(from(member), { [FRONT]: 'deny' });
    holds(from('fromCIDR: [0.0.0.0/0]'), { [WORLD]: 'allow' });
  });

  it('match nodes only where policy-cidr-match-mode says so, those of Kubernetes policies too', () => {
    const cilium = from('fromCIDR: [192.168.0.0/24]');
    const kubernetes = object(
      'NetworkPolicy',
      'name: n, namespace: card',
      'spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 192.168.0.0/24 } }] }] }',
      'networking.k8s.io/v1',
    );
    for (const yaml of [cilium, kubernetes]) {
      holds(yaml, { [REMOTE]: 'deny' });
      holds(yaml + config('policy-cidr-match-mode: nodes'), { [REMOTE]: 'allow' });
    }
  });

  it('leave out their exceptions', () => {
    holds(from('fromCIDRSet: [{ cidr: 203.0.113.0/24, except: [203.0.113.8/30] }]'), {
      '203.0.113.1 -> card/api tcp 80': 'allow',
      [WORLD]: 'deny',
    });
  });

  it('come from a CiliumCIDRGroup, open while the group is not in the export or is broken', () => {
    const yaml = from('fromCIDRSet: [{ cidrGroupRef: g }]');
    const group = (cidr: string): string =>
      object(
        'CiliumCIDRGroup',
        'name: g, labels: { of: g }',
        `spec: { externalCIDRs: [${cidr}] }`,
        'cilium.io/v2',
      );
    holds(yaml, { [WORLD]: 'indeterminate', [FRONT]: 'deny' });
    holds(yaml + group('203.0.113.0/24'), { [WORLD]: 'allow', '198.51.100.1 -> card/api tcp 80': 'deny' });
    const labels = from('fromCIDRSet: [{ cidrGroupSelector: { matchLabels: { of: g } } }]');
    holds(labels + group('203.0.113.0/24'), { [WORLD]: 'allow' });
    const broken = simulate(yaml + group('203.0.113.0/24, nonsense'));
    expect(broken.policies.refused).toMatchObject([{ id: 'CiliumCIDRGroup.cilium.io g' }]);
    expect(ask(broken, '198.51.100.1 -> card/api tcp 80').outcome).toBe('indeterminate');
    expect(ask(broken, 'web/front -> web/back tcp 80').outcome).toBe('allow');
  });
});

describe('services', () => {
  const service = (rest: string, name = 's'): string =>
    object('Service', `name: ${name}, namespace: card, labels: { of: db }`, `spec: { ${rest} }`);
  const named = to('toServices: [{ k8sService: { serviceName: s, namespace: card } }]');
  const selecting = service('selector: { app: db }, ports: [{ port: 80, targetPort: 5432 }]');

  it('with a selector stand for the pods it selects, at whatever port', () => {
    holds(named + selecting, {
      'card/api -> card/db tcp 5432': 'allow',
      'card/api -> web/front tcp 5432': 'deny',
      'card/api -> 203.0.113.9 tcp 5432': 'deny',
    });
  });

  it('may be meant by their labels', () => {
    const byLabels = 'toServices: [{ k8sServiceSelector: { selector: { matchLabels: { of: db } } } }]';
    holds(to(byLabels) + selecting, {
      'card/api -> card/db tcp 1': 'allow',
      'card/api -> web/front tcp 1': 'deny',
    });
  });

  it('without a selector stand for the addresses behind them, which are never pods', () => {
    const slice = object(
      'EndpointSlice',
      'name: s-1, namespace: card, labels: { kubernetes.io/service-name: s }',
      'endpoints: [{ addresses: [203.0.113.9] }, { addresses: [10.0.2.1] }]',
      'discovery.k8s.io/v1',
    );
    const bare = service('ports: [{ port: 80 }]');
    holds(named + bare + slice, {
      'card/api -> 203.0.113.9 tcp 80': 'allow',
      'card/api -> 203.0.113.10 tcp 80': 'deny',
      'card/api -> web/front tcp 80': 'deny',
    });
    holds(named + bare, { 'card/api -> 203.0.113.9 tcp 80': 'indeterminate' });
  });

  it('that the export lacks leave the rule open, and default/kubernetes is not covered', () => {
    holds(named, { 'card/api -> card/db tcp 80': 'indeterminate' });
    holds(to('toServices: [{ k8sService: { serviceName: kubernetes, namespace: default } }]'), {
      'card/api -> 203.0.113.9 tcp 443': 'deny',
    });
  });
});

describe('names, cloud groups and nodes by label', () => {
  it('names are open outside the cluster, and never mean pods or nodes', () => {
    for (const name of ['matchName: a.example', 'matchPattern: "*.example"', 'matchPattern: "**.example"'])
      holds(to(`toFQDNs: [{ ${name} }], toPorts: [{ ports: [{ port: "443" }] }]`), {
        'card/api -> 203.0.113.9 tcp 443': 'indeterminate',
        'card/api -> 203.0.113.9 tcp 80': 'deny',
        'card/api -> web/front tcp 443': 'deny',
        'card/api -> host:n1 tcp 443': 'deny',
      });
  });

  it('names match those that a log ties to an address: a star is letters without a dot, two at the start any depth', () => {
    const asked = (member: string, name: string): string => {
      const simulator = simulate(to(`toFQDNs: [{ ${member} }]`));
      const dst = { ...simulator.resolve('203.0.113.9')[0]!, names: [name] };
      const query = { src: simulator.resolve('card/api')[0]!, dst, protocol: 'TCP', port: 443 } as const;
      const { outcome } = simulator.outcome(query);
      expect(simulator.evaluate(query).outcome).toBe(outcome);
      return outcome;
    };
    const matching = (member: string, names: readonly string[]): readonly string[] =>
      names.filter(name => asked(member, name) === 'allow');
    const NAMES = ['x', 'y.x', 'z.y.x', 'ay.x', 'yx'];
    expect(matching('matchName: Y.x', NAMES)).toEqual(['y.x']);
    expect(matching('matchPattern: "*.x"', NAMES)).toEqual(['y.x', 'ay.x']);
    expect(matching('matchPattern: "*y.x"', NAMES)).toEqual(['y.x', 'ay.x']);
    expect(matching('matchPattern: "**.x"', NAMES)).toEqual(['y.x', 'z.y.x', 'ay.x']);
    expect(matching('matchPattern: "*.*.x"', NAMES)).toEqual(['z.y.x']);
    expect(matching('matchPattern: "y.*"', NAMES)).toEqual(['y.x']);
    expect(matching('matchPattern: "y*y.*"', ['y.x', 'yy.x', 'yay.x'])).toEqual(['yy.x', 'yay.x']);
    expect(matching('matchPattern: "*"', NAMES)).toEqual(NAMES);
    expect(matching('matchName: y.x', ['y.x.'])).toEqual(['y.x.']);
    // An address may have more names than a log has seen.
    expect(asked('matchName: y.x', 'other.example')).toBe('indeterminate');
  });

  it('groups of the cloud provider and nodes by label are open for what they may mean', () => {
    holds(to('toGroups: [{ aws: { securityGroupsIds: [sg-1] } }]'), {
      'card/api -> 203.0.113.9 tcp 443': 'indeterminate',
      'card/api -> web/front tcp 443': 'deny',
    });
    holds(from('fromNodes: [{ matchLabels: { role: x } }]'), { [REMOTE]: 'indeterminate', [WORLD]: 'deny' });
  });
});

describe('fromRequires', () => {
  const requires =
    'ingress: [{ fromRequires: [{ matchLabels: { role: ops, "k8s:io.kubernetes.pod.namespace": web } }] }]';
  const allows = cnp(
    `${API}, ingress: [{ fromEndpoints: [{ matchLabels: { "k8s:io.kubernetes.pod.namespace": web } }] }]`,
    'a',
  );
  const agent = (minor: number): string =>
    object(
      'Pod',
      'name: cilium-1, namespace: kube-system',
      `spec: { hostNetwork: true, containers: [{ name: c, image: "quay.io/cilium/cilium:v1.${minor}.1" }] }`,
    );

  it('narrows what every rule for the same pod lets in by labels, until Cilium 1.19 dropped it', () => {
    const yaml = cnp(`${API}, ${requires}`) + allows;
    const back = 'web/back -> card/api tcp 80';
    holds(yaml + agent(17), { [FRONT]: 'deny', [back]: 'allow' });
    holds(yaml, { [FRONT]: 'indeterminate', [back]: 'allow' });
    holds(yaml + agent(19), { [FRONT]: 'allow', [back]: 'allow' });
  });

  it('lets nobody in by itself', () => {
    holds(cnp(`${API}, ${requires}`), { 'web/back -> card/api tcp 80': 'deny' });
  });
});
