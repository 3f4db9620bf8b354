// Networks beside the pod network: primary ones that keep pods apart, secondary ones with policies of their own
// (policy-semantics section 7).
import { describe, expect, it } from 'vitest';
import { drawnCluster } from '../../../test/fixtures/drawing.ts';
import { connectivity } from '../../verdict/connectivity.ts';
import { explain } from '../../verdict/explain.ts';
import { createSimulator } from '../../verdict/simulator.ts';
import type { Simulator } from '../../verdict/verdict.ts';
import { PROFILES } from '../profile.ts';
import { secondaryNetworks } from './read.ts';

const PRIMARY = '{k8s.ovn.org/primary-user-defined-network=}';
const PODS = `
  ns card ${PRIMARY}
  ns web ${PRIMARY}
  ns plain
  node n1 192.168.0.1
  pod card/vault 10.0.1.1 node=n1
  pod card/api 10.0.1.2 node=n1
  pod web/shop 10.0.2.1 node=n1
  pod plain/job 10.0.3.1 node=n1
`;
const UDN = (namespace: string, topology = 'Layer2', role = 'Primary'): string => `---
apiVersion: k8s.ovn.org/v1
kind: UserDefinedNetwork
metadata: { name: own, namespace: ${namespace} }
spec: { topology: ${topology}, ${topology.toLowerCase()}: { role: ${role} } }
`;
const CUDN = (expression: string): string => `---
apiVersion: k8s.ovn.org/v1
kind: ClusterUserDefinedNetwork
metadata: { name: shared }
spec:
  namespaceSelector: { matchExpressions: [{ key: kubernetes.io/metadata.name, ${expression} }] }
  network: { topology: Layer3, layer3: { role: Primary } }
`;

function simulate(text: string): Simulator {
  return createSimulator(drawnCluster(text), { ...PROFILES.kubernetes, enforces: 'yes' });
}

function ask(text: string, from: string, to: string): string {
  const answer = explain(simulate(text), { from, to, port: 443 });
  return answer.ok ? answer.value.verdict : answer.problem.message;
}

describe('primary networks', () => {
  it('keep pods of different networks apart, and of one network together', () => {
    const text = PODS + UDN('card') + UDN('web');
    expect(ask(text, 'card/vault', 'web/shop')).toBe('deny');
    expect(ask(text, 'card/vault', 'plain/job')).toBe('deny');
    expect(ask(text, 'plain/job', 'card/vault')).toBe('deny');
    expect(ask(text, 'card/vault', 'card/api')).toBe('allow');
  });

  it('do not keep away nodes and addresses outside', () => {
    const text = PODS + UDN('card');
    expect(ask(text, '203.0.113.9', 'card/vault')).toBe('allow');
    expect(ask(text, 'card/vault', '203.0.113.9')).toBe('allow');
    expect(ask(text, '192.168.0.1', 'card/vault')).toBe('allow');
  });

  it('of a cluster join the namespaces that it selects', () => {
    const text = PODS + CUDN('operator: In, values: [card, web]');
    expect(ask(text, 'card/vault', 'web/shop')).toBe('allow');
    expect(ask(text, 'card/vault', 'plain/job')).toBe('deny');
  });

  it('hold only namespaces that have the label for it; others are named and stay where they were', () => {
    const text = PODS + CUDN('operator: Exists');
    expect(ask(text, 'card/vault', 'plain/job')).toBe('deny');
    expect(simulate(text).policies.misplaced?.map(one => one.reason)).toEqual([
      'it selects plain, which lack the label k8s.ovn.org/primary-user-defined-network and stay on the pod network',
    ]);
    expect(ask(PODS + UDN('plain'), 'plain/job', 'card/vault')).toBe('allow');
  });

  it('that select nothing are named', () => {
    const text = PODS + CUDN('operator: In, values: [nowhere]');
    expect(simulate(text).policies.misplaced?.map(one => one.reason)).toEqual([
      'it selects no namespace of the export',
    ]);
  });

  it('are nothing when their role is secondary', () => {
    expect(ask(PODS + UDN('card', 'Layer2', 'Secondary'), 'card/vault', 'web/shop')).toBe('allow');
  });

  it('that cannot be read leave their namespace open, never apart', () => {
    const text = PODS + UDN('card', 'Layer4');
    expect(ask(text, 'card/vault', 'web/shop')).toBe('indeterminate');
    expect(ask(text, 'plain/job', 'web/shop')).toBe('allow');
    expect(simulate(text).policies.refused[0]?.reason).toContain('topology must be Layer2');
  });
});

const ATTACHED = `
  ns card
  ns web
  pod plain/job 10.0.3.1
---
apiVersion: v1
kind: Pod
metadata:
  { name: vault, namespace: card, labels: { app: vault }, annotations: { k8s.v1.cni.cncf.io/networks: 'web/wire@eth1, other' } }
spec: { containers: [{ name: a, image: a }] }
status: { phase: Running, podIPs: [{ ip: 10.0.1.1 }] }
---
apiVersion: v1
kind: Pod
metadata:
  name: shop
  namespace: web
  labels: { app: shop }
  annotations:
    k8s.v1.cni.cncf.io/network-status: '[{"name":"cni","default":true,"ips":["10.0.2.1"]},{"name":"web/wire","ips":["10.9.0.7"]}]'
spec: { containers: [{ name: a, image: a }] }
status: { phase: Running, podIPs: [{ ip: 10.0.2.1 }] }
`;
const MULTI = (from: string): string => `---
apiVersion: k8s.cni.cncf.io/v1beta1
kind: MultiNetworkPolicy
metadata: { name: vault, namespace: card, annotations: { k8s.v1.cni.cncf.io/policy-for: wire } }
spec: { podSelector: {}, policyTypes: [Ingress], ingress: [{ from: ${from}, ports: [{ port: 443 }] }] }
`;

describe('secondary networks', () => {
  it('are read from what pods ask for and from what their agent reports', () => {
    expect(
      secondaryNetworks(drawnCluster(ATTACHED)).map(({ name, members }) => [name, [...members]]),
    ).toEqual([
      ['other', [['card/vault', []]]],
      [
        'wire',
        [
          ['card/vault', []],
          ['web/shop', ['10.9.0.7']],
        ],
      ],
    ]);
  });

  it('connect their pods whatever holds on the pod network, and no one else', () => {
    const rows = connectivity(simulate(ATTACHED)).filter(row => row.network !== undefined);
    expect(rows.map(row => `${row.network ?? ''}: ${row.src} ${row.dst} ${row.conns}`)).toEqual([
      'wire: card/vault[Pod] web/shop[Pod] All Connections',
      'wire: web/shop[Pod] card/vault[Pod] All Connections',
    ]);
  });

  it('have policies of their own, which say nothing about the pod network', () => {
    const text = ATTACHED + MULTI('[{ podSelector: {} }]');
    expect(ask(text, 'web/shop', 'card/vault')).toBe('allow');
    const answer = explain(simulate(text), { from: 'web/shop', to: 'card/vault', port: 443 });
    if (!answer.ok) throw new Error(answer.problem.message);
    expect(answer.value.networks).toMatchObject([{ network: 'wire', verdict: 'deny' }]);
    expect(answer.value.networks?.[0]?.ingress.steps[0]).toMatchObject({
      policy: 'MultiNetworkPolicy.k8s.cni.cncf.io card/vault',
      source: { file: 'drawn.txt' },
    });
    expect(answer.value.assumptions).toContain(
      'web/shop and card/vault are also on the network wire, which is asked apart',
    );
  });

  it('match blocks against the addresses that pods have there', () => {
    const rows = connectivity(simulate(ATTACHED + MULTI('[{ ipBlock: { cidr: 10.9.0.0/24 } }]')));
    expect(rows).toContainEqual({
      src: 'web/shop[Pod]',
      dst: 'card/vault[Pod]',
      conns: 'TCP 443',
      network: 'wire',
    });
  });
});
