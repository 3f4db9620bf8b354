// The notation of port sets: what is printed can be read back.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseConnections, printConnections } from './ports.ts';

describe('the notation of connections', () => {
  it('names protocols in alphabetical order, ranges with a dash', () => {
    const ranges = parseConnections('SCTP 1-65535,TCP 1-79,81-65535,UDP 53');
    expect(ranges).toHaveLength(4);
    expect(printConnections(ranges ?? [])).toBe('SCTP 1-65535,TCP 1-79,81-65535,UDP 53');
  });

  it('writes every port of TCP, UDP and SCTP as All Connections', () => {
    expect(printConnections(parseConnections('All Connections') ?? [])).toBe('All Connections');
    expect(printConnections(parseConnections('All Connections') ?? [], { icmp: true })).not.toBe(
      'All Connections',
    );
  });

  it('refuses what is not in it', () => {
    for (const text of ['80', 'TCP', 'TCP 1-2-3', 'TCP x', ''])
      expect(parseConnections(text)).toBeUndefined();
  });

  it('is read back as it was printed', () => {
    const range = fc
      .tuple(fc.integer({ min: 1, max: 65_535 }), fc.integer({ min: 1, max: 65_535 }))
      .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));
    fc.assert(
      fc.property(fc.boolean(), fc.option(range), fc.option(range), fc.option(range), (icmp, ...drawn) => {
        const ported = (['SCTP', 'TCP', 'UDP'] as const).flatMap((protocol, at) => {
          const ports = drawn[at];
          return ports === null || ports === undefined ? [] : [{ protocol, ...ports }];
        });
        const ranges = [...(icmp ? [{ protocol: 'ICMP' as const, from: 0, to: 0 }] : []), ...ported];
        const text = printConnections(ranges, { icmp: true });
        expect(
          text === 'All Connections' || text === 'No Connections' ? ranges : parseConnections(text),
        ).toEqual(ranges);
      }),
    );
  });
});
