// Host endpoints as calico.md 3.8 has them: who is guarded, failsafe ports, profiles, what never meets them.
import { describe, expect, it } from 'vitest';
import {
  calicoObject,
  calicoWorld,
  decisiveStep,
  globalPolicy,
  outcomeOf,
  outcomesOf,
  tier,
} from '../../../test/fixtures/calico-world.ts';
import { verdictOf } from '../../../test/fixtures/corpus-cluster.ts';
import type { Simulator } from '../../verdict/verdict.ts';

const CLUSTER = `
ns web
ns card
node n1 192.168.0.1
node n2 192.168.0.2
node n3 192.168.0.3
pod web/near[app=near] 10.0.1.1 node=n1
pod web/far[app=far] 10.0.2.1 node=n2
pod card/agent[app=agent] 192.168.0.1 node=n1 hostNetwork
`;
const host = (name: string, spec: string, labels = 'role: node'): string =>
  calicoObject('HostEndpoint', `name: ${name}, labels: {${labels}}`, spec);
const WHOLE = host('n1', 'node: n1, interfaceName: "*", expectedIPs: [192.168.0.1]');
const FELIX = (spec: string): string => calicoObject('FelixConfiguration', 'name: default', spec);
const NO_FAILSAFE = FELIX('failsafeInboundHostPorts: [], failsafeOutboundHostPorts: []');
const world = (yaml: string): Simulator => calicoWorld(CLUSTER, yaml);
const allowWeb = globalPolicy(
  'web',
  'selector: role == "node", types: [Ingress], ingress: [{action: Allow, protocol: TCP, destination: {ports: [80]}}]',
);

describe('a host endpoint', () => {
  it('without policy and profile denies both ways; a node without one is open', () => {
    const simulator = world(WHOLE + NO_FAILSAFE);
    expect(
      outcomesOf(simulator, [
        '203.0.113.9 -> host:n1 tcp 80',
        'host:n1 -> 203.0.113.9 tcp 80',
        '203.0.113.9 -> host:n2 tcp 80',
        'host:n2 -> 203.0.113.9 tcp 80',
      ]),
    ).toEqual({
      '203.0.113.9 -> host:n1 tcp 80': 'deny',
      'host:n1 -> 203.0.113.9 tcp 80': 'deny',
      '203.0.113.9 -> host:n2 tcp 80': 'allow',
      'host:n2 -> 203.0.113.9 tcp 80': 'allow',
    });
  });

  it('guards the processes of pods on the network of its node', () => {
    const simulator = world(WHOLE + NO_FAILSAFE + allowWeb);
    expect(outcomeOf(simulator, '203.0.113.9 -> card/agent tcp 80')).toBe('allow');
    expect(outcomeOf(simulator, '203.0.113.9 -> card/agent tcp 81')).toBe('deny');
  });

  it('is selected by its own labels; what a policy for it does not allow is denied', () => {
    const simulator = world(WHOLE + NO_FAILSAFE + allowWeb);
    expect(outcomeOf(simulator, 'web/far -> host:n1 tcp 80')).toBe('allow');
    expect(outcomeOf(simulator, 'web/far -> host:n1 tcp 81')).toBe('deny');
    expect(decisiveStep(simulator, 'web/far -> host:n1 tcp 80')).toMatchObject({
      policy: 'GlobalNetworkPolicy web',
      rule: 0,
    });
  });

  it('falls to the profiles that it lists; automatic ones list projectcalico-default-allow', () => {
    const automatic = host('n1', 'node: n1, interfaceName: "*", profiles: [projectcalico-default-allow]');
    expect(outcomeOf(world(automatic + NO_FAILSAFE), '203.0.113.9 -> host:n1 tcp 80')).toBe('allow');
    const fenced = world(automatic + NO_FAILSAFE + allowWeb);
    expect(outcomeOf(fenced, '203.0.113.9 -> host:n1 tcp 81')).toBe('deny');
    expect(outcomeOf(fenced, 'host:n1 -> 203.0.113.9 tcp 81')).toBe('allow');
    const step = decisiveStep(fenced, 'host:n1 -> 203.0.113.9 tcp 81', 'egress');
    expect(step).toMatchObject({ action: 'allow', text: 'profile projectcalico-default-allow' });
  });

  it('takes rules and labels of an exported profile, in the order in which profiles are listed', () => {
    const yaml =
      host('n1', 'node: n1, interfaceName: "*", profiles: [edge]', '') +
      NO_FAILSAFE +
      calicoObject(
        'Profile',
        'name: edge',
        'labelsToApply: {zone: edge}, ingress: [{action: Allow, protocol: TCP, destination: {ports: [443]}}, {action: Deny}], egress: [{action: Allow}]',
      );
    expect(outcomeOf(world(yaml), '203.0.113.9 -> host:n1 tcp 443')).toBe('allow');
    expect(outcomeOf(world(yaml), '203.0.113.9 -> host:n1 tcp 80')).toBe('deny');
    expect(outcomeOf(world(yaml), 'host:n1 -> 203.0.113.9 tcp 80')).toBe('allow');
    const byLabel = yaml + globalPolicy('g', 'selector: zone == "edge", types: [Ingress]');
    expect(outcomeOf(world(byLabel), '203.0.113.9 -> host:n1 tcp 443')).toBe('deny');
  });

  it('of a profile that is not in the export stays open where no policy decides', () => {
    const yaml = host('n1', 'node: n1, interfaceName: "*", profiles: [lost]') + NO_FAILSAFE + allowWeb;
    expect(outcomeOf(world(yaml), '203.0.113.9 -> host:n1 tcp 80')).toBe('allow');
    expect(outcomeOf(world(yaml), '203.0.113.9 -> host:n1 tcp 81')).toBe('deny');
    expect(outcomeOf(world(yaml), 'host:n1 -> 203.0.113.9 tcp 80')).toBe('indeterminate');
  });

  it('of one interface leaves its node open: what enters by another interface does not meet it', () => {
    const yaml =
      host('n1', 'node: n1, interfaceName: eth0, expectedIPs: [192.168.0.1]') + NO_FAILSAFE + allowWeb;
    expect(outcomeOf(world(yaml), '203.0.113.9 -> host:n1 tcp 80')).toBe('indeterminate');
    expect(outcomeOf(world(yaml), '203.0.113.9 -> host:n1 tcp 81')).toBe('indeterminate');
    expect(outcomeOf(world(yaml), '203.0.113.9 -> host:n2 tcp 81')).toBe('allow');
  });

  it('stands for its expected addresses where a rule of others selects it', () => {
    const rule = 'egress: [{action: Allow, destination: {selector: role == "node"}}]';
    const yaml =
      WHOLE + globalPolicy('p', `selector: app == "far", types: [Egress], ${rule}`) + allowAll('n1');
    expect(outcomeOf(world(yaml), 'web/far -> host:n1 tcp 80')).toBe('allow');
    expect(outcomeOf(world(yaml), 'web/far -> host:n2 tcp 80')).toBe('deny');
  });

  it('names ports that rules may use for it', () => {
    const named = host(
      'n1',
      'node: n1, interfaceName: "*", ports: [{name: metrics, port: 9100, protocol: TCP}]',
    );
    const rule = 'ingress: [{action: Allow, protocol: TCP, destination: {ports: [metrics]}}]';
    const yaml =
      named + NO_FAILSAFE + globalPolicy('m', `selector: role == "node", types: [Ingress], ${rule}`);
    expect(outcomeOf(world(yaml), '203.0.113.9 -> host:n1 tcp 9100')).toBe('allow');
    expect(outcomeOf(world(yaml), '203.0.113.9 -> host:n1 tcp 9101')).toBe('deny');
  });

  it('has no namespace: a positive namespaceSelector leaves it out, a negative one includes it', () => {
    const deny = (selector: string): string =>
      WHOLE + NO_FAILSAFE + allowAll('n1') + globalPolicy('a', `order: 1, ${selector}, types: [Ingress]`);
    const question = '203.0.113.9 -> host:n1 tcp 80';
    expect(outcomeOf(world(deny('namespaceSelector: all()')), question)).toBe('allow');
    expect(outcomeOf(world(deny('namespaceSelector: has(team)')), question)).toBe('allow');
    expect(
      decisiveStep(world(deny('namespaceSelector: projectcalico.org/name != "card"')), question),
    ).toMatchObject({ policy: 'GlobalNetworkPolicy b-n1' });
    expect(
      selects(world(deny('namespaceSelector: projectcalico.org/name != "card"')), 'GlobalNetworkPolicy a'),
    ).toBe('yes');
    expect(selects(world(deny('namespaceSelector: "!has(team)"')), 'GlobalNetworkPolicy a')).toBe('yes');
    expect(
      selects(world(deny('selector: all(), namespaceSelector: "!has(team)"')), 'GlobalNetworkPolicy a'),
    ).toBe('no');
    expect(selects(world(deny('serviceAccountSelector: PCI != "true"')), 'GlobalNetworkPolicy a')).toBe(
      'yes',
    );
  });
});

/** A policy after others that allows everything on one host endpoint. */
function allowAll(name: string): string {
  return globalPolicy(
    `b-${name}`,
    'order: 2, selector: role == "node", types: [Ingress, Egress], ingress: [{action: Allow}], egress: [{action: Allow}]',
  );
}

function selects(simulator: Simulator, id: string): unknown {
  const [node] = simulator.resolve('host:n1');
  const policy = simulator.policies.ingress.flatMap(stage => stage.policies).find(one => one.id === id);
  return node === undefined ? undefined : policy?.selects(node);
}

describe('failsafe ports', () => {
  const inbound = (yaml: string, port: string): string =>
    outcomeOf(world(WHOLE + yaml), `203.0.113.9 -> host:n1 ${port}`);
  const outbound = (yaml: string, port: string): string =>
    outcomeOf(world(WHOLE + yaml), `host:n1 -> 203.0.113.9 ${port}`);
  const SET = FELIX('logSeverityScreen: Info');

  it.each(['tcp 22', 'udp 68', 'tcp 179', 'tcp 6443'])('by default let %s in', port => {
    expect(inbound(SET, port)).toBe('allow');
    expect(inbound(SET + globalPolicy('d', 'order: 0, selector: role == "node"'), port)).toBe('allow');
  });

  it.each(['udp 53', 'udp 67', 'tcp 179', 'tcp 6443'])('by default let %s out', port => {
    expect(outbound(SET, port)).toBe('allow');
  });

  it.each(['tcp 2379', 'tcp 2380', 'tcp 5473', 'tcp 6666', 'tcp 6667'])(
    'of %s are open: the program has them by default, its documentation does not',
    port => {
      expect(inbound(SET, port)).toBe('indeterminate');
      expect(outbound(SET, port)).toBe('indeterminate');
    },
  );

  it('are no others by default', () => {
    expect(inbound(SET, 'udp 22')).toBe('deny');
    expect(inbound(SET, 'udp 53')).toBe('deny');
    expect(outbound(SET, 'tcp 22')).toBe('deny');
  });

  it('are those of FelixConfiguration where it lists them, within their networks; none for an empty list', () => {
    const listed = FELIX(
      'failsafeInboundHostPorts: [{protocol: tcp, port: 9, net: 203.0.113.0/24}, {port: 8}]',
    );
    expect(inbound(listed, 'tcp 9')).toBe('allow');
    expect(outcomeOf(world(WHOLE + listed), '198.51.100.1 -> host:n1 tcp 9')).toBe('deny');
    expect(inbound(listed, 'tcp 8')).toBe('allow');
    expect(inbound(listed, 'tcp 22')).toBe('deny');
    expect(outbound(listed, 'udp 53')).toBe('allow');
    expect(inbound(NO_FAILSAFE, 'tcp 22')).toBe('deny');
    expect(outbound(NO_FAILSAFE, 'udp 53')).toBe('deny');
  });

  it('of one node stand before those of all', () => {
    const own = calicoObject('FelixConfiguration', 'name: node.n1', 'failsafeInboundHostPorts: []');
    expect(inbound(SET + own, 'tcp 22')).toBe('deny');
    expect(outbound(SET + own, 'udp 53')).toBe('allow');
  });

  it('stay open where no configuration was exported, and the verdict says so', () => {
    expect(inbound('', 'tcp 22')).toBe('indeterminate');
    expect(inbound('', 'tcp 80')).toBe('deny');
    expect(verdictOf(world(WHOLE), '203.0.113.9 -> host:n1 tcp 80').assumptions).toContain(
      'failsafe ports of host endpoints are the defaults (no FelixConfiguration default in the export)',
    );
  });

  it('apply to host endpoints only', () => {
    const fenced = WHOLE + SET + globalPolicy('p', 'selector: app == "near", types: [Ingress]');
    expect(outcomeOf(world(fenced), '203.0.113.9 -> web/near tcp 22')).toBe('deny');
  });
});

describe('traffic that stays on a node', () => {
  it('from a node to its own pods is always let through, whatever guards the node', () => {
    const simulator = world(WHOLE + NO_FAILSAFE + globalPolicy('d', 'selector: all()'));
    expect(outcomeOf(simulator, 'host:n1 -> web/near tcp 80')).toBe('allow');
    expect(outcomeOf(simulator, 'host:n1 -> web/far tcp 80')).toBe('deny');
  });

  it('from a pod to its own node depends on defaultEndpointToHostAction', () => {
    const ask = (yaml: string): string =>
      outcomeOf(world(WHOLE + allowWeb + yaml), 'web/near -> host:n1 tcp 80');
    expect(ask(FELIX('defaultEndpointToHostAction: Accept'))).toBe('allow');
    expect(ask(FELIX('defaultEndpointToHostAction: Drop'))).toBe('deny');
    expect(ask(FELIX('defaultEndpointToHostAction: Return'))).toBe('indeterminate');
    expect(ask('')).toBe('indeterminate');
  });
});

describe('what cannot be told of host endpoints', () => {
  it('is said where policies for them are present and none of them is', () => {
    const yaml =
      tier('security', 1) + globalPolicy('x', 'selector: a == "b", preDNAT: true, applyOnForward: true');
    expect(verdictOf(world(yaml), '203.0.113.9 -> host:n1 tcp 80').assumptions).toContain(
      'policies for host endpoints are present and no HostEndpoint is: the node itself counts as open',
    );
  });

  it('of a policy that is not understood leaves open the nodes that it selects', () => {
    const bad = globalPolicy('bad', 'selector: role == "node", types: [Ingress], ingress: [{mood: good}]');
    const simulator = world(WHOLE + NO_FAILSAFE + bad);
    expect(outcomeOf(simulator, '203.0.113.9 -> host:n1 tcp 80')).toBe('indeterminate');
    expect(outcomeOf(simulator, 'host:n1 -> 203.0.113.9 tcp 80')).toBe('deny');
  });
});
