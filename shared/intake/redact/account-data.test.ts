// Account numbers are found in every form cards are written in, and nothing that only looks alike is.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountDataEdits, isAccountNumber } from './account-data.ts';

const found = (text: string): readonly string[] =>
  accountDataEdits(text).map(edit => `${edit.kind} ${text.slice(edit.start, edit.end)}`);

/** Adds the Luhn digit to a prefix. */
function completed(prefix: string): string {
  for (let digit = 0; digit < 10; digit++)
    if (isAccountNumber(`${prefix}${digit}`)) return `${prefix}${digit}`;
  throw new Error(`no digit completes ${prefix}`);
}

const VISA = completed('411111111111111');
const AMEX = completed('37828224631000');

describe('an account number', () => {
  it.each([
    ['plain', VISA],
    ['in groups of four', '4111 1111 1111 1111'],
    ['with dashes', '4111-1111-1111-1111'],
    ['in two halves', `${VISA.slice(0, 8)} ${VISA.slice(8)}`],
    ['of American Express', `${AMEX.slice(0, 4)} ${AMEX.slice(4, 10)} ${AMEX.slice(10)}`],
    ['of thirteen digits', completed('422222222222')],
    ['of nineteen digits', completed('411111111111111111')],
    ['digit by digit', VISA.split('').join(' ')],
  ])('is found %s, whatever stands around it', (_form, number) => {
    for (const [before, after] of [
      ['', ''],
      ['pan=', ';'],
      ['{"card":"', '"}'],
      ['{"card":', '}'],
      ['charged ', '.'],
      ['charged ', '. Next'],
      ['x', ' y'],
      ['2026-03-01T08:00:00Z ', ' 200'],
      ['12 ', ' 34'],
      ['(', ')'],
    ] as const)
      expect(found(`${before}${number}${after}`), `${before}_${after}`).toEqual([`pan ${number}`]);
  });

  it('is found for every issuer', () => {
    for (const prefix of [
      '510510510510510',
      '222300004841001',
      '601111111111111',
      '353011133330000',
      '3056930902590',
      '620000000000000',
      '675911111111111',
      '220012345678901',
    ])
      expect(isAccountNumber(completed(prefix)), prefix).toBe(true);
  });

  it('is found again behind digits that only begin like one', () => {
    expect(found('1234 4111 1111 1111 1111')).toEqual(['pan 4111 1111 1111 1111']);
    expect(found('4111 1111 1111 1111 123')).toEqual(['pan 4111 1111 1111 1111']);
    expect(found(`${VISA} ${VISA}`)).toHaveLength(2);
  });

  it('is found wherever it stands in a long text', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(60), (before, after) => {
        expect(found(`${'.'.repeat(before)}${VISA}${'x '.repeat(after)}`)).toEqual([`pan ${VISA}`]);
      }),
    );
  });
});

describe('no account number', () => {
  it.each([
    ['a number that fails Luhn', '4111111111111112'],
    ['a piece of a longer number', `9${VISA}00000000`],
    ['a UUID', '12345678-4111-1111-1111-111111111111'],
    ['a UUID with letters', `ab34cd12-4111-1111-1111-1111ab12cd34`],
    ['a hex digest', `a3f${VISA}0c9e`],
    ['a decimal number', `0.${VISA}`],
    ['an amount', `${VISA}.50`],
    ['a time in nanoseconds', '1772352000100000000'],
    ['a time in milliseconds', '1772352000100'],
    ['a number of no issuer', '1234567812345670'],
    ['one digit over and over', '0000000000000000'],
    ['columns of a flow record', '40112 5432 6 12 3400 1772352000 1772352060'],
  ])('is %s', (_what, text) => {
    expect(found(text)).toEqual([]);
  });
});

describe('track data', () => {
  it('is masked with everything on the track', () => {
    expect(found(`read %B${VISA}^DOE/JANE^25121011000012300000? ok`)).toEqual([
      `track-data %B${VISA}^DOE/JANE^25121011000012300000?`,
    ]);
    expect(found(`;${VISA}=25121011000012300000?`)[0]).toBe(`track-data ;${VISA}=25121011000012300000?`);
    expect(found(`t2: ${VISA}D25121011000012300000`)[0]).toBe(`track-data ${VISA}D25121011000012300000`);
  });

  it('is not an equation', () => {
    expect(found('x;1234567890123=1234567')).toEqual([]);
  });
});
