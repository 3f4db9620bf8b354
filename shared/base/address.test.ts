// Addresses: text and number agree, ranges are arithmetic.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  coverOf,
  mergeRanges,
  parseAddress,
  parseAddressRange,
  printAddress,
  printAddressRange,
  subtractRanges,
  type AddressRange,
} from './address.ts';

const range = (text: string): AddressRange => parseAddressRange(text)!;
const prints = (text: string): string => printAddressRange(range(text));

describe('addresses', () => {
  it('prints what it parses, for both families', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.record({ family: fc.constant(4 as const), value: fc.bigInt(0n, (1n << 32n) - 1n) }),
          fc.record({ family: fc.constant(6 as const), value: fc.bigInt(0n, (1n << 128n) - 1n) }),
        ),
        address => {
          expect(parseAddress(printAddress(address))).toEqual(address);
        },
      ),
    );
  });

  it('writes IPv6 as RFC 5952 says', () => {
    expect(prints('2001:0DB8:0:0:1:0:0:1')).toBe('2001:db8::1:0:0:1');
    expect(prints('::ffff:10.0.0.1')).toBe('::ffff:a00:1');
    expect(prints('::')).toBe('::');
  });

  it('refuses what is no address', () => {
    for (const text of [
      '',
      '10.0.0',
      '10.0.0.256',
      '010.0.0.1',
      '1::2::3',
      ':1',
      '10.0.0.1/33',
      '::/129',
      'a-b',
    ])
      expect(parseAddressRange(text), text).toBeUndefined();
  });

  it('masks host bits of a CIDR', () => {
    expect(prints('10.1.2.3/8')).toBe('10.0.0.0/8');
    expect(prints('0.0.0.0/0')).toBe('0.0.0.0/0');
    expect(prints('fe80::1/10')).toBe('fe80::/10');
  });

  it('keeps the families apart', () => {
    expect(coverOf(range('0.0.0.0/0'), range('::1'))).toBe('none');
    expect(coverOf(range('10.0.0.0/8'), range('10.255.0.0-11.0.0.0'))).toBe('some');
    expect(coverOf(range('10.0.0.0/8'), range('10.1.0.0/16'))).toBe('all');
  });

  it('subtracts a CIDR exception', () => {
    expect(subtractRanges([range('10.0.0.0/8')], [range('10.0.0.0/9')]).map(printAddressRange)).toEqual([
      '10.128.0.0/9',
    ]);
    expect(subtractRanges([range('10.0.0.0-10.0.0.9')], [range('10.0.0.4')]).map(printAddressRange)).toEqual([
      '10.0.0.0/30',
      '10.0.0.5-10.0.0.9',
    ]);
  });

  it('merges neighbours', () => {
    expect(
      mergeRanges([range('10.0.0.128/25'), range('::1'), range('10.0.0.0/25')]).map(printAddressRange),
    ).toEqual(['10.0.0.0/24', '::1']);
  });
});
