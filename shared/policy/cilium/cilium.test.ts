// How Cilium decides, each test a sentence of policy-semantics section 4, asked of whole simulated clusters.
import { describe, expect, it } from 'vitest';
import { drawnCluster } from '../../../test/fixtures/drawing.ts';
import type { PodId } from '../../base/brand.ts';
import type { Protocol } from '../../model/snapshot.ts';
import { createSimulator } from '../../verdict/simulator.ts';
import type { Simulator, Verdict } from '../../verdict/verdict.ts';
import { detectProfile } from '../profile.ts';

const CLUSTER = `
  ns card {team=pay}
  ns web {team=shop}
  node n1 192.168.0.1
  node n2 192.168.0.2
  pod card/api[app=api] 10.0.1.5 node=n1 sa=api ports=http:8080,dns:53/UDP
  pod card/db[app=db] 10.0.1.6 node=n2 ports=sql:5432
  pod web/front[app=front] 10.0.2.1 node=n1 sa=front ports=http:8080
  pod web/back[app=back,role=ops] 10.0.2.2 node=n2
  pod web/agent[app=agent] 192.168.0.2 node=n2 hostNetwork
`;

const cnp = (spec: string, name = 'p', namespace = 'card'): string => `
  ---
  apiVersion: cilium.io/v2
  kind: CiliumNetworkPolicy
  metadata: { name: ${name}, namespace: ${namespace} }
  ${spec.startsWith('specs') ? spec : `spec: { ${spec} }`}
`;
const ccnp = (spec: string, name = 'c'): string => `
  ---
  apiVersion: cilium.io/v2
  kind: CiliumClusterwideNetworkPolicy
  metadata: { name: ${name} }
  spec: { ${spec} }
`;
const config = (data: string): string => `
  ---
  apiVersion: v1
  kind: ConfigMap
  metadata: { name: cilium-config, namespace: kube-system }
  data: { ${data} }
`;
const object = (kind: string, metadata: string, rest: string, apiVersion = 'v1'): string => `
  ---
  apiVersion: ${apiVersion}
  kind: ${kind}
  metadata: { ${metadata} }
  ${rest}
`;
const API = 'endpointSelector: { matchLabels: { app: api } }';

function simulate(yaml: string, drawing = CLUSTER): Simulator {
  const snapshot = drawnCluster(drawing + yaml);
  return createSimulator(snapshot, detectProfile(snapshot, 'cilium'));
}

function ask(simulator: Simulator, text: string): Verdict {
  const [src = '', , dst = '', protocol = 'tcp', port] = text.split(' ');
  const query = {
    src: simulator.resolve(src)[0]!,
    dst: simulator.resolve(dst)[0]!,
    protocol: protocol.toUpperCase() as Protocol,
    ...(port === undefined ? {} : { port: Number(port) }),
  };
  const verdict = simulator.evaluate(query);
  const { outcome, egress, ingress } = simulator.outcome(query);
  expect([outcome, egress, ingress]).toEqual([
    verdict.outcome,
    verdict.egress.verdict,
    verdict.ingress.verdict,
  ]);
  return verdict;
}

/** Holds each question, written `src -> dst proto port`, to its outcome. */
function holds(
  yaml: string,
  expected: Readonly<Record<string, Verdict['outcome']>>,
  drawing = CLUSTER,
): void {
  const simulator = simulate(yaml, drawing);
  const got = Object.keys(expected).map(question => [question, ask(simulator, question).outcome]);
  expect(Object.fromEntries(got)).toEqual(expected);
}

describe('the subject of a policy', () => {
  it('is confined to the namespace of a CiliumNetworkPolicy, whatever its labels say', () => {
    const elsewhere = 'endpointSelector: { matchLabels: { "k8s:io.kubernetes.pod.namespace": web } }';
    holds(cnp(`${elsewhere}, ingress: [{}]`), {
      'web/back -> web/front tcp 80': 'allow',
      'web/back -> card/api tcp 80': 'deny',
    });
  });

  it('of a clusterwide policy is every pod, or those of a namespace by name or label', () => {
    holds(ccnp('endpointSelector: {}, ingress: [{}]'), {
      'web/front -> card/api tcp 80': 'deny',
      'card/api -> web/front tcp 80': 'deny',
    });
    for (const key of ['k8s:io.kubernetes.pod.namespace: card', 'io.cilium.k8s.namespace.labels.team: pay'])
      holds(ccnp(`endpointSelector: { matchLabels: { ${key} } }, ingress: [{}]`), {
        'web/front -> card/api tcp 80': 'deny',
        'card/api -> web/front tcp 80': 'allow',
      });
  });

  it('is read from spec and from every item of specs, each a rule of its own', () => {
    const both = cnp(`specs: [{ ${API}, ingress: [{}] }]`).trimEnd();
    const spec = 'spec: { endpointSelector: { matchLabels: { app: db } }, ingress: [{}] }';
    holds(`${both}\n  ${spec}\n`, {
      'web/front -> card/api tcp 80': 'deny',
      'web/front -> card/db tcp 80': 'deny',
    });
  });
});

describe('sections and default deny', () => {
  it('a policy without any section has no effect', () => {
    holds(cnp(API), { 'web/front -> card/api tcp 80': 'allow' });
    holds(cnp(`${API}, ingress: [], egress: null`), { 'web/front -> card/api tcp 80': 'allow' });
  });

  it('an empty rule isolates and allows nothing, unlike in a Kubernetes policy', () => {
    holds(cnp(`${API}, ingress: [{}]`), {
      'web/front -> card/api tcp 80': 'deny',
      'card/api -> web/front tcp 80': 'allow',
    });
  });

  it('is on as soon as a section is there, even with deny entries only', () => {
    const deny = 'ingressDeny: [{ fromEntities: [world] }]';
    holds(cnp(`${API}, ${deny}`), { 'web/front -> card/api tcp 80': 'deny' });
  });

  it('is off where enableDefaultDeny is false, until one other rule turns it on', () => {
    const open = cnp(
      `${API}, enableDefaultDeny: { ingress: false }, ingressDeny: [{ fromEntities: [world] }]`,
    );
    holds(open, { 'web/front -> card/api tcp 80': 'allow', '203.0.113.9 -> card/api tcp 80': 'deny' });
    const closing = cnp(`${API}, ingress: [{ fromEndpoints: [{ }] }]`, 'q');
    holds(open + closing, { 'web/front -> card/api tcp 80': 'deny', 'card/db -> card/api tcp 80': 'allow' });
  });
});

describe('deny', () => {
  const allow = cnp(`${API}, ingress: [{ fromEntities: [all] }]`);
  const deny = ccnp(
    'endpointSelector: {}, ingressDeny: [{ fromEntities: [world], toPorts: [{ ports: [{ port: "22" }] }] }]',
  );

  it('beats every allow, whatever kind carries it', () => {
    holds(allow + deny, {
      '203.0.113.9 -> card/api tcp 22': 'deny',
      '203.0.113.9 -> card/api tcp 80': 'allow',
    });
    const kubernetes = object(
      'NetworkPolicy',
      'name: n, namespace: card',
      'spec: { podSelector: {}, ingress: [{}] }',
      'networking.k8s.io/v1',
    );
    holds(kubernetes + deny, {
      '203.0.113.9 -> card/db tcp 22': 'deny',
      '203.0.113.9 -> card/db tcp 80': 'allow',
    });
  });

  it('takes addresses and ports only: a deny rule with L7 rules or names is refused', () => {
    const l7 =
      'ingressDeny: [{ toPorts: [{ ports: [{ port: "80", protocol: TCP }], rules: { http: [{}] } }] }]';
    const names = 'egressDeny: [{ toFQDNs: [{ matchName: a.example }] }]';
    for (const section of [l7, names])
      expect(simulate(cnp(`${API}, ${section}`)).policies.refused).toHaveLength(1);
  });
});

describe('a Kubernetes policy', () => {
  it('is pooled with those of Cilium: what either allows is allowed', () => {
    const kubernetes = object(
      'NetworkPolicy',
      'name: n, namespace: card',
      'spec: { podSelector: { matchLabels: { app: api } }, ingress: [{ from: [{ podSelector: {} }] }] }',
      'networking.k8s.io/v1',
    );
    const cilium = cnp(`${API}, ingress: [{ fromEntities: [world] }]`);
    holds(kubernetes + cilium, {
      'card/db -> card/api tcp 80': 'allow',
      '203.0.113.9 -> card/api tcp 80': 'allow',
      'web/front -> card/api tcp 80': 'deny',
    });
  });
});

describe('isolation', () => {
  it('names the policies that close a pod', () => {
    const simulator = simulate(cnp(`${API}, ingress: [{}]`));
    expect(simulator.isolation('card/api' as PodId, 'ingress')).toMatchObject({
      isolated: 'yes',
      policies: [{ id: 'CiliumNetworkPolicy card/p' }],
      terminalDeny: 'yes',
    });
  });
});

describe('the enforcement mode', () => {
  it('always closes every pod, never opens every pod, and default follows the policies', () => {
    holds(config('enable-policy: always'), { 'web/front -> web/back tcp 80': 'deny' });
    holds(config('enable-policy: never') + cnp(`${API}, ingress: [{}]`), {
      'web/front -> card/api tcp 80': 'allow',
    });
    holds(config('enable-policy: default'), { 'web/front -> web/back tcp 80': 'allow' });
  });
});
