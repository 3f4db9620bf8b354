// AWS VPC flow logs through the door: columns by their header, wrappers of every kind, and never a policy's verdict.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codesOf, gzipped, importing } from '../../../test/fixtures/importing.ts';
import { printFlows } from '../../../test/fixtures/printed-flows.ts';
import { deriveEdges } from '../../model/edge-table.ts';

const HEADER =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
const ENI = '111122223333 eni-0a1b2c3d';
const IN = `2 ${ENI} 203.0.113.9 10.4.0.7 51000 443 6 12 3400 1772352000 1772352060 ACCEPT OK`;
const BACK = `2 ${ENI} 10.4.0.7 203.0.113.9 443 51000 6 9 800 1772352000 1772352060 ACCEPT OK`;
const REFUSED = `2 ${ENI} 10.4.0.9 10.4.0.7 40112 5432 6 1 60 1772352060 1772352120 REJECT OK`;
const NODATA = `2 ${ENI} - - - - - - - 1772352120 1772352180 - NODATA`;
const SKIPDATA = `2 ${ENI} - - - - - - - 1772352180 1772352240 - SKIPDATA`;

const read = async (content: string | Uint8Array, path = 'vpc.log') => {
  const { intake } = await importing([{ path, content }]);
  const [file] = intake.files;
  return { intake, file, flows: printFlows(intake.flows) };
};
const ROWS = [
  '203.0.113.9:51000 -> 10.4.0.7:443 TCP allow by cloud 3400+0',
  '203.0.113.9:51000 -> 10.4.0.7:443 TCP allow by cloud 0+800',
  '10.4.0.9:40112 -> 10.4.0.7:5432 TCP deny by cloud 60+0',
];
const rowsOf = (flows: readonly string[]): readonly string[] =>
  flows.map(row => row.slice(0, row.lastIndexOf(' ')));

describe('a VPC flow log', () => {
  it('is known by its header, wherever it repeats, and by the default columns without one', async () => {
    const headed = await read([HEADER, IN, HEADER, BACK, REFUSED, ''].join('\n'));
    expect(headed.file).toMatchObject({
      format: 'aws-vpc-flow',
      records: 3,
      diagnostics: [],
    });
    expect(rowsOf(headed.flows)).toEqual(ROWS);
    expect(headed.flows[0]).toContain('vpc.log:2');
    const bare = await read([IN, BACK, REFUSED].join('\r\n'));
    expect(rowsOf(bare.flows)).toEqual(ROWS);
    expect(bare.file?.records).toBe(3);
  });

  it('is known with all 29 fields of version 5 and no header; true ends are those of the packet', async () => {
    const v5 = `5 ${ENI} 10.4.9.9 10.4.0.7 51000 443 6 12 3400 1772352000 1772352060 ACCEPT OK vpc-1 subnet-1 i-1 3 IPv4 203.0.113.9 10.4.0.8 eu-west-1 euw1-az1 - - - - ingress 1`;
    expect(rowsOf((await read(v5)).flows)).toEqual([
      '203.0.113.9:51000 -> 10.4.0.8:443 TCP allow by cloud 3400+0',
    ]);
  });

  it('is read by its header in any order, also of versions 8 to 10 and of transit gateways', async () => {
    const order =
      'action dstport dstaddr srcaddr srcport protocol end start log-status reject-reason resource-id encryption-status';
    const { flows } = await read(
      `${order}\nREJECT 22 10.4.0.7 2001:db8::1 40000 6 1772352060 1772352000 OK BPA r-1 0\n`,
    );
    expect(rowsOf(flows)).toEqual(['2001:db8::1:40000 -> 10.4.0.7:22 TCP deny by cloud 0+0']);
    const gateway =
      'version resource-type account-id tgw-id srcaddr dstaddr srcport dstport protocol packets bytes start end log-status';
    const passing = `6 TransitGateway 111122223333 tgw-1 10.4.0.9 10.5.0.1 40000 443 6 1 60 1772352000 1772352060 OK`;
    expect(rowsOf((await read(`${gateway}\n${passing}`)).flows)).toEqual([
      '10.4.0.9:40000 -> 10.5.0.1:443 TCP unknown by cloud 60+0',
    ]);
  });

  it('turns the answers of a server round by their flags', async () => {
    const row = (flags: number, ports: string, ends: string): string =>
      `${ends} ${ports} 6 ${flags} 100 1772352000 1772352060 ACCEPT`;
    const { flows } = await read(
      [
        'srcaddr dstaddr srcport dstport protocol tcp-flags bytes start end action',
        row(18, '50000 20000', '10.0.2.7 10.0.1.5'),
        row(2, '20000 50000', '10.0.1.5 10.0.2.7'),
        row(0, '50000 20001', '10.0.2.7 10.0.1.5'),
      ].join('\n'),
    );
    expect(rowsOf(flows)).toEqual([
      '10.0.1.5:20000 -> 10.0.2.7:50000 TCP allow by cloud 0+100',
      '10.0.1.5:20000 -> 10.0.2.7:50000 TCP allow by cloud 100+0',
      '10.0.1.5:20001 -> 10.0.2.7:50000 TCP allow by cloud 0+100',
    ]);
  });

  it('counts windows without traffic as covered, and windows that AWS skipped as lost', async () => {
    const { file, flows } = await read([HEADER, IN, NODATA, SKIPDATA].join('\n'));
    expect(file?.records).toBe(3);
    expect(flows).toHaveLength(1);
    expect(file?.period).toEqual({ from: '2026-03-01T08:00:00Z', to: '2026-03-01T08:03:00Z' });
    expect(file?.coverage).toMatchObject({ records: 2, lost: 1, silenceCount: 0 });
  });

  it('is known although its first line is cut off, as a log is that was rotated while it was copied', async () => {
    const { file, flows, intake } = await read([IN.slice(30), BACK, REFUSED, HEADER, IN, ''].join('\n'));
    expect(file).toMatchObject({ format: 'aws-vpc-flow', records: 3 });
    expect(rowsOf(flows)).toEqual([ROWS[1], ROWS[2], ROWS[0]]);
    expect(intake.diagnostics.find(item => item.code === 'intake.lines.bad')?.line).toBe(1);
  });

  it('without addresses says so once, and its records are counted', async () => {
    const header = 'version interface-id bytes start end action log-status';
    const line = '2 eni-0a1b2c3d 60 1772352000 1772352060 ACCEPT OK';
    const { file, flows } = await read([header, line, line, header, line].join('\n'));
    expect(file).toMatchObject({ format: 'aws-vpc-flow', records: 3 });
    expect(flows).toEqual([]);
    expect(file?.diagnostics.map(item => [item.code, item.line])).toEqual([
      ['intake.aws-vpc-flow.no-addresses', 2],
    ]);
  });

  it('has protocols by number, and ICMP no ports', async () => {
    const line = (protocol: number): string =>
      `2 ${ENI} 10.0.0.1 10.0.0.2 0 0 ${protocol} 1 84 1772352000 1772352060 ACCEPT OK`;
    const { flows } = await read([HEADER, line(1), line(50)].join('\n'));
    expect(rowsOf(flows)).toEqual([
      '10.0.0.1 -> 10.0.0.2 ICMP allow by cloud 84+0',
      '10.0.0.1 -> 10.0.0.2 50 allow by cloud 84+0',
    ]);
  });

  it('names lines that are no records, and reads their neighbours', async () => {
    const { file, intake } = await read(
      [HEADER, IN, `${IN} more`, REFUSED.replace('40112 ', ''), BACK].join('\n'),
    );
    expect(file?.records).toBe(2);
    expect(intake.diagnostics.find(item => item.code === 'intake.lines.bad')?.message).toContain('3, 4');
  });
});

describe('the edges of a VPC flow log', () => {
  it('are the same whatever the order of its lines: one connection, one direction', async () => {
    const line = fc
      .tuple(
        fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3'),
        fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3'),
        fc.constantFrom(443, 20_000, 40_000, 50_000),
        fc.constantFrom(443, 20_000, 40_000, 50_000),
        fc.constantFrom(0, 2, 18),
        fc.constantFrom('ACCEPT', 'REJECT'),
      )
      .map(
        ([src, dst, from, to, flags, action]) =>
          `${src} ${dst} ${from} ${to} 6 ${flags} 7 1772352000 1772352060 ${action}`,
      );
    const header = 'srcaddr dstaddr srcport dstport protocol tcp-flags bytes start end action';
    const edgesOf = async (lines: readonly string[]): Promise<readonly string[]> => {
      const { intake } = await read([header, ...lines].join('\n'));
      const edges = deriveEdges(intake.flows[0]!);
      return Array.from({ length: edges.edges }, (_, at) =>
        [
          edges.strings[edges.srcIp[at]!],
          edges.strings[edges.dstIp[at]!],
          edges.dstPort[at],
          edges.reported[at],
          edges.directionGuessed[at],
          edges.recordCount[at],
          edges.bytes[at],
        ].join(' '),
      );
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 12 }),
        fc.func(fc.integer()),
        async (lines, rank) => {
          const shuffled = [...lines].sort((a, b) => rank(a) - rank(b));
          expect(await edgesOf(shuffled)).toEqual(await edgesOf(lines));
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('a VPC flow log in a wrapper', () => {
  const event = (message: string, id: number) => ({ id: `e${id}`, timestamp: 1772352000000, message });
  const subscription = (...messages: readonly string[]) => ({
    messageType: 'DATA_MESSAGE',
    owner: '111122223333',
    logGroup: '/vpc',
    logStream: 'eni-0a1b2c3d-all',
    subscriptionFilters: ['f'],
    logEvents: messages.map(event),
  });
  const control = { messageType: 'CONTROL_MESSAGE', logEvents: [event('CWL CONTROL MESSAGE', 0)] };

  it.each([
    ['a gzip file', gzipped([HEADER, IN, BACK, REFUSED].join('\n'))],
    ['one CloudWatch subscription', JSON.stringify(subscription(IN, BACK, REFUSED))],
    [
      'subscriptions back to back',
      [subscription(IN), control, subscription(BACK, REFUSED)].map(some => JSON.stringify(some)).join(''),
    ],
    [
      'subscriptions, one a line',
      [control, subscription(IN), subscription(BACK, REFUSED)].map(some => JSON.stringify(some)).join('\n'),
    ],
    [
      'events of aws logs filter-log-events',
      JSON.stringify({ events: [IN, BACK, REFUSED].map(event), searchedLogStreams: [] }, undefined, 2),
    ],
    [
      'lines of a shipper',
      [IN, BACK, REFUSED]
        .map(message => JSON.stringify({ '@timestamp': '2026-03-01T08:00:00Z', message }))
        .join('\n'),
    ],
    ['an export task', [IN, BACK, REFUSED].map(line => `2026-03-01T08:00:00.000Z ${line}`).join('\n')],
    [
      'aws logs tail',
      [IN, BACK, REFUSED].map(line => `2026-03-01T08:00:00+00:00 eni-0a1b2c3d-all ${line}`).join('\n'),
    ],
    [
      'Logs Insights',
      ['@timestamp,@message', ...[IN, BACK, REFUSED].map(line => `2026-03-01 08:00:00.000,${line}`)].join(
        '\n',
      ),
    ],
    [
      'Logs Insights, quoted',
      ['"@message","@ptr"', ...[IN, BACK, REFUSED].map(line => `"${line}","abc"`)].join('\n'),
    ],
    [
      'Logs Insights fields',
      [
        '@timestamp,srcAddr,dstAddr,srcPort,dstPort,protocol,bytes,start,end,action,logStatus',
        ...[IN, BACK, REFUSED].map(line => {
          const c = line.split(' ');
          return [
            '2026-03-01 08:00:00.000',
            c[3],
            c[4],
            c[5],
            c[6],
            c[7],
            c[9],
            c[10],
            c[11],
            c[12],
            c[13],
          ].join(',');
        }),
      ].join('\n'),
    ],
  ])('gives the same records: %s', async (_, content) => {
    const { file, flows, intake } = await read(content);
    expect(file?.format).toBe('aws-vpc-flow');
    expect(file?.records).toBe(3);
    expect(rowsOf(flows)).toEqual(ROWS);
    expect(intake.diagnostics.filter(item => item.severity !== 'info')).toEqual([]);
  });

  it('keeps the line of each event of a document', async () => {
    const { flows } = await read(JSON.stringify({ events: [IN, REFUSED].map(event) }, undefined, 2));
    expect(flows.map(row => row.slice(row.lastIndexOf(':')))).toEqual([':3', ':8']);
  });
});

describe('lines in an order of their own without a header', () => {
  it.each([
    `${ENI} 203.0.113.9 10.4.0.7 443 ACCEPT OK`,
    `10.4.0.9 10.4.0.7 1772352000 1772352060 REJECT`,
    `6 TransitGateway 111122223333 tgw-0a1b2c3d 10.4.0.9 10.5.0.1 40000 443 6 1 60 1772352000 1772352060 OK`,
    JSON.stringify({
      messageType: 'DATA_MESSAGE',
      logEvents: [{ id: '1', timestamp: 1, message: `${ENI} 10.4.0.7 ACCEPT OK` }],
    }),
  ])('are kept as a text, and how to give the header is said: %s', async line => {
    const { file, intake } = await read(`${line}\n${line}\n`);
    expect(file?.format).toBe('text');
    expect(codesOf(intake)).toContain('intake.aws-vpc-flow.no-header');
  });

  it.each([
    'Mar  1 08:00:00 host sshd: ACCEPT from 10.0.0.1 OK',
    'version 2 of the report, with many words',
    'name,source,destination',
  ])('are not seen in other texts: %s', async line => {
    const { file, intake } = await read(`${line}\n${line}\n`);
    expect(file?.format).toBe('text');
    expect(codesOf(intake)).not.toContain('intake.aws-vpc-flow.no-header');
  });
});

describe('the counters of a VPC flow log', () => {
  it('are never taken for account numbers', async () => {
    const port = fc.integer({ min: 1, max: 65_535 });
    const line = fc
      .tuple(
        port,
        port,
        fc.integer({ min: 1, max: 99_999 }),
        fc.integer({ min: 40, max: 99_999_999 }),
        fc.integer({ min: 0, max: 99_999 }),
      )
      .map(
        ([a, b, packets, bytes, at]) =>
          `2 ${ENI} 10.0.0.1 10.0.0.2 ${a} ${b} 6 ${packets} ${bytes} ${1772352000 + at} ${1772352060 + at} ACCEPT OK`,
      );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 100, maxLength: 100 }), async lines => {
        const { file, intake } = await read([HEADER, ...lines].join('\n'));
        expect(intake.accountData).toEqual([]);
        expect(file?.records).toBe(100);
      }),
      { numRuns: 60 },
    );
  });
});
