// Kubernetes NetworkPolicies as Calico takes them: calico.md 3.9, through the simulator under Calico's profile.
import { describe, expect, it } from 'vitest';
import { calicoWorld, decisiveStep, globalPolicy, outcomeOf } from '../../../test/fixtures/calico-world.ts';
import type { Simulator } from '../../verdict/verdict.ts';

const CLUSTER = `
ns web {team=shop}
ns card
pod web/front[app=front] 10.0.1.1
pod card/api[app=api] 10.0.2.1 ports=http:8080
pod card/vault[app=vault] 10.0.2.2
`;
const policy = (spec: string, name = 'k'): string =>
  `\n---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}, namespace: card}\nspec: {${spec}}\n`;
const api = (rules: string): string => policy(`podSelector: {matchLabels: {app: api}}, ingress: [${rules}]`);
const world = (yaml: string): Simulator => calicoWorld(CLUSTER, yaml);
const ask = (yaml: string, question: string): string => outcomeOf(world(yaml), question);

describe('a NetworkPolicy under Calico', () => {
  it('stands in the tier default at order 1000', () => {
    const [stage] = world(api('')).policies.ingress;
    expect(stage?.id).toBe('tier default');
    expect(stage?.policies[0]).toMatchObject({ tier: 'default', order: 1000 });
  });

  it('selects pods of its namespace and no host endpoint, and ends in deny for them', () => {
    expect(ask(api(''), 'web/front -> card/api tcp 80')).toBe('deny');
    expect(ask(api(''), 'web/front -> card/vault tcp 80')).toBe('allow');
    expect(ask(policy('podSelector: {}'), 'card/api -> web/front tcp 80')).toBe('allow');
  });

  it('has the types that it gives, Ingress and what its rules imply when it gives none', () => {
    expect(ask(policy('podSelector: {}'), 'web/front -> card/api tcp 80')).toBe('deny');
    expect(ask(policy('podSelector: {}, egress: [{}]'), 'web/front -> card/api tcp 80')).toBe('deny');
    expect(ask(policy('podSelector: {}, policyTypes: [Egress]'), 'web/front -> card/api tcp 80')).toBe(
      'allow',
    );
    expect(ask(policy('podSelector: {}, policyTypes: [Egress]'), 'card/api -> web/front tcp 80')).toBe(
      'deny',
    );
  });

  it('expands items to protocols times peers; ranges and numbers of one protocol are joined', () => {
    const rule = api(
      '{from: [{podSelector: {matchLabels: {app: vault}}}, {namespaceSelector: {matchLabels: {team: shop}}}], ports: [{port: 80}, {port: 8000, endPort: 8090}, {protocol: UDP, port: 53}]}',
    );
    for (const source of ['card/vault', 'web/front'])
      for (const [port, outcome] of [
        ['tcp 80', 'allow'],
        ['tcp 8085', 'allow'],
        ['udp 53', 'allow'],
        ['tcp 53', 'deny'],
        ['udp 80', 'deny'],
      ])
        expect(ask(rule, `${source} -> card/api ${port}`)).toBe(outcome);
    expect(ask(rule, '203.0.113.9 -> card/api tcp 80')).toBe('deny');
  });

  it('without ports speaks of every protocol; a port without protocol is TCP, a protocol without port is all of it', () => {
    expect(ask(api('{}'), 'web/front -> card/api icmp 0')).toBe('allow');
    expect(ask(api('{ports: [{port: 80}]}'), 'web/front -> card/api udp 80')).toBe('deny');
    expect(ask(api('{ports: [{protocol: UDP}]}'), 'web/front -> card/api udp 9')).toBe('allow');
    expect(ask(api('{ports: [{protocol: UDP}]}'), 'web/front -> card/api tcp 9')).toBe('deny');
    expect(ask(api('{ports: [{port: http}]}'), 'web/front -> card/api tcp 8080')).toBe('allow');
  });

  it('with empty from or to speaks of any address', () => {
    expect(ask(api('{from: []}'), '203.0.113.9 -> card/api tcp 80')).toBe('allow');
    expect(
      ask(
        policy('podSelector: {}, policyTypes: [Egress], egress: [{to: []}]'),
        'card/api -> 203.0.113.9 tcp 80',
      ),
    ).toBe('allow');
  });

  it('keeps a podSelector alone in its namespace, and takes namespaceSelector {} for all pods and no address', () => {
    expect(ask(api('{from: [{podSelector: {}}]}'), 'card/vault -> card/api tcp 80')).toBe('allow');
    expect(ask(api('{from: [{podSelector: {}}]}'), 'web/front -> card/api tcp 80')).toBe('deny');
    expect(ask(api('{from: [{namespaceSelector: {}}]}'), 'web/front -> card/api tcp 80')).toBe('allow');
    expect(ask(api('{from: [{namespaceSelector: {}}]}'), '203.0.113.9 -> card/api tcp 80')).toBe('deny');
  });

  it('takes ipBlock for networks: pods inside it are meant too, those of except are not', () => {
    const rule = api('{from: [{ipBlock: {cidr: 10.0.0.0/16, except: [10.0.2.0/24]}}]}');
    expect(ask(rule, 'web/front -> card/api tcp 80')).toBe('allow');
    expect(ask(rule, 'card/vault -> card/api tcp 80')).toBe('deny');
    expect(ask(rule, '10.0.9.9 -> card/api tcp 80')).toBe('allow');
  });

  it('that is not valid leaves open what it could touch, with its place', () => {
    const bad = api('{ports: [{port: 90, endPort: 80}]}');
    const simulator = world(bad);
    expect(outcomeOf(simulator, 'web/front -> card/api tcp 80')).toBe('indeterminate');
    expect(outcomeOf(simulator, 'web/front -> card/vault tcp 80')).toBe('allow');
    const [named] = [...simulator.policies.refused, ...simulator.policies.unsupported];
    expect(named).toMatchObject({ id: 'NetworkPolicy card/k', source: { file: 'drawn.txt' } });
  });

  it('says which item of the YAML decided, by index and line', () => {
    const rule = api('{ports: [{port: 1}]}, {ports: [{port: 80}, {protocol: UDP, port: 80}]}');
    const step = decisiveStep(world(rule), 'web/front -> card/api udp 80');
    expect(step).toMatchObject({ policy: 'NetworkPolicy card/k', rule: 1, source: { file: 'drawn.txt' } });
  });

  it('is one of many in its tier: all of one order, and a Calico policy beside them by its own', () => {
    const deny = globalPolicy('d', 'order: 1500, types: [Ingress], ingress: [{action: Deny}]');
    const yaml =
      api('{ports: [{port: 80}]}') + policy('podSelector: {}, ingress: [{ports: [{port: 81}]}]', 'l') + deny;
    expect(ask(yaml, 'web/front -> card/api tcp 80')).toBe('allow');
    expect(ask(yaml, 'web/front -> card/api tcp 81')).toBe('allow');
    expect(ask(yaml, 'web/front -> card/api tcp 82')).toBe('deny');
  });
});
