// metav1.LabelSelector as the API server reads it (policy-semantics section 1).
import { describe, expect, it } from 'vitest';
import type { JsonValue } from './json.ts';
import { matchesLabels, mismatchOf, parseLabelSelector, printLabelSelector } from './label-selector.ts';

function matches(selector: JsonValue, labels: Record<string, string>): boolean | string {
  const parsed = parseLabelSelector(selector);
  return parsed.ok ? matchesLabels(parsed.value, labels) : parsed.problem.message;
}

const expression = (operator: string, ...values: string[]): JsonValue => ({
  matchExpressions: [{ key: 'app', operator, ...(values.length === 0 ? {} : { values }) }],
});

describe('a label selector', () => {
  it('selects everything when empty, null or absent', () => {
    for (const empty of [{}, null, { matchLabels: {} }, { matchLabels: null }] as const)
      expect(matches(empty as JsonValue, {})).toBe(true);
    expect(parseLabelSelector(undefined)).toEqual({ ok: true, value: { requirements: [] } });
  });

  it.each([
    ['In', ['a', 'b'], [true, false, false]],
    ['NotIn', ['a', 'b'], [false, true, true]],
    ['Exists', [], [true, false, true]],
    ['DoesNotExist', [], [false, true, false]],
  ] as const)('%s on present, absent and empty label', (operator, values, [present, absent, empty]) => {
    expect(matches(expression(operator, ...values), { app: 'a' })).toBe(present);
    expect(matches(expression(operator, ...values), {})).toBe(absent);
    expect(matches(expression(operator, ...values), { app: '' })).toBe(empty);
  });

  it('ANDs matchLabels and matchExpressions', () => {
    const selector = { matchLabels: { tier: 'web' }, ...(expression('Exists') as object) };
    expect(matches(selector, { tier: 'web', app: 'x' })).toBe(true);
    expect(matches(selector, { app: 'x' })).toBe(false);
  });

  it.each([
    [expression('In'), 'needs values'],
    [expression('Exists', 'x'), 'takes no values'],
    [expression('Near', 'x'), 'unknown operator'],
    [{ matchLabels: { 'bad key': 'x' } }, 'malformed'],
    [{ matchLabels: { app: 'bad value' } }, 'malformed'],
    [{ matchLabels: { PCI: true } }, 'must be a text'],
    [['app'], 'must be an object'],
  ] as const)('is refused, not empty, when invalid: %j', (selector, reason) => {
    expect(matches(selector, {})).toContain(reason);
  });

  it('says in words what it wants and what failed', () => {
    const parsed = parseLabelSelector({
      matchLabels: { app: 'web' },
      matchExpressions: [{ key: 'x', operator: 'DoesNotExist' }],
    });
    if (!parsed.ok) throw new Error(parsed.problem.message);
    expect(printLabelSelector(parsed.value)).toBe('app=web,!x');
    expect(mismatchOf(parsed.value, { app: 'api' })).toBe('app=web does not hold: app=api');
    expect(mismatchOf(parsed.value, { app: 'web' })).toBeUndefined();
  });
});
