// Who can be reached by whom as a matrix of bits over pods, the way published verifiers build it: every selector as a set of
// pods, ingress allow rules of namespaced policies only, no ports, no deciding rule. A peer of the benchmark.
import type { PlainCluster, PlainSet } from './drawn-facts.ts';
import { isMeant } from './naive-evaluator.ts';

/** The matrix: a row of bits (sources) per pod (destination), in the order of the cluster's pods. */
export function buildBitMatrix(cluster: PlainCluster): Uint32Array {
  const { pods } = cluster;
  const words = (pods.length + 31) >> 5;
  const matrix = new Uint32Array(pods.length * words);
  const known = new Map<string, Uint32Array>();
  const podsOf = (set: PlainSet): Uint32Array => {
    const key = JSON.stringify(set);
    const before = known.get(key);
    if (before !== undefined) return before;
    const bits = new Uint32Array(words);
    pods.forEach((pod, at) => {
      if (isMeant(set, pod)) bits[at >> 5]! |= 1 << (at & 31);
    });
    known.set(key, bits);
    return bits;
  };
  for (const policy of cluster.policies) {
    if (policy.tier !== 2) continue;
    const sources = new Uint32Array(words);
    for (const rule of policy.ingress) {
      if (rule.peers.length === 0) sources.fill(-1);
      for (const peer of rule.peers) {
        const bits = podsOf(peer);
        for (let word = 0; word < words; word++) sources[word]! |= bits[word]!;
      }
    }
    const subjects = podsOf(policy.target);
    for (let pod = 0; pod < pods.length; pod++) {
      if ((subjects[pod >> 5]! & (1 << (pod & 31))) === 0) continue;
      for (let word = 0, at = pod * words; word < words; word++, at++) matrix[at]! |= sources[word]!;
    }
  }
  return matrix;
}
