// What may connect tomorrow: peers that policies describe, asked for one workload at a time.
import { describe, expect, it } from 'vitest';
import { drawnCluster } from '../../test/fixtures/drawing.ts';
import { PROFILES } from '../policy/profile.ts';
import { createSimulator } from './simulator.ts';

const PODS = `
  ns card {team=pay}
  pod card/vault[app=vault] 10.0.1.1 ports=https:8443
`;
const INGRESS = (from: string, ports = '[{ port: 8443 }]'): string => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: vault, namespace: card }
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
    - from: ${from}
      ports: ${ports}
`;

function rows(text: string, profile: keyof typeof PROFILES = 'kubernetes'): readonly string[] {
  const simulator = createSimulator(drawnCluster(text), { ...PROFILES[profile], enforces: 'yes' });
  return simulator
    .exposure()
    .filter(row => row.direction === 'ingress')
    .map(row => {
      const open = row.indeterminate === undefined ? '' : ` open ${row.indeterminate}`;
      return `${row.peer}: ${row.conns}${open}${row.unprotected ? ' unprotected' : ''}`;
    });
}

describe('exposure', () => {
  it('of a workload that no policy selects is to the entire cluster, and says that it is unprotected', () => {
    expect(rows(PODS)).toEqual(['entire-cluster: All Connections unprotected']);
  });

  it('names pods that a policy would let in and that do not exist', () => {
    const policy = INGRESS(
      '[{ namespaceSelector: { matchLabels: { env: dev } }, podSelector: { matchLabels: { role: debug } } }]',
    );
    expect(rows(PODS + policy)).toEqual(['[namespace with {env=dev}]/[pod with {role=debug}]: TCP 8443']);
  });

  it('is silent about labels that a pod of the export has', () => {
    const policy = INGRESS(
      '[{ namespaceSelector: { matchLabels: { team: pay } }, podSelector: { matchLabels: { app: vault } } }]',
    );
    expect(rows(PODS + policy)).toEqual([]);
  });

  it('counts a peer without a namespace selector as one of the namespace of the policy', () => {
    expect(rows(PODS + INGRESS('[{ podSelector: { matchLabels: { role: debug } } }]'))).toEqual([
      'card/[pod with {role=debug}]: TCP 8443',
    ]);
  });

  it('leaves out a description that no pod can meet', () => {
    const never =
      '[{ podSelector: { matchLabels: { role: debug }, matchExpressions: [{ key: role, operator: DoesNotExist }] } }]';
    expect(rows(PODS + INGRESS(never))).toEqual([]);
  });

  it('joins what several rules allow to all, and leaves open what they allow to some of the pods described', () => {
    const policy = `${INGRESS('[{ podSelector: { matchExpressions: [{ key: role, operator: In, values: [a, b] }] } }]')}
    - from: [{ podSelector: { matchExpressions: [{ key: role, operator: NotIn, values: [b, c] }] } }]
      ports: [{ port: 9000 }]
    - from: [{ podSelector: { matchExpressions: [{ key: role, operator: Exists }] } }]
      ports: [{ port: 9100 }]
`;
    expect(rows(PODS + policy)).toEqual([
      'card/[pod with {{Key:role,Operator:Exists,Values:[],}}]: TCP 9100 open TCP 8443,9000',
      'card/[pod with {{Key:role,Operator:In,Values:[a b],}}]: TCP 8443,9100 open TCP 9000',
      'card/[pod with {{Key:role,Operator:NotIn,Values:[b c],}}]: TCP 9000 open TCP 8443,9100',
    ]);
    expect(rows(PODS + policy, 'np-guard')).toEqual([
      'card/[pod with {{Key:role,Operator:Exists,Values:[],}}]: TCP 9100',
      'card/[pod with {{Key:role,Operator:In,Values:[a b],}}]: TCP 8443',
      'card/[pod with {{Key:role,Operator:NotIn,Values:[b c],}}]: TCP 9000',
    ]);
  });

  it('prints names of ports that only the missing peer could resolve', () => {
    const policy = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: out, namespace: card }
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress: [{ to: [{ podSelector: { matchLabels: { role: log } } }], ports: [{ port: syslog }, { port: 514 }] }]
`;
    const simulator = createSimulator(drawnCluster(PODS + policy), PROFILES.kubernetes);
    expect(simulator.exposure().map(row => `${row.direction} ${row.peer}: ${row.conns}`)).toEqual([
      'egress card/[pod with {role=log}]: TCP 514,syslog',
      'ingress entire-cluster: All Connections',
    ]);
  });

  it('stays open where a dialect cannot say whom its rule describes', () => {
    const policy = `---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: { name: vault, namespace: card }
spec: { ingress: [{ action: Allow, protocol: TCP, source: { selector: role == "debug" }, destination: { ports: [8443] } }] }
`;
    expect(rows(PODS + policy, 'calico')).toEqual(['entire-cluster: No Connections open TCP 8443']);
  });
});
