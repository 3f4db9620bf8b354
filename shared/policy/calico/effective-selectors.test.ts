// What selectors mean once namespaces and service accounts are merged into them: calico.md 3.4 and 3.6.
import { describe, expect, it } from 'vitest';
import {
  calicoObject,
  calicoWorld,
  globalPolicy,
  namespacedPolicy,
  outcomeOf,
} from '../../../test/fixtures/calico-world.ts';
import type { Simulator } from '../../verdict/verdict.ts';

const CLUSTER = `
ns web {team=shop}
ns card {team=pay}
sa card/default
sa card/vault {PCI=true}
sa web/default
node n1 192.168.0.1
pod web/front[app=front] 10.0.1.1
pod card/api[app=api,pcns.team=own] 10.0.2.1
pod card/vault[app=vault] 10.0.2.2 sa=vault
`;
const SETS =
  calicoObject('GlobalNetworkSet', 'name: g, labels: {kind: set}', 'nets: [203.0.113.0/28]') +
  calicoObject('NetworkSet', 'name: n, namespace: card, labels: {kind: set}', 'nets: [203.0.113.16/28]') +
  calicoObject(
    'HostEndpoint',
    'name: h, labels: {kind: host}',
    'node: gone, interfaceName: "*", expectedIPs: [203.0.113.32]',
  );
const SOURCES = {
  front: 'web/front',
  api: 'card/api',
  globalSet: '203.0.113.1',
  set: '203.0.113.17',
  host: '203.0.113.32',
  stranger: '198.51.100.1',
};
const world = (yaml: string): Simulator => calicoWorld(CLUSTER, SETS + yaml);
/** Whom a rule with this source lets in to card/vault. */
const lets = (policy: (rule: string) => string, source: string): readonly string[] => {
  const simulator = world(policy(`types: [Ingress], ingress: [{action: Allow, source: {${source}}}]`));
  return Object.entries(SOURCES)
    .filter(([, from]) => outcomeOf(simulator, `${from} -> card/vault tcp 80`) === 'allow')
    .map(([name]) => name);
};
const global = (source: string): readonly string[] =>
  lets(rule => globalPolicy('p', `selector: app == "vault", ${rule}`), source);
const local = (source: string): readonly string[] =>
  lets(rule => namespacedPolicy('card/p', `selector: app == "vault", ${rule}`), source);
const EVERYONE = Object.keys(SOURCES);

describe('the peers of a global policy', () => {
  it('without namespaceSelector are all endpoints and all network sets', () => {
    expect(global('selector: all()')).toEqual(['front', 'api', 'globalSet', 'set', 'host']);
    expect(global('')).toEqual(EVERYONE);
  });

  it('with namespaceSelector all() have a namespace, with global() have none', () => {
    expect(global('namespaceSelector: all()')).toEqual(['front', 'api', 'set']);
    expect(global('namespaceSelector: global()')).toEqual(['globalSet', 'host']);
    expect(global('namespaceSelector: global(), selector: kind == "set"')).toEqual(['globalSet']);
  });

  it('with a negative namespaceSelector include what has no namespace', () => {
    expect(global('namespaceSelector: projectcalico.org/name != "web"')).toEqual([
      'api',
      'globalSet',
      'set',
      'host',
    ]);
    expect(global('namespaceSelector: "!has(team)"')).toEqual(['globalSet', 'host']);
  });

  it('with a negative service account selector include all that lack the label', () => {
    expect(global('serviceAccounts: {selector: PCI != "true"}')).toEqual([
      'front',
      'api',
      'globalSet',
      'set',
      'host',
    ]);
    expect(global('serviceAccounts: {names: [default]}')).toEqual(['front', 'api']);
    expect(global('serviceAccounts: {names: [default], selector: has(PCI)}')).toEqual([]);
  });

  it('by notSelector alone are any addresses but those of whom it picks', () => {
    expect(global('notSelector: kind == "set"')).toEqual(['front', 'api', 'host', 'stranger']);
  });
});

describe('the peers of a namespaced policy', () => {
  it('stay in its namespace as soon as a selector, accounts or notSelector is written', () => {
    expect(local('selector: all()')).toEqual(['api', 'set']);
    expect(local('serviceAccounts: {names: [default]}')).toEqual(['api']);
    expect(local('notSelector: kind == "set"')).toEqual(['api']);
  });

  it('are any address when none of them is written', () => {
    expect(local('')).toEqual(EVERYONE);
    expect(local('nets: [198.51.100.0/24]')).toEqual(['stranger']);
  });

  it('are of the namespaces that namespaceSelector picks, instead of its own', () => {
    expect(local('namespaceSelector: projectcalico.org/name == "web"')).toEqual(['front']);
    expect(local('namespaceSelector: all()')).toEqual(['front', 'api', 'set']);
    expect(local('namespaceSelector: global()')).toEqual(['globalSet', 'host']);
  });
});

describe('the labels of an endpoint', () => {
  it('are its own before inherited ones, and those that name its place', () => {
    expect(global('selector: pcns.team == "own"')).toEqual(['api']);
    expect(global('namespaceSelector: team == "pay"')).toEqual(['set']);
    expect(global('selector: projectcalico.org/orchestrator == "k8s"')).toEqual(['front', 'api']);
    expect(global('selector: projectcalico.org/namespace == "web"')).toEqual(['front']);
    expect(global('selector: projectcalico.org/serviceaccount == "default"')).toEqual(['front', 'api']);
    expect(global('selector: pcns.projectcalico.org/name == "web"')).toEqual(['front']);
    expect(global('selector: pcsa.projectcalico.org/name == "default"')).toEqual(['front', 'api']);
  });

  it('of a NetworkSet are its own and those of its namespace; of global sets and host endpoints their own only', () => {
    expect(global('selector: kind == "set", namespaceSelector: has(team)')).toEqual(['set']);
    expect(global('selector: kind == "set" && projectcalico.org/namespace == "card"')).toEqual(['set']);
    expect(global('selector: kind == "host"')).toEqual(['host']);
    expect(global('selector: kind == "host", namespaceSelector: all()')).toEqual([]);
  });
});

describe('the selector of a policy', () => {
  const selected = (policy: string): readonly string[] => {
    const simulator = world(policy);
    return ['web/front', 'card/api', 'card/vault'].filter(
      pod => outcomeOf(simulator, `198.51.100.1 -> ${pod} tcp 80`) === 'deny',
    );
  };

  it('that is missing or empty means all()', () => {
    expect(selected(globalPolicy('p', 'types: [Ingress]'))).toEqual(['web/front', 'card/api', 'card/vault']);
    expect(selected(globalPolicy('p', 'selector: "", types: [Ingress]'))).toHaveLength(3);
    expect(selected(namespacedPolicy('card/p', 'types: [Ingress]'))).toEqual(['card/api', 'card/vault']);
  });

  it('joins pod, namespace and service account', () => {
    expect(selected(globalPolicy('p', 'selector: has(app), namespaceSelector: team == "shop"'))).toEqual([
      'web/front',
    ]);
    expect(selected(globalPolicy('p', 'serviceAccountSelector: PCI == "true"'))).toEqual(['card/vault']);
    expect(selected(namespacedPolicy('card/p', 'serviceAccountSelector: PCI != "true"'))).toEqual([
      'card/api',
    ]);
  });

  it('is not narrowed by performance hints, nor by the group under which it was exported', () => {
    const plain = globalPolicy(
      'p',
      'selector: app == "api", types: [Ingress], performanceHints: [AssumeNeededOnEveryNode]',
    );
    expect(selected(plain)).toEqual(['card/api']);
    expect(selected(plain.replace('projectcalico.org/v3', 'crd.projectcalico.org/v1'))).toEqual(['card/api']);
  });

  it("of one name with and without the tier's prefix is one policy; two texts under it stay open", () => {
    const twice =
      globalPolicy('default.p', 'selector: app == "api", types: [Ingress]') +
      globalPolicy('p', 'selector: app == "api", types: [Ingress]');
    const written = world(twice).policies.ingress.flatMap(stage => stage.policies);
    expect(written.filter(policy => policy.implied !== true)).toHaveLength(1);
    const differs =
      globalPolicy('default.p', 'selector: app == "api", types: [Ingress]') +
      globalPolicy('p', 'selector: app == "vault", types: [Ingress]');
    const simulator = world(differs);
    expect(outcomeOf(simulator, '198.51.100.1 -> card/api tcp 80')).toBe('indeterminate');
    expect(outcomeOf(simulator, '198.51.100.1 -> card/vault tcp 80')).toBe('indeterminate');
    expect(outcomeOf(simulator, '198.51.100.1 -> web/front tcp 80')).toBe('allow');
  });

  it('that holds global(), or is no selector, is refused with its place', () => {
    for (const bad of ['selector: global()', 'selector: app = 1', 'namespaceSelector: global()']) {
      const [open] = world(globalPolicy('p', `${bad}, types: [Ingress]`)).policies.unsupported;
      expect(open?.source.file).toBe('drawn.txt');
      expect(open?.reason).toMatch(/^\/spec/);
      expect(
        outcomeOf(world(globalPolicy('p', `${bad}, types: [Ingress]`)), '198.51.100.1 -> card/api tcp 80'),
      ).toBe('indeterminate');
    }
  });
});
