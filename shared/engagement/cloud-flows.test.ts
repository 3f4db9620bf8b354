// A cloud's flow log on the whole way: addresses become the pods that held them, and the cloud's word stays the cloud's.
import { describe, expect, it } from 'vitest';
import { nodeDigests } from '../../test/fixtures/digests.ts';
import { once } from '../archive/bytes.ts';
import { replay } from '../verdict/replay.ts';
import { createSimulator } from '../verdict/simulator.ts';
import { importCase } from './run-case.ts';

const pod = (name: string, ip: string): string => `apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: card, labels: { app: ${name} }, creationTimestamp: "2026-02-01T00:00:00Z" }
spec: { nodeName: n1, containers: [{ name: a, image: a }] }
status: { phase: Running, startTime: "2026-02-01T00:00:00Z", hostIP: 192.168.0.1, podIP: ${ip}, podIPs: [{ ip: ${ip} }] }
---
`;
const CLUSTER = `${pod('vault', '10.0.0.1')}${pod('web', '10.0.0.2')}apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: closed, namespace: card }
spec: { podSelector: { matchLabels: { app: vault } }, policyTypes: [Ingress] }
`;
const LOG = `version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status
2 111122223333 eni-0a1b2c3d 10.0.0.2 10.0.0.1 40112 443 6 1 60 1772352000 1772352060 ACCEPT OK
2 111122223333 eni-0a1b2c3d 203.0.113.9 10.0.0.2 40113 443 6 1 60 1772352000 1772352060 REJECT OK
`;

async function rows() {
  const sources = [
    ['cluster.yaml', CLUSTER],
    ['vpc.log', LOG],
  ].map(([path = '', content]) => {
    const bytes = new TextEncoder().encode(content);
    return { file: { path, size: bytes.length, open: () => once(bytes) }, role: 'any' as const };
  });
  const context = { digests: nodeDigests, secret: new Uint8Array(32) };
  const imported = await importCase(sources, 'kubernetes', context);
  const [cluster] = imported.clusters;
  return replay(createSimulator(cluster!.snapshot, cluster!.profile), cluster!.flows!);
}

describe('a cloud flow log beside an export', () => {
  it('names the pods behind addresses, and neither agrees with the policies nor contradicts them', async () => {
    const { rows: found, summary } = await rows();
    expect(found.map(({ src, dst, port, reported, cloud }) => [src, dst, port, reported, cloud])).toEqual([
      ['203.0.113.9', 'card/web[Pod]', 443, 'unknown', 'refused'],
      ['card/web[Pod]', 'card/vault[Pod]', 443, 'unknown', 'passed'],
    ]);
    expect(found.map(row => row.recomputed)).toEqual(['allow', 'deny']);
    expect(summary).toMatchObject({ agree: 0, contradict: 0, indeterminate: 2 });
  });
});
