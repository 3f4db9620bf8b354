// How a connection is decided from end to end: calico.md 3.1, through the simulator.
import { describe, expect, it } from 'vitest';
import {
  calicoObject,
  calicoWorld,
  decisiveStep,
  globalPolicy,
  namespacedPolicy,
  outcomeOf,
  tier,
} from '../../../test/fixtures/calico-world.ts';
import { verdictOf } from '../../../test/fixtures/corpus-cluster.ts';
import type { Simulator } from '../../verdict/verdict.ts';

const CLUSTER = `
ns web
ns card
node n1 192.168.0.1
node n2 192.168.0.2
pod web/front[app=front] 10.0.1.1 node=n1
pod card/api[app=api] 10.0.2.1 node=n2
pod card/done[app=done] 10.0.2.2 node=n2 phase=Succeeded
pod card/agent[app=agent] 192.168.0.2 node=n2 hostNetwork
`;
const world = (yaml: string): Simulator => calicoWorld(CLUSTER, yaml);
const FLOW = 'web/front -> card/api tcp 80';
const closed = (app: string, direction: 'Ingress' | 'Egress'): string =>
  globalPolicy(`x-${app}`, `selector: app == "${app}", types: [${direction}]`);

describe('a connection', () => {
  it('is allowed when egress at its source and ingress at its destination both allow', () => {
    expect(outcomeOf(world(''), FLOW)).toBe('allow');
    expect(outcomeOf(world(closed('front', 'Egress')), FLOW)).toBe('deny');
    expect(outcomeOf(world(closed('api', 'Ingress')), FLOW)).toBe('deny');
  });

  it('is not asked of ends that are no endpoint of Calico: they impose nothing', () => {
    const simulator = world(
      globalPolicy('all', 'selector: all(), types: [Ingress, Egress], ingress: [{action: Allow}]'),
    );
    const verdict = verdictOf(simulator, '203.0.113.9 -> card/api tcp 80');
    expect(verdict.egress.verdict).toBe('not-applicable');
    expect(verdict.outcome).toBe('allow');
    expect(verdictOf(simulator, 'card/api -> 203.0.113.9 tcp 80').ingress.verdict).toBe('not-applicable');
  });

  it('is judged as a new one: replies need no rule of their own', () => {
    const simulator = world(
      closed('api', 'Egress') +
        globalPolicy('in', 'selector: app == "api", types: [Ingress], ingress: [{action: Allow}]'),
    );
    expect(outcomeOf(simulator, FLOW)).toBe('allow');
    expect(outcomeOf(simulator, 'card/api -> web/front tcp 80')).toBe('deny');
  });

  it('meets only policies of its direction, also in a tier that has others', () => {
    const simulator = world(
      tier('security', 1) +
        globalPolicy('security.in', 'tier: security, selector: app == "api", types: [Ingress]') +
        globalPolicy('security.out', 'tier: security, selector: app == "front", types: [Egress]'),
    );
    expect(outcomeOf(simulator, 'card/api -> web/front tcp 80')).toBe('allow');
    expect(outcomeOf(simulator, FLOW)).toBe('deny');
  });

  it('passes a tier in which every selecting policy is staged', () => {
    const staged = calicoObject(
      'StagedGlobalNetworkPolicy',
      'name: security.s',
      'tier: security, types: [Ingress]',
    );
    const yaml = tier('security', 1) + staged;
    expect(outcomeOf(world(yaml), FLOW)).toBe('allow');
    const beside =
      yaml + globalPolicy('security.p', 'tier: security, selector: app == "api", types: [Ingress]');
    expect(outcomeOf(world(beside), FLOW)).toBe('deny');
  });

  it('falls to the profile of the namespace when no tier decided, which allows both ways', () => {
    const yaml = tier('soft', 1, 'defaultAction: Pass') + globalPolicy('soft.p', 'tier: soft');
    expect(decisiveStep(world(yaml), FLOW)).toMatchObject({ stage: 'default', action: 'allow' });
  });

  it('is logged by Log rules, which go on; after a rule that decides they never fire', () => {
    const rules = 'ingress: [{action: Log}, {action: Deny}, {action: Log}, {action: Allow}]';
    const simulator = world(globalPolicy('p', `selector: app == "api", types: [Ingress], ${rules}`));
    const steps = verdictOf(simulator, FLOW).ingress.steps.filter(step => step.rule !== undefined);
    expect(steps.map(step => [step.rule, step.action])).toEqual([
      [0, 'none'],
      [1, 'deny'],
    ]);
  });
});

describe('an endpoint of Calico', () => {
  const everything = world(globalPolicy('all', 'selector: all(), types: [Ingress, Egress]'));

  it('is no pod on the network of its node: policies for pods leave it alone', () => {
    expect(verdictOf(everything, '203.0.113.9 -> card/agent tcp 80').ingress.verdict).toBe('not-applicable');
  });

  it("is no finished pod: its address may be anybody's", () => {
    expect(everything.endpoint('card/done' as never)).toBeUndefined();
    expect(everything.resolve('10.0.2.2').map(end => end.kind)).toEqual(['external']);
  });

  it('is always reached from its own node, and from other nodes as policies say', () => {
    expect(outcomeOf(everything, 'host:n2 -> card/api tcp 80')).toBe('allow');
    expect(outcomeOf(everything, 'host:n1 -> card/api tcp 80')).toBe('deny');
  });
});

describe('encapsulation', () => {
  const VXLAN = 'web/front -> card/api udp 4789';
  const said = (yaml: string, question: string): boolean =>
    verdictOf(world(yaml), question).assumptions.some(text => text.startsWith('Calico drops VXLAN'));

  it('that pods make themselves is dropped before policies unless configured: the verdict says what it leaves out', () => {
    expect(said('', VXLAN)).toBe(true);
    expect(said('', FLOW)).toBe(false);
    const allowed = calicoObject(
      'FelixConfiguration',
      'name: default',
      'allowVXLANPacketsFromWorkloads: true',
    );
    expect(said(allowed, VXLAN)).toBe(false);
  });
});

describe('both sides of a rule', () => {
  it('are asked of every connection: the destination of an ingress rule must be the endpoint itself', () => {
    const rule = 'types: [Ingress], ingress: [{action: Allow, destination: {selector: app == "front"}}]';
    const simulator = world(globalPolicy('p', rule));
    expect(outcomeOf(simulator, 'card/api -> web/front tcp 80')).toBe('allow');
    expect(outcomeOf(simulator, FLOW)).toBe('deny');
  });
});

describe('Kubernetes policies under Calico', () => {
  const KUBERNETES = `
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: card}
spec: {podSelector: {}, policyTypes: [Ingress], ingress: [{from: [{namespaceSelector: {}}]}]}
`;

  it('stand in the tier default at order 1000: before policies without order, after those below 1000', () => {
    expect(outcomeOf(world(KUBERNETES), FLOW)).toBe('allow');
    expect(
      outcomeOf(
        world(KUBERNETES + globalPolicy('d', 'selector: all(), types: [Ingress], ingress: [{action: Deny}]')),
        FLOW,
      ),
    ).toBe('allow');
    const early = namespacedPolicy('card/d', 'order: 999, types: [Ingress], ingress: [{action: Deny}]');
    expect(outcomeOf(world(KUBERNETES + early), FLOW)).toBe('deny');
  });

  it('do not end the tier where a policy after them allows what they do not', () => {
    const narrow = KUBERNETES.replace('{namespaceSelector: {}}', '{podSelector: {}}');
    expect(outcomeOf(world(narrow), FLOW)).toBe('deny');
    const later = globalPolicy(
      'a',
      'order: 2000, selector: app == "api", types: [Ingress], ingress: [{action: Allow}]',
    );
    expect(outcomeOf(world(narrow + later), FLOW)).toBe('allow');
  });
});
