// Every requirement and procedure can be tagged to, and is found by its number or its words.
import { describe, expect, it } from 'vitest';
import { catalogueOf } from '../../shared/catalogue/catalogue.ts';
import { exampleEngagement } from '../../test/fixtures/engagements.ts';
import { findTargets } from './tag-targets.ts';

const catalogue = catalogueOf('4.0.1');
const numbers = (query: string, suggests: readonly string[] = []): readonly string[] =>
  findTargets(query, catalogue, exampleEngagement(), suggests).map(
    item => item.procedure ?? item.requirement,
  );

describe('where something can be tagged to', () => {
  it('is found by the beginning of its number, never by its middle', () => {
    expect(numbers('1.3.1.b')).toEqual(['1.3.1.b']);
    expect(numbers('1.3')).toContain('1.3.1');
    expect(numbers('1.3')).not.toContain('11.3.1');
  });
  it('holds every requirement and every procedure of the standard', () => {
    for (const requirement of catalogue.requirements.filter(item => item.kind === 'requirement')) {
      expect(numbers(requirement.number)).toContain(requirement.number);
      for (const procedure of requirement.procedures)
        expect(numbers(procedure.number)).toContain(procedure.number);
    }
  });
  it('puts what the selection suggests first', () => {
    expect(numbers('', ['1.4.1.b'])[0]).toBe('1.4.1.b');
  });
});
