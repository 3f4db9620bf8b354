// The mesh, each test a sentence of policy-semantics section 5. One cluster: card/vault and web/front have a proxy and
// accounts of their own, web/legacy has none; no network policy is drawn unless a test says so.
import { describe, expect, it } from 'vitest';
import { drawnCluster } from '../../../test/fixtures/drawing.ts';
import { createSimulator } from '../../verdict/simulator.ts';
import type { Simulator } from '../../verdict/verdict.ts';
import type { EngineProfile } from '../compiled.ts';
import { PROFILES } from '../profile.ts';

const KUBERNETES: EngineProfile = { ...PROFILES.kubernetes, enforces: 'yes' };
const CLUSTER = `
  ns card {team=pay}
  ns web
  ns istio-system
  ns ambient {istio.io/dataplane-mode=ambient}
  pod card/vault[app=vault] 10.0.1.5 sa=vault proxy
  pod card/db[app=db] 10.0.1.6
  pod web/front[app=front] 10.0.2.1 sa=front proxy
  pod web/legacy[app=legacy] 10.0.2.2 sa=legacy
  pod ambient/tool[app=tool] 10.0.3.1 sa=tool
`;

interface Written {
  readonly kind?: 'AuthorizationPolicy' | 'PeerAuthentication';
  readonly namespace?: string;
  readonly name?: string;
  readonly annotations?: string;
  readonly spec: string;
}

function simulate(policies: readonly Written[], profile = KUBERNETES, more = ''): Simulator {
  const documents = policies.map(
    ({ kind = 'AuthorizationPolicy', namespace = 'card', name = 'guard', annotations = '{}', spec }) => `
  ---
  apiVersion: security.istio.io/v1
  kind: ${kind}
  metadata: { name: ${name}, namespace: ${namespace}, annotations: ${annotations} }
  spec: ${spec}
`,
  );
  return createSimulator(drawnCluster(CLUSTER + documents.join('') + more), profile);
}

function from(
  simulator: Simulator,
  src: string,
  dst = 'card/vault',
  port = 8443,
  protocol: 'TCP' | 'UDP' = 'TCP',
): string {
  const query = { src: simulator.resolve(src)[0]!, dst: simulator.resolve(dst)[0]!, protocol, port };
  const { outcome } = simulator.outcome(query);
  expect(simulator.evaluate(query).outcome).toBe(outcome);
  return outcome;
}

const front = "{ from: [{ source: { principals: ['cluster.local/ns/web/sa/front'] } }] }";

describe('an AuthorizationPolicy', () => {
  it('that allows lets in what it matches and refuses the rest of its workload', () => {
    const simulator = simulate([{ spec: `{ rules: [${front}] }` }]);
    expect(['web/front', 'ambient/tool', 'web/legacy'].map(src => from(simulator, src))).toEqual([
      'allow',
      'deny',
      'deny',
    ]);
  });

  it('with an empty spec denies everything in its scope; without policies everything is allowed', () => {
    expect(from(simulate([{ spec: '{}' }]), 'web/front')).toBe('deny');
    expect(from(simulate([{ namespace: 'web', spec: '{}' }]), 'web/front')).toBe('allow');
  });

  it('with one empty rule matches everything', () => {
    expect(from(simulate([{ spec: '{ rules: [{}] }' }]), 'web/legacy')).toBe('allow');
    expect(from(simulate([{ spec: '{ action: DENY, rules: [{}] }' }]), 'web/front')).toBe('deny');
  });

  it('that denies beats every allow; without rules it never matches', () => {
    const allow = { name: 'allow', spec: '{ rules: [{}] }' };
    expect(from(simulate([allow, { spec: `{ action: DENY, rules: [${front}] }` }]), 'web/front')).toBe(
      'deny',
    );
    expect(from(simulate([allow, { spec: '{ action: DENY }' }]), 'web/front')).toBe('allow');
  });

  it('with CUSTOM leaves to an outside authoriser what it matches', () => {
    const simulator = simulate([{ spec: `{ action: CUSTOM, provider: { name: opa }, rules: [${front}] }` }]);
    expect([from(simulator, 'web/front'), from(simulator, 'ambient/tool')]).toEqual([
      'indeterminate',
      'allow',
    ]);
  });

  it('with AUDIT, or annotated as a dry run, has no effect', () => {
    expect(from(simulate([{ spec: '{ action: AUDIT, rules: [{}] }' }]), 'web/front')).toBe('allow');
    const dry = { annotations: "{ istio.io/dry-run: 'true' }", spec: '{ action: DENY, rules: [{}] }' };
    expect(from(simulate([dry]), 'web/front')).toBe('allow');
  });

  it('of the root namespace holds everywhere, others in their own namespace, by their labels', () => {
    const root = simulate([{ namespace: 'istio-system', spec: '{}' }]);
    expect([from(root, 'web/front'), from(root, 'web/legacy', 'web/front')]).toEqual(['deny', 'deny']);
    const labelled = simulate([{ spec: '{ selector: { matchLabels: { app: other } } }' }]);
    expect(from(labelled, 'web/front')).toBe('allow');
  });

  it('does not govern a workload without a proxy', () => {
    expect(from(simulate([{ spec: '{}' }]), 'web/front', 'card/db')).toBe('allow');
  });

  it('governs TCP alone', () => {
    expect(from(simulate([{ spec: '{}' }]), 'web/front', 'card/vault', 53, 'UDP')).toBe('allow');
  });

  it('knows a source by identity only over mutual TLS: a pod without a proxy has none', () => {
    const by = (source: string): Simulator =>
      simulate([{ spec: `{ rules: [{ from: [{ source: ${source} }] }] }` }]);
    expect([
      from(by('{ namespaces: [web] }'), 'web/front'),
      from(by('{ namespaces: [web] }'), 'web/legacy'),
    ]).toEqual(['allow', 'deny']);
    expect([
      from(by('{ notNamespaces: [web] }'), 'web/front'),
      from(by('{ notNamespaces: [web] }'), 'web/legacy'),
    ]).toEqual(['deny', 'allow']);
  });

  it('compares texts exactly, by prefix, by suffix, or by presence', () => {
    const by = (text: string): string =>
      from(
        simulate([{ spec: `{ rules: [{ from: [{ source: { principals: ['${text}'] } }] }] }` }]),
        'web/front',
      );
    expect(['cluster.local/ns/web/*', '*/sa/front', '*', 'cluster.local/ns/card/*'].map(by)).toEqual([
      'allow',
      'allow',
      'allow',
      'deny',
    ]);
    expect(by('other.domain/ns/web/sa/front')).toBe('indeterminate');
  });

  it('matches the address of the packet, and the port of the workload', () => {
    const blocks = simulate([{ spec: "{ rules: [{ from: [{ source: { ipBlocks: ['10.0.2.0/24'] } }] }] }" }]);
    expect([from(blocks, 'web/legacy'), from(blocks, 'ambient/tool')]).toEqual(['allow', 'deny']);
    const ports = simulate([{ spec: "{ rules: [{ to: [{ operation: { ports: ['8443'] } }] }] }" }]);
    expect([from(ports, 'web/front'), from(ports, 'web/front', 'card/vault', 80)]).toEqual(['allow', 'deny']);
  });

  it('ANDs sources, operations and conditions, and ORs their lists', () => {
    const rule =
      "{ rules: [{ from: [{ source: { namespaces: [none] } }, { source: { namespaces: [web] } }], to: [{ operation: { ports: ['80'] } }], when: [{ key: source.namespace, notValues: [card] }] }] }";
    const simulator = simulate([{ spec: rule }]);
    expect([80, 81].map(port => from(simulator, 'web/front', 'card/vault', port))).toEqual(['allow', 'deny']);
  });

  it('that asks about the request leaves the connection open', () => {
    const http = "{ to: [{ operation: { methods: [GET], paths: ['/pay*'] } }] }";
    expect(from(simulate([{ spec: `{ rules: [${http}] }` }]), 'web/front')).toBe('indeterminate');
    expect(from(simulate([{ spec: `{ action: DENY, rules: [${http}] }` }]), 'web/front')).toBe(
      'indeterminate',
    );
  });

  it('on a port that is declared as plain TCP never allows by what a request holds, and denies by it whatever comes', () => {
    const service = (declared: string): string => `
  ---
  apiVersion: v1
  kind: Service
  metadata: { name: vault, namespace: card }
  spec: { selector: { app: vault }, ports: [{ name: ${declared}, port: 443, targetPort: 8443 }] }
`;
    const asking = (action: string): Written => ({
      spec: `{ action: ${action}, rules: [{ to: [{ operation: { methods: [GET], ports: ['8443'] } }] }] }`,
    });
    const ask = (action: string, declared: string, port = 8443): string =>
      from(simulate([asking(action)], KUBERNETES, service(declared)), 'web/front', 'card/vault', port);
    expect(ask('ALLOW', 'tcp-vault')).toBe('deny');
    expect(ask('DENY', 'tcp-vault')).toBe('deny');
    expect(ask('DENY', 'tcp-vault', 9000)).toBe('allow');
    expect(ask('ALLOW', 'http-vault')).toBe('indeterminate');
    expect(ask('DENY', 'http-vault')).toBe('indeterminate');
  });

  it('for a gateway is not for other pods, and for a service leaves the way open', () => {
    const target = (kind: string): Written => ({ spec: `{ targetRefs: [{ kind: ${kind}, name: entry }] }` });
    expect(from(simulate([target('Gateway')]), 'web/front')).toBe('allow');
    expect(from(simulate([target('Service')]), 'web/front')).toBe('indeterminate');
  });

  it('that cannot be read is refused by name, and what it could touch is never allowed', () => {
    const simulator = simulate([{ spec: '{ action: MAYBE }' }]);
    expect(simulator.policies.refused.map(item => item.reason)).toEqual([
      expect.stringContaining('spec.action "MAYBE"'),
    ]);
    expect(from(simulator, 'web/front')).toBe('indeterminate');
  });
});

describe('a PeerAuthentication', () => {
  const strict = (namespace: string, spec: string, name = 'default'): Written => ({
    kind: 'PeerAuthentication',
    namespace,
    name,
    spec,
  });

  it('with STRICT refuses sources without a proxy; PERMISSIVE, which is the default, does not', () => {
    const simulator = simulate([strict('card', '{ mtls: { mode: STRICT } }')]);
    expect(
      ['web/front', 'ambient/tool', 'web/legacy', '198.51.100.7'].map(src => from(simulator, src)),
    ).toEqual(['allow', 'allow', 'deny', 'deny']);
    expect(from(simulate([strict('card', '{ mtls: { mode: PERMISSIVE } }')]), 'web/legacy')).toBe('allow');
  });

  it('of a workload beats that of its namespace, which beats that of the root', () => {
    const root = strict('istio-system', '{ mtls: { mode: STRICT } }');
    expect(from(simulate([root]), 'web/legacy')).toBe('deny');
    expect(from(simulate([root, strict('card', '{ mtls: { mode: PERMISSIVE } }')]), 'web/legacy')).toBe(
      'allow',
    );
    const own = strict(
      'card',
      '{ selector: { matchLabels: { app: vault } }, mtls: { mode: STRICT } }',
      'own',
    );
    expect(from(simulate([own, strict('card', '{ mtls: { mode: PERMISSIVE } }')]), 'web/legacy')).toBe(
      'deny',
    );
  });

  it('with UNSET inherits, and single ports override the rest', () => {
    const root = strict('istio-system', '{ mtls: { mode: STRICT } }');
    expect(from(simulate([root, strict('card', '{ mtls: { mode: UNSET } }')]), 'web/legacy')).toBe('deny');
    const own = strict(
      'card',
      "{ selector: { matchLabels: { app: vault } }, portLevelMtls: { '9000': { mode: PERMISSIVE } } }",
      'own',
    );
    const simulator = simulate([root, own]);
    expect([9000, 8443].map(port => from(simulator, 'web/legacy', 'card/vault', port))).toEqual([
      'allow',
      'deny',
    ]);
  });

  it('with DISABLE anywhere puts identities in doubt', () => {
    const plain = strict('card', '{ mtls: { mode: DISABLE } }');
    expect(from(simulate([plain, { spec: `{ rules: [${front}] }` }]), 'web/front')).toBe('indeterminate');
  });
});

describe('mesh and network plugin', () => {
  const closed = `
  ---
  apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: { name: closed, namespace: card }
  spec: { podSelector: {} }
`;

  it('must both let a connection through', () => {
    const open = { spec: '{ rules: [{}] }' };
    expect(from(simulate([open], KUBERNETES, closed), 'web/front')).toBe('deny');
    expect(from(simulate([{ spec: '{}' }], KUBERNETES), 'web/front')).toBe('deny');
  });

  it('are apart: a plugin that enforces nothing does not switch the mesh off', () => {
    const none: EngineProfile = { ...KUBERNETES, enforces: 'no' };
    expect(from(simulate([{ spec: `{ rules: [${front}] }` }], none, closed), 'web/front')).toBe('allow');
    expect(from(simulate([{ spec: '{}' }], none, closed), 'web/front')).toBe('deny');
  });
});
