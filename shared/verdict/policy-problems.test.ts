// Slips in policies, each drawn once with its mended twin beside it: the slip is named at its line, the twin is silent.
import { describe, expect, it } from 'vitest';
import { drawnCluster } from '../../test/fixtures/drawing.ts';
import { PROFILES } from '../policy/profile.ts';
import { createSimulator } from './simulator.ts';

const CLUSTER = `
  ns card {team=pay}
  ns web {team=shop}
  ns kube-system
  pod card/api[app=api] 10.0.1.5 ports=http:8080
  pod card/db[app=db] 10.0.1.6
  pod web/front[app=front] 10.0.2.1
  pod kube-system/dns[k8s-app=kube-dns] 10.0.3.3
  svc kube-system/kube-dns k8s-app=kube-dns dns:53->53/UDP ip=10.96.0.10
`;

function problems(...specs: readonly string[]): readonly string[] {
  const policies = specs.map(
    (spec, at) => `
  ---
  apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: { name: p${at}, namespace: card }
  spec: ${spec}
`,
  );
  const simulator = createSimulator(drawnCluster(CLUSTER + policies.join('')), {
    ...PROFILES.kubernetes,
    enforces: 'yes',
  });
  return simulator
    .policyProblems()
    .map(
      ({ code, policy, direction, rule }) =>
        `${policy.replace('NetworkPolicy card/', '')}${direction === undefined ? '' : ` ${direction}`}${rule === undefined ? '' : `[${rule}]`} ${code}`,
    );
}

describe('a policy', () => {
  it('that selects no pod is named', () => {
    expect(problems('{ podSelector: { matchLabels: { app: gone } } }')).toEqual([
      'p0 policy.selects-nothing',
    ]);
    expect(problems('{ podSelector: { matchLabels: { app: api } } }')).toEqual([]);
  });

  it('that tells the pods of one workload apart is named', () => {
    const drawn = (label: string): string => `
  ns card
  pod card/api-1[app=api] 10.0.1.5 owner=ReplicaSet/api
  pod card/api-2[app=api,${label}] 10.0.1.6 owner=ReplicaSet/api
  ---
  apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: { name: p0, namespace: card }
  spec: { podSelector: { matchLabels: { pci: 'true' } } }
`;
    const codes = (label: string): readonly string[] =>
      createSimulator(drawnCluster(drawn(label)), PROFILES.kubernetes)
        .policyProblems()
        .map(item => item.code);
    expect(codes('pci=true')).toContain('policy.splits-workload');
    expect(codes('hash=1')).not.toContain('policy.splits-workload');
  });

  it('whose rule matches no end is named at the rule', () => {
    const rule = (app: string): string =>
      `{ podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app: ${app} } } }] }] }`;
    expect(problems(rule('gone'))).toEqual(['p0 ingress[0] rule.matches-nothing']);
    expect(problems(rule('api'))).toEqual([]);
  });

  it('whose named port no selected pod declares matches nothing', () => {
    const rule = (port: string): string =>
      `{ podSelector: { matchLabels: { app: api } }, ingress: [{ ports: [{ port: ${port} }] }] }`;
    expect(problems(rule('metrics'))).toEqual([
      'p0 ingress[0] port.not-declared',
      'p0 ingress[0] rule.matches-nothing',
    ]);
    expect(problems(rule('http'))).toEqual([]);
  });

  it('whose rule another rule already covers is named as one that never decides', () => {
    const rules = (second: number): string =>
      `{ podSelector: {}, ingress: [{ ports: [{ port: 80, endPort: 90 }] }, { ports: [{ port: ${second} }] }] }`;
    expect(problems(rules(85))).toEqual(['p0 ingress[1] rule.never-decides']);
    expect(problems(rules(95))).toEqual([]);
  });

  it('that allows every source on every port is named', () => {
    expect(problems('{ podSelector: {}, ingress: [{}] }')).toEqual(['p0 ingress[0] rule.allows-everything']);
  });

  it('that says "or" where "and" is usually meant is named', () => {
    const peers = (pods: string): string =>
      `{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: shop } }${pods} podSelector: { matchLabels: { app: front } } }] }] }`;
    expect(problems(peers(' }, {'))).toEqual(['p0 ingress[0] rule.or-where-and']);
    expect(problems(peers(','))).toEqual([]);
  });

  it('whose block holds pods or Services is named', () => {
    const block = (cidr: string): string =>
      `{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: ${cidr} } }] }] }`;
    expect(problems(block('10.0.0.0/8'))).toEqual(['p0 ingress block.holds-pods']);
    expect(problems(block('198.51.100.0/24'))).toEqual([]);
  });

  it('that closes egress without a way to the cluster DNS is named', () => {
    const egress = (port: number): string =>
      `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ namespaceSelector: {} }], ports: [{ port: ${port}, protocol: UDP }] }] }`;
    expect(problems(egress(5353))).toEqual(['p0 egress egress.no-dns']);
    expect(problems(egress(53))).toEqual([]);
  });
});
