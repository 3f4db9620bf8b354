// Port sets behave as sets.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PortRange } from './compiled.ts';
import { ALL_PORTS, holdsPort, intersectPorts, mergePorts, PROTOCOLS, subtractPorts } from './port-set.ts';

const ranges = fc.array(
  fc
    .tuple(fc.constantFrom(...PROTOCOLS), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 9 }))
    .map(([protocol, from, length]): PortRange =>
      protocol === 'ICMP' ? { protocol, from: 0, to: 0 } : { protocol, from, to: from + length },
    ),
  { maxLength: 6 },
);

describe('port sets', () => {
  it('intersect and subtract port by port', () => {
    fc.assert(
      fc.property(
        ranges,
        ranges,
        fc.constantFrom(...PROTOCOLS),
        fc.integer({ min: 0, max: 50 }),
        (a, b, protocol, port) => {
          const inA = holdsPort(a, protocol, port);
          const inB = holdsPort(b, protocol, port);
          expect(holdsPort(intersectPorts(a, b), protocol, port)).toBe(inA && inB);
          expect(holdsPort(subtractPorts(a, b), protocol, port)).toBe(inA && !inB);
          expect(holdsPort(mergePorts([...a, ...b]), protocol, port)).toBe(inA || inB);
        },
      ),
    );
  });

  it('give one form whatever the order', () => {
    fc.assert(
      fc.property(ranges, some => {
        expect(mergePorts([...some].reverse())).toEqual(mergePorts(some));
      }),
    );
  });

  it('know what everything is', () => {
    expect(subtractPorts(ALL_PORTS, ALL_PORTS)).toEqual([]);
    expect(intersectPorts(ALL_PORTS, ALL_PORTS)).toEqual(ALL_PORTS);
  });
});
