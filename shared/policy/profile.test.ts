// Which engine enforces the policies is told from what runs in the cluster, never guessed (policy-semantics section 7).
import { describe, expect, it } from 'vitest';
import { drawnCluster } from '../../test/fixtures/drawing.ts';
import { detectProfile, type ProfileChoice } from './profile.ts';

function detect(text: string, choice: ProfileChoice = 'auto'): string {
  const profile = detectProfile(drawnCluster(text), choice);
  return `${profile.name} ${profile.enforces}`;
}

describe('the profile of a cluster', () => {
  it.each([
    ['daemonset kube-system/calico-node[k8s-app=calico-node]', 'calico yes'],
    ['pod calico-system/calico-node-x 10.0.0.1 owner=DaemonSet/calico-node', 'calico yes'],
    ['daemonset kube-system/cilium[k8s-app=cilium]', 'cilium yes'],
    ['daemonset openshift-ovn-kubernetes/ovnkube-node', 'kubernetes yes'],
    ['daemonset kube-flannel/kube-flannel-ds', 'kubernetes no'],
    ['daemonset kube-system/aws-node', 'kubernetes unknown'],
    ['pod default/x 10.0.0.1', 'kubernetes unknown'],
    ['daemonset default/calico-node', 'kubernetes unknown'],
  ])('with "%s" is %s', (text, expected) => {
    expect(detect(text)).toBe(expected);
  });

  it('of which only Calico policies are seen is Calico, but whether they are enforced is open', () => {
    const text = `
      ---
      {apiVersion: projectcalico.org/v3, kind: GlobalNetworkPolicy, metadata: {name: default.x}, spec: {}}
    `;
    expect(detect(text)).toBe('calico unknown');
  });

  it('given by the assessor says so, and keeps what was found beside it', () => {
    const snapshot = drawnCluster('daemonset kube-flannel/kube-flannel-ds');
    const profile = detectProfile(snapshot, 'calico');
    expect(profile.evidence.map(item => item.text)).toEqual([
      'profile calico: given by the assessor',
      'DaemonSet kube-flannel/kube-flannel-ds runs flannel',
    ]);
    expect(profile.evidence[1]?.source).toEqual({ file: 'drawn.txt', line: 1 });
  });

  it.each([
    ['calico/node:v3.31.2', 'key'],
    ['quay.io/calico/node:v3.32.0', 'name'],
  ])('sorts equal orders as %s does', (image, expected) => {
    const snapshot = drawnCluster(`daemonset kube-system/calico-node image=${image}`);
    expect(detectProfile(snapshot, 'auto').calicoTieBreak).toBe(expected);
  });
});
