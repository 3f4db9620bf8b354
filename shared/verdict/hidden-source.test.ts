// Where source NAT hides the client (policy-semantics 2.7): verdicts that hang on addresses stay open unless the client and
// the nodes are treated alike.
import { describe, expect, it } from 'vitest';
import { calicoWorld, globalPolicy, outcomeOf } from '../../test/fixtures/calico-world.ts';
import { verdictOf } from '../../test/fixtures/corpus-cluster.ts';
import { drawnCluster } from '../../test/fixtures/drawing.ts';
import { PROFILES } from '../policy/profile.ts';
import { connectivity } from './connectivity.ts';
import { createSimulator } from './simulator.ts';
import type { Simulator } from './verdict.ts';

const NODES = 'node n1 192.168.0.1\nnode n2 192.168.0.2';
const cluster = (service: string, nodes = NODES): string =>
  `ns web\n${nodes}\npod web/front[app=front] 10.0.1.1 node=n1 ports=http:8080,9000\n${service}`;
const NODE_PORT = 'svc web/front app=front 80->http type=NodePort';
const from = (fields: string): string =>
  globalPolicy('p', `selector: app == "front", types: [Ingress], ingress: [{action: Allow, ${fields}}]`);
const CLIENTS = from('source: {nets: [203.0.113.0/24]}');
const world = (service: string, yaml: string, nodes?: string): Simulator =>
  calicoWorld(cluster(service, nodes), yaml);
const CLIENT = '203.0.113.9 -> web/front tcp 8080';
const STRANGER = '198.51.100.1 -> web/front tcp 8080';

describe('behind a NodePort or LoadBalancer that may replace the source', () => {
  it.each(['NodePort', 'LoadBalancer'])(
    'of type %s a rule about client addresses is open for its clients',
    type => {
      const simulator = world(`svc web/front app=front 80->http type=${type}`, CLIENTS);
      expect(outcomeOf(simulator, CLIENT)).toBe('indeterminate');
      expect(outcomeOf(simulator, STRANGER)).toBe('deny');
    },
  );

  it('a rule that allows addresses of nodes may let any client in', () => {
    const simulator = world(NODE_PORT, from('source: {nets: [192.168.0.0/16]}'));
    expect(outcomeOf(simulator, STRANGER)).toBe('indeterminate');
  });

  it('rules for any source, or for clients and nodes alike, are settled', () => {
    expect(outcomeOf(world(NODE_PORT, from('protocol: TCP')), CLIENT)).toBe('allow');
    const both = from('source: {nets: [203.0.113.0/24, 192.168.0.0/16]}');
    expect(outcomeOf(world(NODE_PORT, both), CLIENT)).toBe('allow');
    expect(outcomeOf(world(NODE_PORT, from('source: {nets: [192.0.2.0/24]}')), CLIENT)).toBe('deny');
  });

  it('only ports that the Service leads to are concerned', () => {
    const simulator = world(NODE_PORT, CLIENTS);
    expect(outcomeOf(simulator, '203.0.113.9 -> web/front tcp 9000')).toBe('allow');
  });

  it('with externalTrafficPolicy Local, or of type ClusterIP, the client is seen', () => {
    expect(outcomeOf(world('svc web/front app=front 80->http', CLIENTS), CLIENT)).toBe('allow');
    const local = `
apiVersion: v1
kind: Service
metadata: {name: front, namespace: web}
spec: {type: NodePort, externalTrafficPolicy: Local, selector: {app: front}, ports: [{port: 80, targetPort: http}]}
`;
    expect(outcomeOf(world('', `${local}${CLIENTS}`), CLIENT)).toBe('allow');
  });

  it("where the only node is the pod's own the client is seen", () => {
    expect(outcomeOf(world(NODE_PORT, CLIENTS, 'node n1 192.168.0.1'), CLIENT)).toBe('allow');
  });

  it('where no node was exported, some node with a private address may stand between', () => {
    expect(outcomeOf(world(NODE_PORT, CLIENTS, ''), CLIENT)).toBe('indeterminate');
    expect(outcomeOf(world(NODE_PORT, from('source: {nets: [10.0.0.0/8]}'), ''), STRANGER)).toBe(
      'indeterminate',
    );
  });

  it('the Service is named with its line, and the usual assumption is not made', () => {
    const verdict = verdictOf(world(NODE_PORT, CLIENTS), CLIENT);
    expect(verdict.ingress.steps.at(-1)).toMatchObject({
      stage: 'way in',
      policy: 'Service web/front',
      action: 'indeterminate',
      source: { file: 'drawn.txt', line: 5 },
    });
    const usual = 'the source address reaches the pod unchanged (no source NAT on the way)';
    expect(verdict.assumptions).not.toContain(usual);
    expect(verdictOf(world('', CLIENTS), CLIENT).assumptions).toContain(usual);
  });

  it('a flow log has the source as the pod saw it: its question is settled', () => {
    const simulator = world(NODE_PORT, CLIENTS);
    const [src] = simulator.resolve('203.0.113.9');
    const [dst] = simulator.resolve('web/front');
    const query = { src: src!, dst: dst!, protocol: 'TCP', port: 8080 } as const;
    expect(simulator.outcome({ ...query, asSeen: true }).outcome).toBe('allow');
    expect(simulator.evaluate({ ...query, asSeen: true }).outcome).toBe('allow');
    expect(simulator.outcome(query).outcome).toBe('indeterminate');
  });

  it('the map of connections says the same, for Kubernetes policies too, but not for the peer that knows no nodes', () => {
    const text = `
      ns web
      node n1 192.168.0.1
      node n2 192.168.0.2
      pod web/front[app=front] 10.0.1.1 node=n1 ports=http:8080
      svc web/front app=front 80->http type=NodePort
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: p, namespace: web}
      spec: {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 203.0.113.0/24}}], ports: [{port: 8080}]}]}
    `;
    const rows = (profile: 'kubernetes' | 'np-guard'): readonly unknown[] =>
      connectivity(createSimulator(drawnCluster(text), { ...PROFILES[profile], enforces: 'yes' }))
        .filter(row => row.src.startsWith('203.0.113.0') && row.dst.includes('front'))
        .map(row => [row.conns, row.indeterminate]);
    expect(rows('kubernetes')).toEqual([['No Connections', 'TCP 8080']]);
    expect(rows('np-guard')).toEqual([['TCP 8080', undefined]]);
  });
});
