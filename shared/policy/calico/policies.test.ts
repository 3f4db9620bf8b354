// What policies select, in which directions, in what order: calico.md 3.2 and 3.4.
import { describe, expect, it } from 'vitest';
import { ask, inNamespace, policy, world } from '../../../test/fixtures/calico-stages.ts';
import { CALICO, endpointOf } from '../../../test/fixtures/drawn-cluster.ts';
import { calicoStages } from './compile.ts';

describe('policies in a tier', () => {
  const named = (yaml: string, tie: 'key' | 'name'): readonly string[] =>
    calicoStages(world(yaml), { ...CALICO, calicoTieBreak: tie }, []).ingress[0]?.policies.map(
      one => one.id,
    ) ?? [];

  it('come by order, negative first and unset last', () => {
    const yaml = ['a', 'b, order: 5', 'c, order: -5'].map(text => {
      const [name = '', order = ''] = text.split(',');
      return policy(name, `${order && `${order}, `}types: [Ingress]`);
    });
    expect(named(yaml.join(''), 'key').map(id => id.slice(-1))).toEqual(['c', 'b', 'a']);
  });

  it('tie by internal key before 3.32 and by name since', () => {
    const yaml =
      inNamespace('web', 'z', 'types: [Ingress]') +
      policy('default.a', 'types: [Ingress]') +
      inNamespace('card', 'b', 'types: [Ingress]');
    expect(named(yaml, 'key')).toEqual([
      'NetworkPolicy.projectcalico.org card/b',
      'GlobalNetworkPolicy default.a',
      'NetworkPolicy.projectcalico.org web/z',
    ]);
    expect(named(yaml, 'name')).toEqual([
      'NetworkPolicy.projectcalico.org card/b',
      'GlobalNetworkPolicy default.a',
      'NetworkPolicy.projectcalico.org web/z',
    ]);
    const swapped =
      inNamespace('web', 'a', 'types: [Ingress]') + inNamespace('card', 'b', 'types: [Ingress]');
    expect(named(swapped, 'key')).toEqual([
      'NetworkPolicy.projectcalico.org card/b',
      'NetworkPolicy.projectcalico.org web/a',
    ]);
    expect(named(swapped, 'name')).toEqual([
      'NetworkPolicy.projectcalico.org web/a',
      'NetworkPolicy.projectcalico.org card/b',
    ]);
  });

  it('stand beside Kubernetes policies, which have order 1000', () => {
    const yaml =
      policy('default.first', 'order: 999, types: [Ingress]') + policy('default.last', 'types: [Ingress]');
    const [first] = calicoStages(world(yaml), CALICO, []).ingress[0]?.policies ?? [];
    const kubernetes = {
      ...first!,
      id: 'NetworkPolicy web/k',
      kind: 'NetworkPolicy',
      name: 'k',
      namespace: 'web',
    };
    const { tier: _tier, order: _order, ...plain } = kubernetes;
    const stages = calicoStages(world(yaml), CALICO, [plain]).ingress;
    expect(stages[0]?.policies.map(one => one.name)).toEqual(['default.first', 'k', 'default.last']);
  });

  it('have the types that their rules imply when none are written', () => {
    const directions = (spec: string): string => {
      const { ingress, egress } = calicoStages(world(policy('p', spec)), CALICO, []);
      return `${ingress.length}${egress.length}`;
    };
    expect(directions('selector: all()')).toBe('10');
    expect(directions('ingress: [{action: Allow}]')).toBe('10');
    expect(directions('egress: [{action: Allow}]')).toBe('01');
    expect(directions('ingress: [{action: Allow}], egress: [{action: Allow}]')).toBe('11');
  });

  it('that are untracked or pre-DNAT are for host endpoints and leave pods alone; applyOnForward does not', () => {
    const deny = 'types: [Ingress], applyOnForward: true';
    expect(ask(world(policy('p', `${deny}, doNotTrack: true`)), 'card/api <- web/front')).toBe('allow');
    expect(ask(world(policy('p', `${deny}, preDNAT: true`)), 'card/api <- web/front')).toBe('allow');
    expect(ask(world(policy('p', deny)), 'card/api <- web/front')).toBe('deny');
  });

  it('never select a host-network pod', () => {
    const [stage] = calicoStages(world(policy('p', 'types: [Ingress]')), CALICO, []).ingress;
    expect(stage?.policies[0]?.selects(endpointOf(world(''), 'web/host'))).toBe('no');
    expect(stage?.policies[0]?.selects(endpointOf(world(''), 'web/front'))).toBe('yes');
  });

  it('of one text exported through both API groups count once', () => {
    const text = policy('default.p', 'types: [Ingress]');
    const both = world(text + text.replace('projectcalico.org/v3', 'crd.projectcalico.org/v1'));
    expect(calicoStages(both, CALICO, []).ingress[0]?.policies).toHaveLength(1);
  });

  it('of two texts under one name are not guessed between', () => {
    const twice = world(policy('default.p', 'types: [Ingress]') + policy('default.p', 'types: [Egress]'));
    const result = calicoStages(twice, CALICO, []);
    expect(result.ingress).toEqual([]);
    expect(result.unsupported[0]?.reason).toContain('also at policies.yaml:');
  });

  it('log and go on', () => {
    const rules = '[{action: Log}, {action: Allow, source: {selector: app == "front"}}]';
    const snapshot = world(
      inNamespace('web', 'p', `types: [Ingress], selector: app == "both", ingress: ${rules}`),
    );
    expect(ask(snapshot, 'web/both <- web/front')).toBe('allow');
    expect(ask(snapshot, 'web/both <- card/api')).toBe('deny');
  });
});

describe('selectors of policies', () => {
  const selects = (spec: string, pod: string, head?: string): string => {
    const snapshot = world(head === undefined ? policy('p', spec) : inNamespace(head, 'p', spec));
    const stages = calicoStages(snapshot, CALICO, []);
    return (
      [...stages.ingress, ...stages.egress][0]?.policies[0]?.selects(endpointOf(snapshot, pod)) ?? 'none'
    );
  };

  it('stay in the namespace of a NetworkPolicy', () => {
    expect(selects('selector: all()', 'card/api', 'card')).toBe('yes');
    expect(selects('selector: all()', 'web/front', 'card')).toBe('no');
  });

  it('join pod, namespace and account labels; names of namespace and account count as labels', () => {
    expect(selects('selector: app == "api", namespaceSelector: team == "pay"', 'card/api')).toBe('yes');
    expect(selects('namespaceSelector: projectcalico.org/name == "card"', 'card/api')).toBe('yes');
    expect(selects('namespaceSelector: team == "pay"', 'web/front')).toBe('no');
    expect(selects('serviceAccountSelector: PCI == "true"', 'card/vault')).toBe('yes');
    expect(selects('serviceAccountSelector: PCI == "true"', 'card/api')).toBe('no');
    expect(selects('serviceAccountSelector: projectcalico.org/name == "vault"', 'card/vault')).toBe('yes');
    expect(selects('selector: projectcalico.org/namespace == "card"', 'card/api')).toBe('yes');
  });

  it('cannot be told where labels of a namespace or account were not exported', () => {
    expect(selects('namespaceSelector: team == "pay"', 'dark/job')).toBe('unknown');
    expect(selects('namespaceSelector: team != "pay"', 'dark/job')).toBe('unknown');
    expect(selects('selector: app == "api", namespaceSelector: team == "pay"', 'dark/job')).toBe('no');
    expect(selects('namespaceSelector: projectcalico.org/name == "dark"', 'dark/job')).toBe('yes');
  });
});
