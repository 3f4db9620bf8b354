// The order in which a host endpoint asks policies, and what it asks them about (calico.md 3.4, 3.8, the table of paths).
import { describe, expect, it } from 'vitest';
import {
  calicoObject,
  calicoWorld,
  decisiveStep,
  globalPolicy,
  outcomeOf,
  tier,
} from '../../../test/fixtures/calico-world.ts';
import { verdictOf } from '../../../test/fixtures/corpus-cluster.ts';
import type { Simulator } from '../../verdict/verdict.ts';

const CLUSTER = `
ns web
node n1 192.168.0.1
node n2 192.168.0.2
pod web/near[app=near] 10.0.1.1 node=n1
pod web/beside[app=beside] 10.0.1.2 node=n1
pod web/far[app=far] 10.0.2.1 node=n2
pod web/lost[app=lost] 10.0.3.1
`;
const HOST =
  calicoObject(
    'HostEndpoint',
    'name: n1, labels: {role: node}',
    'node: n1, interfaceName: "*", profiles: [projectcalico-default-allow]',
  ) +
  calicoObject(
    'FelixConfiguration',
    'name: default',
    'failsafeInboundHostPorts: [{protocol: tcp, port: 22}], failsafeOutboundHostPorts: []',
  );
const world = (yaml: string): Simulator => calicoWorld(CLUSTER, HOST + yaml);
const onNode = (name: string, spec: string): string =>
  globalPolicy(name, `selector: role == "node", ${spec}`);
const UNTRACKED = 'doNotTrack: true, applyOnForward: true';
const PRE_DNAT = 'preDNAT: true, applyOnForward: true';
const TO_NODE = '203.0.113.9 -> host:n1 tcp 80';
const TO_POD = '203.0.113.9 -> web/near tcp 80';
const FROM_NODE = 'host:n1 -> 203.0.113.9 tcp 80';
const FROM_POD = 'web/near -> 203.0.113.9 tcp 80';
const PATHS = [TO_NODE, TO_POD, FROM_NODE, FROM_POD];
/** Which of the four paths a policy stops. */
const stopped = (spec: string): readonly string[] => {
  const simulator = world(onNode('p', spec));
  return PATHS.filter(path => outcomeOf(simulator, path) === 'deny');
};
const DENY_BOTH = 'types: [Ingress, Egress], ingress: [{action: Deny}], egress: [{action: Deny}]';
const DENY_IN = 'types: [Ingress], ingress: [{action: Deny}]';

describe('the paths that a policy of a host endpoint governs', () => {
  it('untracked: to and from processes of the node, and in to its pods', () => {
    expect(stopped(`${UNTRACKED}, ${DENY_BOTH}`)).toEqual([TO_NODE, TO_POD, FROM_NODE]);
  });

  it('pre-DNAT: in to processes of the node and to its pods, never out', () => {
    expect(stopped(`${PRE_DNAT}, ${DENY_IN}`)).toEqual([TO_NODE, TO_POD]);
  });

  it('normal: to and from processes of the node', () => {
    expect(stopped(DENY_BOTH)).toEqual([TO_NODE, FROM_NODE]);
  });

  it('normal with applyOnForward: also what the node forwards, both ways', () => {
    expect(stopped(`applyOnForward: true, ${DENY_BOTH}`)).toEqual(PATHS);
  });

  it('forwarded traffic without an applyOnForward policy in that direction is let through', () => {
    expect(stopped(`applyOnForward: true, ${DENY_IN}`)).toEqual([TO_NODE, TO_POD]);
  });

  it('without rules: only the normal stage ends in deny, and that of forwarded traffic too', () => {
    expect(stopped(`${UNTRACKED}, types: [Ingress, Egress]`)).toEqual([]);
    expect(stopped(`${PRE_DNAT}, types: [Ingress]`)).toEqual([]);
    expect(stopped('types: [Ingress]')).toEqual([TO_NODE]);
    expect(stopped('applyOnForward: true, types: [Ingress]')).toEqual([TO_NODE, TO_POD]);
  });
});

describe('the order on a host endpoint', () => {
  const allow = 'types: [Ingress], ingress: [{action: Allow}]';
  const ordered = (...policies: readonly string[]): string | undefined => {
    const step = decisiveStep(world(policies.join('')), TO_NODE);
    return step === undefined ? undefined : `${step.policy ?? step.stage} ${step.action}`;
  };

  it('is untracked, pre-DNAT, normal, whatever their tiers and orders; an allow skips later stages', () => {
    const untracked = onNode('c', `order: 9, ${UNTRACKED}, ${allow}`);
    const preDnat = onNode('b', `order: 5, ${PRE_DNAT}, ${allow}`);
    const normal = onNode('a', `order: 1, ${DENY_IN}`);
    expect(ordered(normal, preDnat, untracked)).toBe('GlobalNetworkPolicy c allow');
    expect(ordered(normal, preDnat)).toBe('GlobalNetworkPolicy b allow');
    expect(ordered(normal)).toBe('GlobalNetworkPolicy a deny');
  });

  it('has tiers within each stage, where Pass leads to the next tier', () => {
    const tiers = tier('first', 1) + tier('second', 2);
    const yaml =
      tiers +
      onNode('first.a', `tier: first, order: 1, ${PRE_DNAT}, types: [Ingress], ingress: [{action: Pass}]`) +
      onNode('first.b', `tier: first, order: 9, ${PRE_DNAT}, ${DENY_IN}`) +
      onNode('second.c', `tier: second, ${PRE_DNAT}, ${allow}`);
    expect(ordered(yaml)).toBe('GlobalNetworkPolicy second.c allow');
  });

  it('starts with failsafe ports, which no policy closes', () => {
    const simulator = world(onNode('p', `${UNTRACKED}, ${DENY_BOTH}`));
    expect(outcomeOf(simulator, '203.0.113.9 -> host:n1 tcp 22')).toBe('allow');
    expect(outcomeOf(simulator, '203.0.113.9 -> web/near tcp 22')).toBe('allow');
    const forwarded = world(onNode('p', `applyOnForward: true, ${DENY_IN}`));
    expect(outcomeOf(forwarded, '203.0.113.9 -> web/near tcp 22')).toBe('deny');
  });
});

describe('traffic that a node forwards', () => {
  const fenced = world(onNode('p', `applyOnForward: true, ${DENY_BOTH}`));

  it('is what crosses its interfaces: not what stays on the node', () => {
    expect(outcomeOf(fenced, 'web/beside -> web/near tcp 80')).toBe('allow');
    expect(outcomeOf(fenced, 'web/far -> web/near tcp 80')).toBe('deny');
    expect(outcomeOf(fenced, 'web/near -> web/far tcp 80')).toBe('deny');
    expect(outcomeOf(fenced, 'host:n1 -> web/near tcp 80')).toBe('allow');
    expect(outcomeOf(fenced, 'host:n2 -> web/far tcp 80')).toBe('allow');
  });

  it('stays open where it is not known on which node a pod is', () => {
    expect(outcomeOf(fenced, 'web/lost -> 203.0.113.9 tcp 80')).toBe('indeterminate');
    expect(outcomeOf(fenced, '203.0.113.9 -> web/lost tcp 80')).toBe('indeterminate');
  });

  it('must pass the policies of the pod too', () => {
    const allowed = onNode('p', 'applyOnForward: true, types: [Ingress], ingress: [{action: Allow}]');
    const pod = globalPolicy('q', 'selector: app == "near", types: [Ingress]');
    expect(outcomeOf(world(allowed + pod), TO_POD)).toBe('deny');
    expect(outcomeOf(world(allowed), TO_POD)).toBe('allow');
  });

  it('that an untracked policy allows may be spared the policies of the pod: that stays open', () => {
    const allowed = onNode('p', `${UNTRACKED}, types: [Ingress], ingress: [{action: Allow}]`);
    const pod = globalPolicy('q', 'selector: app == "near", types: [Ingress]');
    expect(outcomeOf(world(allowed + pod), TO_POD)).toBe('indeterminate');
    expect(outcomeOf(world(allowed + pod), 'web/beside -> web/near tcp 80')).toBe('deny');
  });

  it('is seen by pre-DNAT policies with its first destination: conditions about it stay open for outsiders', () => {
    const nodePort = (source: string): string =>
      onNode(
        'p',
        `${PRE_DNAT}, types: [Ingress], ingress: [{action: Deny, protocol: TCP, ${source}destination: {ports: [30080]}}]`,
      );
    expect(outcomeOf(world(nodePort('')), TO_POD)).toBe('indeterminate');
    expect(outcomeOf(world(nodePort('source: {nets: [198.51.100.0/24]}, ')), TO_POD)).toBe('allow');
    expect(outcomeOf(world(nodePort('')), '203.0.113.9 -> web/near udp 80')).toBe('allow');
    expect(outcomeOf(world(nodePort('')), 'web/far -> web/near tcp 80')).toBe('allow');
    expect(outcomeOf(world(nodePort('')), 'web/far -> host:n1 tcp 30080')).toBe('deny');
  });
});

describe('a policy of host endpoints', () => {
  const refused = (spec: string): readonly string[] =>
    world(onNode('p', spec)).policies.unsupported.map(policy => policy.reason);

  it('may not be untracked and pre-DNAT, must say applyOnForward, and has no egress when pre-DNAT', () => {
    expect(refused(`${UNTRACKED}, preDNAT: true`)).toEqual(['/spec: may not be doNotTrack and preDNAT']);
    expect(refused('doNotTrack: true')).toEqual([
      '/spec/applyOnForward: must be true beside doNotTrack or preDNAT',
    ]);
    expect(refused('preDNAT: true')).toEqual([
      '/spec/applyOnForward: must be true beside doNotTrack or preDNAT',
    ]);
    expect(refused(`${PRE_DNAT}, types: [Ingress, Egress]`)).toEqual([
      '/spec/egress: a preDNAT policy has no egress',
    ]);
    expect(refused(`${PRE_DNAT}, egress: [{action: Allow}]`)).toEqual([
      '/spec/egress: a preDNAT policy has no egress',
    ]);
  });

  it('untracked or pre-DNAT never selects pods by their labels; a normal one selects both', () => {
    const untracked = globalPolicy('p', `selector: app == "near", ${UNTRACKED}, ${DENY_IN}`);
    expect(outcomeOf(world(untracked), TO_POD)).toBe('allow');
    const everything = world(globalPolicy('p', DENY_IN));
    expect([TO_NODE, TO_POD].map(path => outcomeOf(everything, path))).toEqual(['deny', 'deny']);
    expect(outcomeOf(world(globalPolicy('p', `namespaceSelector: all(), ${DENY_IN}`)), TO_NODE)).toBe(
      'allow',
    );
  });

  it('says the same whichever way it is asked: by tables, alone, and in another order', () => {
    const policies = [
      onNode(
        'a',
        `${UNTRACKED}, types: [Ingress], ingress: [{action: Deny, source: {nets: [203.0.113.0/25]}}]`,
      ),
      onNode(
        'b',
        `${PRE_DNAT}, types: [Ingress], ingress: [{action: Deny, source: {notNets: [203.0.113.0/24]}}]`,
      ),
      onNode('c', 'applyOnForward: true, types: [Ingress], ingress: [{action: Allow, protocol: TCP}]'),
    ];
    const [one, other] = [world(policies.join('')), world([...policies].reverse().join(''))];
    const asked = ['203.0.113.9', '203.0.113.200', '198.51.100.1', 'web/far', 'host:n2'].flatMap(src =>
      ['host:n1 tcp 80', 'web/near tcp 80', 'web/near udp 80'].map(dst => `${src} -> ${dst}`),
    );
    const answers = asked.map(question => outcomeOf(one, question));
    expect(asked.map(question => outcomeOf(other, question))).toEqual(answers);
    expect(new Set(answers)).toEqual(new Set(['allow', 'deny']));
    expect(
      verdictOf(one, asked[0] ?? '').ingress.steps.some(step => step.stage.startsWith('untracked')),
    ).toBe(true);
  });
});
