// The counts that the published standard has; a catalogue that drops a number is found here.
import { describe, expect, it } from 'vitest';
import { catalogueOf, compareNumbers, procedureOf } from './catalogue.ts';

describe('the catalogue of PCI DSS v4.0.1', () => {
  const catalogue = catalogueOf('4.0.1');

  it('has 280 requirements and 475 testing procedures', () => {
    const requirements = catalogue.requirements.filter(item => item.kind === 'requirement');
    expect(requirements).toHaveLength(280);
    expect(requirements.flatMap(item => item.procedures)).toHaveLength(475);
  });

  it('knows 51 future-dated requirements and three superseded ones', () => {
    expect(catalogue.requirements.filter(item => item.effective !== undefined)).toHaveLength(51);
    expect(
      catalogue.requirements.filter(item => item.supersededBy !== undefined).map(item => item.number),
    ).toEqual(['6.4.1', '8.3.10', '10.7.1']);
  });

  it('leads from a procedure to its requirement and from there to the old number', () => {
    const found = procedureOf(catalogue, '1.3.1.b');
    expect(found?.requirement.number).toBe('1.3.1');
    expect(found?.requirement.other).toEqual(['1.2.1']);
    expect(found?.procedure.methods).toEqual(['examine']);
  });

  it('names a parent that exists for everything but the principals', () => {
    for (const item of catalogue.requirements) {
      if (item.parent === undefined) expect(item.kind).toBe('principal');
      else expect(catalogue.byNumber.has(item.parent)).toBe(true);
    }
  });
});

describe('the catalogue of PCI DSS v3.2.1', () => {
  it('names only successors that exist in v4.0.1', () => {
    const successors = catalogueOf('3.2.1').requirements.flatMap(item => item.other);
    expect(successors.length).toBeGreaterThan(100);
    expect(successors.filter(number => !catalogueOf('4.0.1').byNumber.has(number))).toEqual([]);
  });
});

describe('the order of numbers', () => {
  it('is by part, digits as numbers, appendices last', () => {
    const shuffled = ['A1.1.1', '10.1', '1.10', '1.2', '12.5.2', '1.2.1.b', '1.2.1', '1.2.1.a'];
    expect(shuffled.sort(compareNumbers)).toEqual([
      '1.2',
      '1.2.1',
      '1.2.1.a',
      '1.2.1.b',
      '1.10',
      '10.1',
      '12.5.2',
      'A1.1.1',
    ]);
  });
});
