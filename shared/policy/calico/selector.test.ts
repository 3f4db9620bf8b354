// The selector grammar of calico.md 3.7, and what it means.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ensure } from '../../base/assert.ts';
import {
  mapSelector,
  matchesSelector,
  mentions,
  parseSelector,
  printSelector,
  type Selector,
} from './selector.ts';

const parse = (text: string): Selector => {
  const result = parseSelector(text);
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
};
const holds = (text: string, labels: Record<string, string> = {}): boolean =>
  matchesSelector(parse(text), label => (Object.hasOwn(labels, label) ? labels[label] : undefined));
const problem = (text: string): string => {
  const result = parseSelector(text);
  return result.ok ? 'no problem' : result.problem.message;
};

describe('a Calico selector', () => {
  it('that is empty selects everything', () => {
    expect(holds('')).toBe(true);
    expect(holds(' \t ')).toBe(true);
    expect(holds('all()')).toBe(true);
    expect(holds('all( )')).toBe(true);
  });

  it('holds for != and not in when the label is missing, and for nothing else', () => {
    expect(holds('pci != "true"')).toBe(true);
    expect(holds('pci not in {"true"}')).toBe(true);
    for (const text of [
      'pci == ""',
      'pci in {""}',
      'pci contains ""',
      'pci starts with ""',
      'pci ends with ""',
      'has(pci)',
    ])
      expect(holds(text), text).toBe(false);
  });

  it('compares texts exactly, case included', () => {
    const labels = { PCI: 'true', app: 'front-end', empty: '' };
    expect(holds('PCI == "true"', labels)).toBe(true);
    expect(holds('pci == "true"', labels)).toBe(false);
    expect(holds("app contains 'nt-e'", labels)).toBe(true);
    expect(holds('app starts with "front"', labels)).toBe(true);
    expect(holds('app ends with "front"', labels)).toBe(false);
    expect(holds('app in {"x", "front-end"}', labels)).toBe(true);
    expect(holds('app not in {}', labels)).toBe(true);
    expect(holds('app in {}', labels)).toBe(false);
    expect(holds('has(empty)', labels)).toBe(true);
  });

  it('binds ! before && before ||', () => {
    expect(holds('a == "1" || b == "1" && c == "1"', { a: '1' })).toBe(true);
    expect(holds('(a == "1" || b == "1") && c == "1"', { a: '1' })).toBe(false);
    expect(holds('!has(a) || has(a)', { a: '1' })).toBe(true);
    expect(holds('!!has(a)', { a: '1' })).toBe(true);
    expect(holds('!(has(a) || has(b))', { b: '1' })).toBe(false);
  });

  it('takes two-word operators without the space, and words as labels where a label must stand', () => {
    expect(printSelector(parse('a notin{"x"}'))).toBe("a not in {'x'}");
    expect(printSelector(parse('a startswith"x"'))).toBe("a starts with 'x'");
    expect(printSelector(parse('in in {"in"}'))).toBe("in in {'in'}");
    expect(printSelector(parse('not == "1"'))).toBe("not == '1'");
    expect(printSelector(parse('all == "1" && has( has )'))).toBe("all == '1' && has(has)");
  });

  it('keeps a quote of the other kind inside a text', () => {
    expect(holds('a == "it\'s"', { a: "it's" })).toBe(true);
    expect(printSelector(parse('a == "it\'s"'))).toBe('a == "it\'s"');
  });

  it.each([
    ['a = "b"', '`==` at column 3'],
    ['a == b', 'a quoted text at column 6'],
    ['a == "b', 'a closing " at column 6'],
    ['a & b', '`&&` at column 3'],
    ['a b', 'an operator after the label at column 3'],
    ['has(a) & has(b)', '`&&` at column 8'],
    ['has(a) | has(b)', '`||` at column 8'],
    ['(has(a)', '`)` at column 8'],
    ['has(a))', '`&&`, `||` or the end at column 7'],
    ['has()', '`has(label)`, `all()` or `global()` at column 1'],
    ['a in "b"', '`{` at column 6'],
    ['a in {"b" "c"}', '`}` at column 11'],
    ['a', 'an operator after the label at column 2'],
    ['a not "b"', 'an operator after the label at column 3'],
    ['has(a)\n&& has(b)', 'a label, a match or a bracket at column 7'],
    ['&& has(a)', 'a match at column 1'],
  ])('refuses %j and says where', (text, message) => {
    expect(problem(text)).toContain(message);
  });

  it('has labels of at most 512 characters and bounded nesting', () => {
    expect(holds(`${'a'.repeat(512)} != "b"`)).toBe(true);
    expect(problem(`${'a'.repeat(513)} != "b"`)).toContain('at most 512 characters at column 1');
    expect(problem(`${'('.repeat(5000)}has(a)`)).toContain('fewer brackets');
  });

  it('is the same after printing and parsing', () => {
    fc.assert(
      fc.property(selectors, selector => {
        expect(parse(printSelector(selector))).toEqual(selector);
      }),
    );
  });

  it('means the same as a slow reading of its printed parts', () => {
    const labels = fc.dictionary(fc.constantFrom('a', 'b.c/d'), fc.constantFrom('', 'x', 'xy'));
    fc.assert(
      fc.property(selectors, labels, (selector, own) => {
        const lookup = (label: string): string | undefined =>
          Object.hasOwn(own, label) ? own[label] : undefined;
        expect(matchesSelector(selector, lookup)).toBe(slow(selector, own));
      }),
    );
  });

  it('can be rewritten leaf by leaf', () => {
    const rewritten = mapSelector(parse('!(all() || has(a))'), leaf =>
      leaf.kind === 'all' ? parse('has(ns)') : leaf,
    );
    expect(printSelector(rewritten)).toBe('!(has(ns) || has(a))');
    expect(mentions(rewritten, 'all')).toBe(false);
    expect(mentions(rewritten, 'has')).toBe(true);
  });
});

const label = fc.constantFrom('a', 'b.c/d', 'in', 'not', 'A_1-2');
const value = fc.constantFrom('', 'x', 'xy', "it's", 'say "x"', 'a b\tc', '||');
const { selector: selectors } = fc.letrec<{ selector: Selector }>(tie => ({
  selector: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<Selector>({ kind: 'all' }, { kind: 'global' }),
    label.map((name): Selector => ({ kind: 'has', label: name })),
    fc
      .record({
        label,
        operator: fc.constantFrom(
          '==' as const,
          '!=' as const,
          'contains' as const,
          'starts with' as const,
          'ends with' as const,
        ),
        value,
      })
      .map((parts): Selector => ({ kind: 'compare', ...parts })),
    fc
      .record({
        label,
        operator: fc.constantFrom('in' as const, 'not in' as const),
        values: fc.uniqueArray(value).map(some => some.sort()),
      })
      .map((parts): Selector => ({ kind: 'set', ...parts })),
    tie('selector').map((operand): Selector => ({ kind: 'not', operand })),
    fc
      .tuple(
        fc.constantFrom('and' as const, 'or' as const),
        fc.array(tie('selector'), { minLength: 2, maxLength: 3 }),
      )
      .map(([kind, operands]): Selector => ({ kind, operands })),
  ),
}));

// Written apart from the code: one truth table per leaf, from the text of the standard.
function slow(selector: Selector, labels: Record<string, string>): boolean {
  if (selector.kind === 'not') return !slow(selector.operand, labels);
  if (selector.kind === 'and' || selector.kind === 'or')
    return slowMany(
      selector.kind,
      selector.operands.map(operand => slow(operand, labels)),
    );
  if (selector.kind === 'all' || selector.kind === 'global') return true;
  const own = Object.entries(labels).filter(([key]) => key === selector.label);
  if (selector.kind === 'has') return own.length === 1;
  const isNegative = selector.kind === 'set' ? selector.operator === 'not in' : selector.operator === '!=';
  if (own.length === 0) return isNegative;
  const [, text] = ensure(own[0], 'checked above');
  if (selector.kind === 'set') return selector.values.indexOf(text) >= 0 !== isNegative;
  const wanted = selector.value;
  if (selector.operator === 'contains') return text.split(wanted).length > 1 || wanted === '';
  if (selector.operator === 'starts with') return text.slice(0, wanted.length) === wanted;
  if (selector.operator === 'ends with')
    return text.slice(text.length - wanted.length) === wanted && text.length >= wanted.length;
  return (text === wanted) !== isNegative;
}

function slowMany(kind: 'and' | 'or', truths: readonly boolean[]): boolean {
  return kind === 'and' ? !truths.includes(false) : truths.includes(true);
}
