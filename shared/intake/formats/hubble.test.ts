// Hubble events: one connection, one direction, and a verdict only from points that stand behind a policy.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importing } from '../../../test/fixtures/importing.ts';
import { printFlows } from '../../../test/fixtures/printed-flows.ts';
import { EDGE_REPORTED } from '../../model/edge-group.ts';
import { deriveEdges } from '../../model/edge-table.ts';

const SHOP = { ID: 11, identity: 5001, namespace: 'web', labels: ['k8s:app=shop'], pod_name: 'shop-1' };
const CARD = { ID: 12, identity: 5002, namespace: 'pay', labels: ['k8s:app=card'], pod_name: 'card-0' };
const away = ({ ID: _, ...end }: typeof SHOP) => end;
const TCP = (source_port: number, destination_port: number, flags: object = { ACK: true }) => ({
  TCP: { source_port, destination_port, flags },
});
const THERE = {
  time: '2026-03-01T08:00:00.5Z',
  verdict: 'FORWARDED',
  IP: { source: '10.4.0.9', destination: '10.4.0.7', ipVersion: 'IPv4' },
  l4: TCP(40112, 5432),
  source: SHOP,
  destination: CARD,
  Type: 'L3_L4',
  node_name: 'n1',
  is_reply: false,
};
const BACK = {
  ...THERE,
  IP: { source: '10.4.0.7', destination: '10.4.0.9' },
  l4: TCP(5432, 40112),
  source: CARD,
  destination: SHOP,
  is_reply: true,
};
const wrapped = (flow: object) => ({ flow, node_name: 'n1', time: '2026-03-01T08:00:00.5Z' });
const lines = (...records: readonly object[]): string =>
  records.map(record => `${JSON.stringify(record)}\n`).join('');
const read = async (...records: readonly object[]) =>
  (await importing([{ path: 'events.log', content: lines(...records) }])).intake;
const rows = async (...flows: readonly object[]): Promise<readonly string[]> =>
  printFlows((await read(...flows.map(wrapped))).flows).map(row => row.replace(/ \d+\+\d+ .*/, ''));
const ENDS = 'web/shop-1(10.4.0.9):40112 -> pay/card-0(10.4.0.7):5432 TCP';

describe('an event of Hubble', () => {
  it.each([
    [
      'TO_ENDPOINT of an ingress: its destination allowed',
      { traffic_direction: 'INGRESS', trace_observation_point: 'TO_ENDPOINT' },
      'allow by destination',
    ],
    [
      'TO_STACK of an egress: its source allowed',
      { traffic_direction: 'EGRESS', trace_observation_point: 'TO_STACK' },
      'allow by source',
    ],
    [
      'TO_OVERLAY without a direction: seen on its way',
      { is_reply: undefined, trace_observation_point: 'TO_OVERLAY' },
      'allow by forward',
    ],
    [
      'FROM_ENDPOINT: seen, nothing decided',
      { traffic_direction: 'EGRESS', trace_observation_point: 'FROM_ENDPOINT' },
      'unknown by source',
    ],
    [
      'FROM_NETWORK by its number',
      { traffic_direction: 'INGRESS', trace_observation_point: 10 },
      'unknown by destination',
    ],
    [
      'a trace event by its sub type alone',
      { traffic_direction: 'EGRESS', event_type: { type: 4, sub_type: 5 } },
      'unknown by source',
    ],
    [
      'a trace event without a sub type: TO_ENDPOINT',
      { traffic_direction: 'INGRESS', event_type: { type: 4 } },
      'allow by destination',
    ],
    [
      'TO_PROXY: not final',
      { traffic_direction: 'EGRESS', trace_observation_point: 'TO_PROXY' },
      'unknown by source',
    ],
    ['REDIRECTED: not final', { verdict: 'REDIRECTED', traffic_direction: 'EGRESS' }, 'unknown by source'],
    [
      'AUDIT: would have been denied',
      { verdict: 'AUDIT', traffic_direction: 'INGRESS' },
      'audit by destination',
    ],
    [
      'DROPPED by policy',
      { verdict: 'DROPPED', drop_reason_desc: 'POLICY_DENIED', traffic_direction: 'INGRESS', is_reply: null },
      'deny by destination',
    ],
    [
      'DROPPED by policy, numbers for names',
      { verdict: 2, drop_reason: 181, traffic_direction: 2, is_reply: null },
      'deny by source',
    ],
    [
      'DROPPED for another reason',
      { verdict: 'DROPPED', drop_reason_desc: 'CT_MAP_INSERTION_FAILED', traffic_direction: 'EGRESS' },
      'unknown by source',
    ],
    [
      'of a release that left out false',
      { is_reply: undefined, traffic_direction: 'INGRESS' },
      'allow by destination',
    ],
  ])('is told as what it is: %s', async (_, members, said) => {
    expect(await rows({ ...THERE, ...members })).toEqual([`${ENDS} ${said}`]);
  });

  it('that is a reply keeps the side that reported it', async () => {
    expect(
      await rows(
        {
          ...BACK,
          traffic_direction: 'INGRESS',
          trace_observation_point: 'TO_STACK',
          destination: away(SHOP),
        },
        {
          ...BACK,
          traffic_direction: 'EGRESS',
          trace_observation_point: 'TO_ENDPOINT',
          source: away(CARD),
          reply: true,
          is_reply: undefined,
        },
      ),
    ).toEqual([`${ENDS} allow by destination`, `${ENDS} allow by source`]);
  });

  it('that does not tell whether it is a reply is turned by its flags, else by its ports', async () => {
    const open = { is_reply: null, trace_observation_point: 'TO_OVERLAY' };
    const synAck = { ...BACK, ...open, l4: TCP(5432, 40112, { SYN: true, ACK: true }) };
    expect(await rows(synAck, { ...BACK, ...open }, { ...THERE, ...open })).toEqual(
      [1, 2, 3].map(() => `${ENDS} allow by forward`),
    );
  });

  it('with an end in another cluster of the mesh does not take that end for one of this cluster', async () => {
    const source = { ...away(SHOP), cluster_name: 'other' };
    const destination = { ...CARD, cluster_name: 'here' };
    expect(await rows({ ...THERE, source, destination, traffic_direction: 'INGRESS' })).toEqual([
      'other/web/shop-1:40112 -> pay/card-0(10.4.0.7):5432 TCP allow by destination',
    ]);
  });

  it('counts losses wherever they are told, and names nodes that were not reached', async () => {
    const intake = await read(
      wrapped({ ...THERE, traffic_direction: 'INGRESS' }),
      {
        lost_events: { source: 'HUBBLE_RING_BUFFER', num_events_lost: '41', cpu: 3 },
        node_name: 'n1',
        time: '2026-03-01T08:00:01Z',
      },
      {
        node_status: { state_change: 'NODE_UNAVAILABLE', node_names: ['n3', 'n2'] },
        node_name: 'relay',
        time: '2026-03-01T08:00:01Z',
      },
      {
        node_status: { state_change: 'NODE_CONNECTED', node_names: ['n1'] },
        node_name: 'relay',
        time: '2026-03-01T08:00:00Z',
      },
    );
    expect(intake.files[0]).toMatchObject({
      format: 'hubble',
      records: 4,
      coverage: { lost: 41, nodes: ['n1'] },
    });
    const said = intake.diagnostics.filter(item => item.code === 'intake.hubble.node-unavailable');
    expect(said.map(item => [item.line, item.message])).toEqual([
      [3, 'Hubble could not be reached on n2, n3 (NODE_UNAVAILABLE); its flows are not in this log'],
    ]);
  });

  it('of which the exporter dropped fields is still a record', async () => {
    const intake = await read({
      flow: {
        time: '2026-03-01T08:00:00Z',
        verdict: 'FORWARDED',
        source: { pod_name: 'shop-1', namespace: 'web' },
      },
    });
    expect(intake.files[0]).toMatchObject({ format: 'hubble', records: 1 });
  });
});

describe('a connection that Hubble saw at many points', () => {
  const allowed = [
    { ...THERE, is_reply: null, trace_observation_point: 'FROM_ENDPOINT' },
    { ...THERE, traffic_direction: 'EGRESS', trace_observation_point: 'TO_STACK' },
    { ...THERE, is_reply: null, trace_observation_point: 'TO_OVERLAY' },
    { ...THERE, traffic_direction: 'INGRESS', trace_observation_point: 'TO_ENDPOINT' },
    { ...BACK, traffic_direction: 'INGRESS', trace_observation_point: 'TO_STACK' },
    { ...BACK, traffic_direction: 'EGRESS', trace_observation_point: 'TO_ENDPOINT' },
  ];
  const denied = [
    ...allowed.slice(0, 3),
    {
      ...THERE,
      verdict: 'DROPPED',
      drop_reason_desc: 'POLICY_DENIED',
      traffic_direction: 'INGRESS',
      is_reply: null,
    },
  ];
  const verdicts = async (flows: readonly object[]): Promise<readonly number[]> => {
    const [table] = (await read(...flows.map(wrapped))).flows;
    return [...deriveEdges(table!).reported].filter(code => code !== EDGE_REPORTED.unknown);
  };

  it('has one verdict, whatever the order of the events', async () => {
    const order = fc.array(fc.nat(), { minLength: 6, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.boolean(), order, async (isAllowed, ranks) => {
        const flows = isAllowed ? allowed : denied;
        const shuffled = flows.map((flow, at) => ({ flow, at: ranks[at]! })).sort((a, b) => a.at - b.at);
        expect(await verdicts(shuffled.map(({ flow }) => flow))).toEqual([
          isAllowed ? EDGE_REPORTED.allow : EDGE_REPORTED.deny,
        ]);
      }),
      { numRuns: 40 },
    );
  });

  it('has none where nothing but its beginning was seen', async () => {
    expect(await verdicts(allowed.slice(0, 1))).toEqual([]);
    expect(await verdicts(allowed.slice(2, 3))).toEqual([]);
  });
});

describe('layer 7 of Hubble', () => {
  const L7 = { ...THERE, Type: 'L7', is_reply: undefined, traffic_direction: 'EGRESS' };

  it('ties names to the addresses that were answered', async () => {
    const dns = {
      query: 'Api.Bank.example.',
      ips: ['203.0.113.9', '203.0.113.10'],
      ttl: 30,
      qtypes: ['A'],
      rrtypes: ['A'],
    };
    const intake = await read(
      wrapped({ ...L7, l7: { type: 'REQUEST', dns: { query: 'Api.Bank.example.', qtypes: ['A'] } } }),
      wrapped({
        ...BACK,
        Type: 'L7',
        is_reply: undefined,
        traffic_direction: 'EGRESS',
        l7: { type: 'RESPONSE', dns },
      }),
    );
    expect(intake.dns).toEqual([
      {
        cluster: 'default',
        name: 'api.bank.example',
        addresses: ['203.0.113.10', '203.0.113.9'],
        client: 'web/shop-1',
        count: 1,
        from: '2026-03-01T08:00:00.500Z',
        to: '2026-03-01T08:00:00.500Z',
        source: { file: 'events.log', line: 2 },
      },
    ]);
  });

  it('tells questions, and answers with their codes', async () => {
    const http = { method: 'GET', url: 'http://card.pay:5432/cards/7?pin=1#x', protocol: 'HTTP/1.1' };
    const intake = await read(
      wrapped({ ...L7, l7: { type: 'REQUEST', http } }),
      wrapped({
        ...BACK,
        Type: 'L7',
        traffic_direction: 'EGRESS',
        l7: { type: 'RESPONSE', http: { ...http, code: 403 } },
      }),
    );
    const shown = intake.requests.map(({ src, dst, port, method, path, code, source }) => [
      src,
      dst,
      port,
      method,
      path,
      code,
      source.line,
    ]);
    expect(shown).toEqual([
      ['web/shop-1', 'pay/card-0', 5432, 'GET', '/cards/7', undefined, 1],
      ['web/shop-1', 'pay/card-0', 5432, 'GET', '/cards/7', 403, 2],
    ]);
  });
});
