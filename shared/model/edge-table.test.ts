// Edges: both sides' reports are paired (calico.md 2.1), and the order of records does not matter.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawFlows } from '../../test/fixtures/drawn-flows.ts';
import { deriveEdges, type EdgeTable } from './edge-table.ts';

const REPORTED = ['allow', 'deny', 'unknown', 'passed', 'refused'];

// One text a row: everything a reader sees, by text rather than by index.
function print(edges: EdgeTable): string[] {
  const text = (column: Uint32Array, at: number): string => edges.strings[column[at] ?? 0] ?? '';
  return Array.from({ length: edges.edges }, (_, at) => {
    const from = [edges.srcNamespace, edges.srcName, edges.srcIp]
      .map(column => text(column, at))
      .filter(Boolean)
      .join('/');
    const to = [edges.dstNamespace, edges.dstName, edges.dstIp]
      .map(column => text(column, at))
      .filter(Boolean)
      .join('/');
    const counts = `records=${edges.recordCount[at]} n=${edges.connections[at]} bytes=${edges.bytes[at]}`;
    const sides = `${edges.byDestination[at] === 1 ? ' by-destination' : ''}${edges.deniedAtSource[at] === 1 ? ' at-source' : ''}`;
    const place = `${edges.files[edges.file[at] ?? 0]}:${edges.line[at]}`;
    const times = `${(edges.first[at] ?? 0) / 1000}-${(edges.last[at] ?? 0) / 1000}`;
    const hit = text(edges.policies, at);
    return `${from} -> ${to} ${text(edges.protocol, at)} ${edges.dstPort[at]} ${REPORTED[edges.reported[at] ?? 9]}${sides} ${counts} ${times} ${place}${hit && ` ${hit}`}`;
  });
}
const edgesOf = (drawing: string): string[] => print(deriveEdges(drawFlows(drawing)));

describe('an edge', () => {
  it('counts an allowed connection once although both sides report it', () => {
    expect(
      edgesOf(`web/front -> card/api tcp 443 : src allow n=2 bytes=100 at=0
web/front -> card/api tcp 443 : dst allow n=2 bytes=100 at=10`),
    ).toEqual([
      'web/front -> card/api TCP 443 allow by-destination records=2 n=2 bytes=100 0-310 flows.log:2',
    ]);
  });

  it('is denied when the source allowed and the destination denied', () => {
    expect(
      edgesOf(`web/front -> card/api tcp 443 : src allow n=1
web/front -> card/api tcp 443 : dst deny n=1`),
    ).toEqual(['web/front -> card/api TCP 443 deny by-destination records=2 n=1 bytes=0 0-300 flows.log:2']);
  });

  it('is denied at the source without a word from the destination', () => {
    expect(edgesOf('web/front -> card/api tcp 443 : src deny n=3')).toEqual([
      'web/front -> card/api TCP 443 deny at-source records=1 n=3 bytes=0 0-300 flows.log:1',
    ]);
  });

  it('is split where some connections were allowed and some denied', () => {
    expect(
      edgesOf(`web/front -> card/api tcp 443 : dst deny n=1 at=600
web/front -> card/api tcp 443 : src allow n=4
web/front -> card/api tcp 443 : dst allow n=3
web/front -> card/api tcp 443 : src deny n=2 at=900`),
    ).toEqual([
      'web/front -> card/api TCP 443 allow by-destination records=2 n=3 bytes=0 0-300 flows.log:3',
      'web/front -> card/api TCP 443 deny by-destination at-source records=2 n=3 bytes=0 600-1200 flows.log:1',
    ]);
  });

  it('that only its source reports stands on the source alone', () => {
    expect(edgesOf('web/front -> card/api tcp 443 : src allow')).toEqual([
      'web/front -> card/api TCP 443 allow records=1 n=1 bytes=0 0-300 flows.log:1',
    ]);
  });

  it('knows outsiders by address and pods by name', () => {
    expect(
      edgesOf(`pub(203.0.113.9) -> web/front tcp 443 : dst allow
pub(203.0.113.8) -> web/front tcp 443 : dst allow
pub -> web/front tcp 443 : dst allow`).map(row => row.split(' ')[0]),
    ).toEqual(['pub', 'pub/203.0.113.8', 'pub/203.0.113.9']);
  });

  it('is of unknown outcome when only a forwarding host reports, or the log says neither', () => {
    expect(edgesOf('pub -> web/front tcp 443 : fwd allow')[0]).toContain(' unknown ');
    expect(edgesOf('pub -> web/front tcp 443 : dst audit')[0]).toContain(' unknown ');
    expect(edgesOf('pub -> web/front tcp 443 : any deny')[0]).toContain(' deny ');
  });

  it('of a cloud interface stands beside what policies decided, and lends them nothing', () => {
    expect(
      edgesOf(`pub(203.0.113.9) -> host(node1) tcp 443 : cloud allow n=0 bytes=9
pub(203.0.113.9) -> host(node1) tcp 443 : cloud deny n=0 bytes=1 at=300
pub(203.0.113.9) -> host(node1) tcp 443 : dst deny n=1 bytes=2`),
    ).toEqual([
      'pub/203.0.113.9 -> node1 TCP 443 deny by-destination records=1 n=1 bytes=2 0-300 flows.log:3',
      'pub/203.0.113.9 -> node1 TCP 443 passed records=1 n=0 bytes=9 0-300 flows.log:1',
      'pub/203.0.113.9 -> node1 TCP 443 refused records=1 n=0 bytes=1 300-600 flows.log:2',
    ]);
  });

  it('takes in the records that saw its connections and decided nothing, where there is one outcome', () => {
    const way = `web/front -> card/api tcp 443 : src unknown n=0
web/front -> card/api tcp 443 : fwd allow n=0`;
    const said = (outcomes: string): string[] =>
      edgesOf(`${way}\n${outcomes}`).map(row => row.replace(/^.* 443 (.*) n=.*$/, '$1'));
    expect(said('web/front -> card/api tcp 443 : dst allow')).toEqual(['allow by-destination records=3']);
    expect(said('web/front -> card/api tcp 443 : src deny')).toEqual(['deny at-source records=3']);
    expect(
      said('web/front -> card/api tcp 443 : dst allow\nweb/front -> card/api tcp 443 : dst deny'),
    ).toEqual(['allow by-destination records=1', 'deny by-destination records=1', 'unknown records=2']);
  });

  it('lets a host that denied on the way, and a verdict for show, stand beside it', () => {
    for (const open of ['fwd deny', 'dst audit', 'cloud unknown'])
      expect(
        edgesOf(`web/front -> card/api tcp 443 : dst allow\nweb/front -> card/api tcp 443 : ${open}`),
      ).toHaveLength(2);
  });

  it('has a guessed direction only where no record tells who opened it', () => {
    const guessed = (drawing: string): number[] => [...deriveEdges(drawFlows(drawing)).directionGuessed];
    const guess = 'pub(203.0.113.9) -> host(node1) tcp 443 : cloud allow opener=ports';
    expect(guessed(guess)).toEqual([1]);
    expect(guessed(`${guess}\n${guess.replace('=ports', '=told')}`)).toEqual([0]);
  });

  it('keeps the labels that all its records share', () => {
    const edges = deriveEdges(
      drawFlows(`web/front-* -> pub tcp 443 : src allow from=app=front,v=1
web/front-* -> pub tcp 443 : src allow from=app=front,v=2`),
    );
    expect(edges.strings[edges.srcLabels[0] ?? 0]).toBe('app=front');
  });

  it('is the same whatever the order and the parts the records came in', () => {
    const record = fc
      .tuple(
        fc.constantFrom('web/front', 'web/front-*', 'pub(203.0.113.9)', 'pvt'),
        fc.constantFrom('card/api', 'set(partner)', 'host(node1)'),
        fc.constantFrom('tcp 443', 'udp 53', 'tcp -'),
        fc.constantFrom(
          'src allow',
          'dst allow',
          'src deny',
          'dst deny',
          'fwd allow',
          'any unknown',
          'cloud allow',
          'cloud deny',
        ),
        fc.integer({ min: 0, max: 2 }),
      )
      .map(
        ([from, to, port, action, at]) =>
          `${from} -> ${to} ${port} : ${action} at=${at * 300} n=${at + 1} bytes=7 from=a=1,b=${at} hit=${['', 'P', 'Q'][at]}`,
      );
    fc.assert(
      fc.property(
        fc.array(record, { maxLength: 20 }),
        fc.integer({ min: 1, max: 5 }),
        fc.func(fc.integer()),
        (lines, rows, rank) => {
          const drawing = lines.join('\n');
          const shuffled = drawFlows(drawing, rows, some =>
            [...some].sort((a, b) => rank(a) - rank(b) || a - b),
          );
          const edges = deriveEdges(shuffled);
          expect(print(edges)).toEqual(edgesOf(drawing));
          expect(edges.recordCount.reduce((a, b) => a + b, 0)).toBe(lines.length);
        },
      ),
    );
  });

  it('takes well under a second per 200,000 records', () => {
    const lines = Array.from(
      { length: 2000 },
      (_, at) => `web/front-${at % 50} -> card/api-${at % 40} tcp ${at % 7} : src allow at=${at}`,
    );
    const small = drawFlows(lines.join('\n'));
    const flows = { ...small, rows: 200_000, parts: Array.from({ length: 100 }, () => small.parts[0]!) };
    const before = performance.now();
    const edges = deriveEdges(flows);
    expect(performance.now() - before).toBeLessThan(5000);
    expect(edges.recordCount.reduce((a, b) => a + b, 0)).toBe(200_000);
  });
});
