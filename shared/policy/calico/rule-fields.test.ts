// Fields of rules and what may stand beside what: calico.md 3.5, through the simulator.
import { describe, expect, it } from 'vitest';
import {
  calicoObject,
  calicoWorld,
  globalPolicy,
  namespacedPolicy,
  outcomeOf,
} from '../../../test/fixtures/calico-world.ts';
import { drawFlows } from '../../../test/fixtures/drawn-flows.ts';
import { replay } from '../../verdict/replay.ts';
import type { Simulator } from '../../verdict/verdict.ts';
import { matchesDomain } from './domain.ts';

const CLUSTER = `
ns web
ns card
pod web/front[app=front] 10.0.1.1
pod card/api[app=api] 10.0.2.1 ports=http:8080
pod card/vault[app=vault] 10.0.2.2 ports=http:9090
svc card/pair tier=none 80->http
`;
const world = (yaml: string): Simulator => calicoWorld(CLUSTER, yaml);
const ingress = (rules: string): string =>
  globalPolicy('p', `selector: all(), types: [Ingress], ingress: [${rules}]`);
const egress = (rules: string): string =>
  globalPolicy('p', `selector: app == "front", types: [Egress], egress: [${rules}]`);
const ask = (yaml: string, question: string): string => outcomeOf(world(yaml), question);
const reasons = (yaml: string): readonly string[] =>
  world(yaml).policies.unsupported.map(policy => policy.reason);

describe('conditions of one side', () => {
  it('must hold together, each list through any of its items, each not-field through none', () => {
    const rule = ingress(
      '{action: Allow, protocol: TCP, source: {nets: [10.0.1.0/24, 203.0.113.0/24], notNets: [203.0.113.128/25], notSelector: app == "other"}, destination: {selector: app == "api" || app == "vault", ports: [80, 443], notPorts: [443]}}',
    );
    expect(ask(rule, 'web/front -> card/api tcp 80')).toBe('allow');
    expect(ask(rule, 'web/front -> card/vault tcp 443')).toBe('deny');
    expect(ask(rule, '203.0.113.9 -> card/api tcp 80')).toBe('allow');
    expect(ask(rule, '203.0.113.200 -> card/api tcp 80')).toBe('deny');
    expect(ask(rule, '198.51.100.1 -> card/api tcp 80')).toBe('deny');
    expect(ask(rule, 'card/api -> web/front tcp 80')).toBe('deny');
  });

  it('mask the host bits of networks', () => {
    expect(
      ask(ingress('{action: Allow, source: {nets: [10.0.1.77/24]}}'), 'web/front -> card/api tcp 80'),
    ).toBe('allow');
  });

  it('with notNets 0.0.0.0/0 or ::/0 match nothing', () => {
    expect(
      ask(ingress('{action: Allow, source: {notNets: [0.0.0.0/0]}}'), '203.0.113.9 -> card/api tcp 80'),
    ).toBe('deny');
    expect(
      ask(ingress('{action: Allow, source: {notNets: ["::/0"]}}'), '203.0.113.9 -> card/api tcp 80'),
    ).toBe('deny');
  });

  it("of both families keep the networks of the connection's, and none of its family means no match", () => {
    const mixed = ingress('{action: Allow, source: {nets: [203.0.113.0/24, "2001:db8::/32"]}}');
    expect(ask(mixed, '203.0.113.9 -> card/api tcp 80')).toBe('allow');
    expect(ask(mixed, '198.51.100.1 -> card/api tcp 80')).toBe('deny');
    expect(
      ask(ingress('{action: Allow, source: {nets: ["2001:db8::/32"]}}'), '203.0.113.9 -> card/api tcp 80'),
    ).toBe('deny');
  });

  it('and annotations of a rule, which say nothing', () => {
    const rule = ingress('{action: Allow, metadata: {annotations: {why: because}}}');
    expect(reasons(rule)).toEqual([]);
    expect(ask(rule, 'web/front -> card/api tcp 80')).toBe('allow');
  });
});

describe('protocols', () => {
  const pass = (field: string, question: string): string =>
    ask(ingress(`{action: Allow, ${field}}`), `web/front -> card/api ${question}`);

  it.each(['TCP', 'tcp', 'Tcp', '6', '"6"'])('TCP may be written %s', name => {
    expect(pass(`protocol: ${name}`, 'tcp 80')).toBe('allow');
    expect(pass(`protocol: ${name}`, 'udp 80')).toBe('deny');
  });

  it.each(['UDPLite', '47', '255'])('%s is none of those that connections are asked about', name => {
    for (const question of ['tcp 80', 'udp 80', 'sctp 80', 'icmp 0']) {
      expect(pass(`protocol: ${name}`, question)).toBe('deny');
      expect(pass(`notProtocol: ${name}`, question)).toBe('allow');
    }
  });

  it('match SCTP, and ICMP of IPv4 apart from ICMPv6', () => {
    expect(pass('protocol: SCTP', 'sctp 80')).toBe('allow');
    expect(pass('protocol: ICMP', 'icmp 0')).toBe('allow');
    expect(pass('protocol: ICMPv6', 'icmp 0')).toBe('deny');
    expect(pass('notProtocol: ICMPv6', 'icmp 0')).toBe('allow');
  });

  it('of ICMP with types leave open which message it is', () => {
    expect(pass('protocol: ICMP, icmp: {type: 8, code: 0}', 'icmp 0')).toBe('indeterminate');
    expect(pass('protocol: ICMP, notICMP: {type: 8}', 'icmp 0')).toBe('indeterminate');
    expect(pass('protocol: ICMP, icmp: {type: 8}', 'tcp 80')).toBe('deny');
  });

  it.each([
    ['protocol: 0', '"0" is no protocol'],
    ['protocol: 256', '"256" is no protocol'],
    ['protocol: TCP, icmp: {type: 8}', 'needs protocol ICMP or ICMPv6'],
    ['protocol: ICMP, icmp: {code: 0}', 'a code needs a type'],
    ['protocol: ICMP, icmp: {type: 255}', 'is not from 0 to 254'],
    ['protocol: ICMP, notICMP: {type: 8, code: 256}', 'is not from 0 to 255'],
    ['ipVersion: 5', 'is not 4 or 6'],
    ['protocol: TCP, destination: {ports: [70000]}', 'is no range of ports'],
    ['protocol: ICMP, destination: {ports: [80]}', 'needs protocol TCP, UDP or SCTP'],
  ])('%s would not be taken', (field, reason) => {
    expect(reasons(ingress(`{action: Allow, ${field}}`))).toEqual([expect.stringContaining(reason)]);
    expect(pass(field, 'tcp 80')).toBe('indeterminate');
  });
});

describe('services in rules', () => {
  const slice = (name: string, address: string, port: number): string => `
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: ${name}, namespace: card, labels: {kubernetes.io/service-name: pair}}
addressType: IPv4
endpoints: [{addresses: [${address}]}]
ports: [{port: ${port}, protocol: TCP}]
`;
  const SLICES = slice('a', '10.0.2.1', 8080) + slice('b', '203.0.113.7', 9090);

  it('as destination match the addresses of its slices on their ports, each slice its own', () => {
    const yaml = egress('{action: Allow, destination: {services: {name: pair, namespace: card}}}') + SLICES;
    expect(ask(yaml, 'web/front -> card/api tcp 8080')).toBe('allow');
    expect(ask(yaml, 'web/front -> card/api tcp 9090')).toBe('deny');
    expect(ask(yaml, 'web/front -> 203.0.113.7 tcp 9090')).toBe('allow');
    expect(ask(yaml, 'web/front -> 203.0.113.7 tcp 8080')).toBe('deny');
    expect(ask(yaml, 'web/front -> card/api udp 8080')).toBe('deny');
    expect(ask(yaml, 'web/front -> card/vault tcp 9090')).toBe('deny');
  });

  it('as source match the addresses only; ports may be added', () => {
    const yaml = ingress('{action: Allow, source: {services: {name: pair, namespace: card}}}') + SLICES;
    expect(ask(yaml, 'card/api -> web/front tcp 1')).toBe('allow');
    expect(ask(yaml, '203.0.113.7 -> web/front tcp 1')).toBe('allow');
    expect(ask(yaml, 'card/vault -> web/front tcp 1')).toBe('deny');
    const ported = ingress(
      '{action: Allow, protocol: TCP, source: {ports: [99], services: {name: pair, namespace: card}}}',
    );
    expect(ask(ported + SLICES, 'card/api -> web/front tcp 1')).toBe('indeterminate');
  });

  it('of a NetworkPolicy without a namespace are of its own', () => {
    const rule = 'types: [Ingress], ingress: [{action: Allow, source: {services: {name: pair}}}]';
    expect(ask(namespacedPolicy('card/p', rule) + SLICES, '203.0.113.7 -> card/vault tcp 1')).toBe('allow');
    expect(ask(namespacedPolicy('web/p', rule) + SLICES, '203.0.113.7 -> web/front tcp 1')).toBe(
      'indeterminate',
    );
  });

  it.each([
    [
      ingress('{action: Allow, destination: {services: {name: pair, namespace: card}}}'),
      'of an ingress rule',
    ],
    [egress('{action: Allow, source: {services: {name: pair, namespace: card}}}'), 'of an ingress rule'],
    [
      egress('{action: Allow, protocol: TCP, destination: {ports: [80], services: {name: a, namespace: b}}}'),
      'ports',
    ],
    [
      egress('{action: Allow, destination: {selector: all(), services: {name: a, namespace: b}}}'),
      'beside selector',
    ],
    [
      egress('{action: Allow, destination: {nets: [10.0.0.0/8], services: {name: a, namespace: b}}}'),
      'beside nets',
    ],
    [
      egress(
        '{action: Allow, destination: {serviceAccounts: {names: [x]}, services: {name: a, namespace: b}}}',
      ),
      'beside serviceAccounts',
    ],
    [ingress('{action: Allow, source: {services: {name: pair}}}'), 'must name its namespace'],
  ])("stand alone, at the peer's side", (yaml, reason) => {
    expect(reasons(yaml)).toEqual([expect.stringContaining(reason)]);
  });
});

describe('http in rules', () => {
  it('leaves open which request it is: methods, paths and headers are not in a connection', () => {
    for (const http of [
      'methods: [GET]',
      'paths: [{exact: /pay}]',
      'headers: [{header: x, operator: In, values: [a]}]',
    ])
      expect(ask(ingress(`{action: Allow, http: {${http}}}`), 'web/front -> card/api tcp 80')).toBe(
        'indeterminate',
      );
  });

  it('stands in ingress rules that allow, and nowhere else', () => {
    expect(reasons(ingress('{action: Deny, http: {methods: [GET]}}'))).toEqual([
      expect.stringContaining('ingress rules that allow only'),
    ]);
    expect(reasons(egress('{action: Allow, http: {methods: [GET]}}'))).toEqual([
      expect.stringContaining('ingress rules that allow only'),
    ]);
  });
});

describe('domains in rules', () => {
  const DOMAINS = egress('{action: Allow, destination: {domains: ["*.example.org"]}}');
  const SET =
    egress('{action: Allow, destination: {selector: kind == "partner"}}') +
    calicoObject(
      'GlobalNetworkSet',
      'name: partners, labels: {kind: partner}',
      'allowedEgressDomains: [api.example.org]',
    );

  it('leave open which address they stand for: DNS answers are in no export', () => {
    expect(ask(DOMAINS, 'web/front -> 203.0.113.9 tcp 443')).toBe('indeterminate');
    expect(ask(SET, 'web/front -> 203.0.113.9 tcp 443')).toBe('indeterminate');
    expect(ask(DOMAINS, 'web/front -> card/api tcp 443')).toBe('deny');
  });

  it.each([DOMAINS, SET])('match where a flow log ties such a name to the address', yaml => {
    const recomputed = (domains: string): string | undefined =>
      replay(world(yaml), drawFlows(`web/front -> pub(203.0.113.9) tcp 443 : src allow${domains}`)).rows[0]
        ?.recomputed;
    expect(recomputed(' domains=api.example.org')).toBe('allow');
    expect(recomputed(' domains=cdn.other.org,API.example.org')).toBe('allow');
    expect(recomputed(' domains=api.other.org')).toBe('indeterminate');
    expect(recomputed('')).toBe('indeterminate');
  });

  it('have one * for one or more whole labels, never the last', () => {
    expect(matchesDomain('*.example.org', 'a.b.example.org')).toBe(true);
    expect(matchesDomain('*.example.org', 'example.org')).toBe(false);
    expect(matchesDomain('www.*.org', 'www.a.b.org')).toBe(true);
    expect(matchesDomain('www.*.org', 'www.org')).toBe(false);
    expect(matchesDomain('example.org', 'a.example.org')).toBe(false);
    expect(matchesDomain('Example.org', 'example.ORG.')).toBe(true);
    for (const bad of ['example.*', '*.*.org', 'a*.example.org', 'a..org'])
      expect(reasons(egress(`{action: Allow, destination: {domains: ["${bad}"]}}`))).toEqual([
        expect.stringContaining('is no domain'),
      ]);
  });

  it('stand alone in the destination of egress rules that allow', () => {
    const rules = [
      ingress('{action: Allow, destination: {domains: [a.org]}}'),
      egress('{action: Deny, destination: {domains: [a.org]}}'),
      egress('{action: Allow, source: {domains: [a.org]}}'),
      egress('{action: Allow, destination: {domains: [a.org], nets: [10.0.0.0/8]}}'),
      egress('{action: Allow, destination: {domains: [a.org], selector: all()}}'),
    ];
    for (const yaml of rules)
      expect(reasons(yaml)).toEqual([expect.stringMatching(/domains: may (not )?stand/)]);
  });
});
