// Calico's other logs: CSV of flows out of Kibana, DNS answers, requests, and what Elasticsearch wraps around all of them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importing } from '../../../test/fixtures/importing.ts';
import { printFlows } from '../../../test/fixtures/printed-flows.ts';

const FLOW = {
  start_time: 1772352000,
  end_time: 1772352300,
  source_type: 'wep',
  source_namespace: 'web',
  source_name: '-',
  source_name_aggr: 'front-5f6d-*',
  source_ip: null,
  source_labels: { labels: ['app=front', 'tier=web'] },
  dest_type: 'net',
  dest_namespace: '-',
  dest_name: '-',
  dest_name_aggr: 'pub',
  dest_ip: '203.0.113.9',
  dest_port: 443,
  dest_domains: ['api.bank.example', 'www.bank.example'],
  proto: 'tcp',
  action: 'allow',
  reporter: 'src',
  bytes_out: 1234567,
  bytes_in: 10,
  num_flows_started: 2,
  policies: { all_policies: ['1|__PROFILE__|pro:kns.web|allow|0', '0|security|web/security.pass|pass|0'] },
};
const ROW = 'web/front-5f6d-* -> pub(203.0.113.9):443 TCP allow by source 1234567+10';
const DNS = {
  start_time: 1772352000,
  end_time: 1772352010,
  type: 'LOG',
  count: 3,
  client_name: '-',
  client_name_aggr: 'front-5f6d-*',
  client_namespace: 'web',
  client_ip: null,
  qname: 'Api.Bank.example.',
  qtype: 'A',
  qclass: 'IN',
  rcode: 'NoError',
  rrsets: [
    { name: 'api.bank.example', type: 'CNAME', class: 'IN', rdata: ['edge.bank.example'] },
    { name: 'edge.bank.example', type: 'A', class: 'IN', rdata: ['203.0.113.10', '203.0.113.9'] },
  ],
  servers: [{ ip: '10.0.0.10', name: 'coredns-1', namespace: 'kube-system' }],
};
const L7 = {
  start_time: 1772352000,
  end_time: 1772352300,
  host: 'n1',
  src_name_aggr: 'front-5f6d-*',
  src_namespace: 'web',
  src_type: 'wep',
  dest_name_aggr: 'api-*',
  dest_namespace: 'card',
  dest_type: 'wep',
  dest_service_name: 'api',
  dest_service_namespace: 'card',
  dest_service_port: 443,
  dest_port_num: 8443,
  url: 'api.card:8443/pay/authorise?card=x',
  response_code: '200',
  method: 'POST',
  type: 'html/1.1',
  duration_mean: 5,
  duration_max: 9,
  bytes_in: 100,
  bytes_out: 50,
  count: 4,
};

const read = async (content: string) => (await importing([{ path: 'log', content }])).intake;
const rowsOf = (intake: Awaited<ReturnType<typeof read>>): readonly string[] =>
  printFlows(intake.flows).map(row => row.slice(0, row.lastIndexOf(' ')));
const lines = (...records: readonly object[]): string =>
  records.map(record => JSON.stringify(record)).join('\n');

describe('a Calico flow log out of Kibana', () => {
  const columns = [
    'start_time',
    'end_time',
    'source_type',
    'source_namespace',
    'source_name',
    'source_name_aggr',
    'source_labels.labels',
    'dest_type',
    'dest_namespace',
    'dest_name_aggr',
    'dest_ip',
    'dest_port',
    'dest_domains',
    'proto',
    'action',
    'reporter',
    'bytes_out',
    'bytes_in',
    'num_flows_started',
    'policies.all_policies',
  ];
  const cells = (start: string, end: string): string =>
    `${start},${end},wep,web,"-","front-5f6d-*","app=front, tier=web",net,"-",pub,"203.0.113.9",443,"api.bank.example, www.bank.example",tcp,allow,src,"1,234,567",10,2,"1|__PROFILE__|pro:kns.web|allow|0, 0|security|web/security.pass|pass|0"`;
  const asFields = Object.fromEntries(
    Object.entries(FLOW).flatMap(([key, value]): [string, unknown][] => {
      if (value === null) return [];
      if (key === 'source_labels') return [['source_labels.labels', FLOW.source_labels.labels]];
      if (key === 'policies') return [['policies.all_policies', FLOW.policies.all_policies]];
      return [[key, Array.isArray(value) ? value : [value]]];
    }),
  );

  it.each([
    ['lines', lines(FLOW)],
    [
      'hits of a search',
      JSON.stringify({ took: 1, hits: { total: 1, hits: [{ _index: 'i', _source: FLOW }] } }),
    ],
    ['a hit a line', lines({ _index: 'i', _id: '1', _source: FLOW })],
    ['fields in arrays', lines({ _index: 'i', _id: '1', fields: asFields })],
    ['CSV with seconds', `${columns.join(',')}\n${cells('1772352000', '1772352300')}\n`],
    [
      'CSV with quoted names and CRLF',
      `${columns.map(name => `"${name}"`).join(',')}\r\n${cells('"1,772,352,000"', '1772352300')}\r\n`,
    ],
    [
      'CSV with ISO times',
      `${columns.join(',')}\n${cells('2026-03-01T08:00:00.000Z', '2026-03-01T08:05:00.000Z')}`,
    ],
    [
      'CSV with times in words',
      `${columns.join(',')}\n${cells('"Mar 1, 2026 @ 08:00:00.000"', '"Mar 1, 2026 @ 08:05:00.000"')}`,
    ],
  ])('gives the same record: %s', async (_, content) => {
    const intake = await read(content);
    expect(intake.files[0]).toMatchObject({ format: 'calico-flow', records: 1 });
    expect(intake.files[0]?.period).toEqual({ from: '2026-03-01T08:00:00Z', to: '2026-03-01T08:05:00Z' });
    expect(rowsOf(intake)).toEqual([ROW]);
    const [{ parts, strings } = { parts: [], strings: [] }] = intake.flows;
    const text = (column: 'srcLabels' | 'policies' | 'dstDomains'): string => strings[parts[0]![column][0]!]!;
    expect(text('srcLabels')).toBe('app=front,tier=web');
    expect(text('dstDomains')).toBe('api.bank.example,www.bank.example');
    expect(text('policies').split('\n')[0]).toBe('0|security|web/security.pass|pass|0');
    const codes = intake.diagnostics.filter(item => item.severity !== 'info').map(item => item.code);
    expect(codes).toEqual(content.includes(' @ ') ? ['intake.csv.no-zone'] : []);
  });
});

describe('a Calico DNS log', () => {
  it('ties a name to the addresses of its aliases, counted over all equal answers', async () => {
    const intake = await read(lines(DNS, { ...DNS, start_time: 1772352600, end_time: 1772352610, count: 1 }));
    expect(intake.files[0]).toMatchObject({ format: 'calico-dns', records: 2 });
    expect(intake.dns).toEqual([
      {
        cluster: 'default',
        name: 'api.bank.example',
        addresses: ['203.0.113.10', '203.0.113.9'],
        client: 'web/front-5f6d-*',
        count: 4,
        from: '2026-03-01T08:00:00Z',
        to: '2026-03-01T08:10:10Z',
        source: { file: 'log', line: 1 },
      },
    ]);
    expect(intake.flows).toEqual([]);
  });

  it('ties nothing where there was no address, and tells what it left out', async () => {
    const unlogged = { start_time: 1772352000, end_time: 1772352300, type: 'UNLOGGED', count: 17 };
    const intake = await read(lines({ ...DNS, rcode: 'NXDomain', rrsets: null }, unlogged));
    expect(intake.files[0]).toMatchObject({ format: 'calico-dns', records: 2 });
    expect(intake.files[0]?.coverage?.lost).toBe(17);
    expect(intake.dns).toEqual([]);
    expect(intake.flows).toEqual([]);
  });

  it('is the same facts whatever the order of its lines', async () => {
    const record = fc.record({
      qname: fc.constantFrom('a.example', 'B.example.', 'c.example'),
      start_time: fc.integer({ min: 1772352000, max: 1772352900 }),
      client_name_aggr: fc.constantFrom('front-*', 'api-*'),
      count: fc.integer({ min: 1, max: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 12 }), async records => {
        const made = records.map(some => ({ ...DNS, ...some, end_time: some.start_time + 10 }));
        const [there, back] = [await read(lines(...made)), await read(lines(...[...made].reverse()))];
        const plain = (intake: typeof there) =>
          intake.dns.map(({ source, ...fact }) => ({ ...fact, file: source.file }));
        expect(plain(back)).toEqual(plain(there));
      }),
      { numRuns: 50 },
    );
  });
});

describe('a Calico L7 log', () => {
  it('tells who asked whom for what, without the query', async () => {
    const tls = {
      ...L7,
      url: '-',
      method: '-',
      response_code: '-',
      type: 'tls',
      tls_version: 'TLS 1.2',
      tls_sni: 'api.card',
    };
    const intake = await read(lines(L7, { ...L7, count: 1 }, tls));
    expect(intake.files[0]).toMatchObject({ format: 'calico-l7', records: 3 });
    expect(intake.files[0]?.coverage?.nodes).toEqual(['n1']);
    const common = {
      cluster: 'default',
      src: 'web/front-5f6d-*',
      dst: 'card/api-*',
      service: 'card/api',
      port: 8443,
      from: '2026-03-01T08:00:00Z',
      to: '2026-03-01T08:05:00Z',
    };
    expect(intake.requests).toEqual([
      {
        ...common,
        protocol: 'html/1.1',
        method: 'POST',
        path: '/pay/authorise',
        code: 200,
        count: 5,
        bytes: 300,
        source: { file: 'log', line: 1 },
      },
      {
        ...common,
        protocol: 'tls',
        tls: { version: 'TLS 1.2', serverName: 'api.card' },
        count: 4,
        bytes: 150,
        source: { file: 'log', line: 3 },
      },
    ]);
  });
});
