// Calico's selector grammar: tokenizer, parser, evaluation and printing (calico.md 3.7).
// Not Kubernetes label selectors: `!=` and `not in` hold when the label is missing, every other match fails then.
//   or := and ('||' and)*   and := unary ('&&' unary)*   unary := '!' unary | '(' or ')' | match
import { failed, ok, type Result } from '../../base/result.ts';
import { tokenize, type CompareOperator, type Fault, type Symbol, type Token } from './selector-tokens.ts';
import { sortedUnique } from '../../base/order.ts';

/** A parsed selector. */
export type Selector =
  | { readonly kind: 'all' }
  | { readonly kind: 'global' }
  | { readonly kind: 'has'; readonly label: string }
  | {
      readonly kind: 'compare';
      readonly label: string;
      readonly operator: CompareOperator;
      readonly value: string;
    }
  | {
      readonly kind: 'set';
      readonly label: string;
      readonly operator: 'in' | 'not in';
      /** Sorted, without duplicates. */
      readonly values: readonly string[];
    }
  | { readonly kind: 'not'; readonly operand: Selector }
  | { readonly kind: 'and'; readonly operands: readonly Selector[] }
  | { readonly kind: 'or'; readonly operands: readonly Selector[] };

/** Value of a label, undefined when it is missing. */
export type LabelLookup = (label: string) => string | undefined;

/** Parses a selector; the empty text is `all()`. The problem names the 1-based column. */
export function parseSelector(text: string): Result<Selector> {
  const tokens: Token[] = [];
  const bad = tokenize(text, tokens);
  if (bad !== undefined) return syntax(text, bad);
  if (tokens[0]?.kind === 'end') return ok({ kind: 'all' });
  const cursor: Cursor = { tokens, at: 0, depth: 0 };
  try {
    const selector = parseOr(cursor);
    const rest = peek(cursor);
    if (rest.kind !== 'end') return syntax(text, { at: rest.at, expected: '`&&`, `||` or the end' });
    return ok(selector);
  } catch (error) {
    if (error instanceof Unexpected) return syntax(text, error);
    throw error;
  }
}

/** Whether a selector holds for some labels. `global()` holds as a node; where it is legal is the caller's business. */
export function matchesSelector(selector: Selector, label: LabelLookup): boolean {
  switch (selector.kind) {
    case 'all':
    case 'global':
      return true;
    case 'has':
      return label(selector.label) !== undefined;
    case 'compare':
      return compares(selector.operator, label(selector.label), selector.value);
    case 'set': {
      const value = label(selector.label);
      const isIn = value !== undefined && selector.values.includes(value);
      return selector.operator === 'in' ? isIn : !isIn;
    }
    case 'not':
      return !matchesSelector(selector.operand, label);
    case 'and':
      return selector.operands.every(operand => matchesSelector(operand, label));
    case 'or':
      return selector.operands.some(operand => matchesSelector(operand, label));
  }
}

/** Prints a selector so that parsing the text gives it back. */
export function printSelector(selector: Selector): string {
  switch (selector.kind) {
    case 'all':
    case 'global':
      return `${selector.kind}()`;
    case 'has':
      return `has(${selector.label})`;
    case 'compare':
      return `${selector.label} ${selector.operator} ${quote(selector.value)}`;
    case 'set':
      return `${selector.label} ${selector.operator} {${selector.values.map(quote).join(', ')}}`;
    case 'not':
      return `!${printOperand(selector.operand, 'not')}`;
    case 'and':
      return selector.operands.map(operand => printOperand(operand, 'and')).join(' && ');
    case 'or':
      return selector.operands.map(operand => printOperand(operand, 'or')).join(' || ');
  }
}

/** The conjunction of selectors; none = `all()`. */
export function allOf(selectors: readonly Selector[]): Selector {
  const [first, ...rest] = selectors;
  if (first === undefined) return { kind: 'all' };
  return rest.length === 0 ? first : { kind: 'and', operands: selectors };
}

/** A copy with every leaf replaced: how label keys get a prefix and `all()` another meaning. */
export function mapSelector(selector: Selector, leaf: (leaf: Selector) => Selector): Selector {
  switch (selector.kind) {
    case 'not':
      return { kind: 'not', operand: mapSelector(selector.operand, leaf) };
    case 'and':
    case 'or':
      return { kind: selector.kind, operands: selector.operands.map(operand => mapSelector(operand, leaf)) };
    case 'all':
    case 'global':
    case 'has':
    case 'compare':
    case 'set':
      return leaf(selector);
  }
}

/** Whether a leaf of some kind occurs anywhere in a selector. */
export function mentions(selector: Selector, kind: Selector['kind']): boolean {
  if (selector.kind === kind) return true;
  if (selector.kind === 'not') return mentions(selector.operand, kind);
  if (selector.kind === 'and' || selector.kind === 'or')
    return selector.operands.some(operand => mentions(operand, kind));
  return false;
}

function compares(operator: CompareOperator, value: string | undefined, wanted: string): boolean {
  if (operator === '!=') return value !== wanted;
  if (value === undefined) return false;
  switch (operator) {
    case '==':
      return value === wanted;
    case 'contains':
      return value.includes(wanted);
    case 'starts with':
      return value.startsWith(wanted);
    case 'ends with':
      return value.endsWith(wanted);
  }
}

function quote(value: string): string {
  return value.includes("'") ? `"${value}"` : `'${value}'`;
}

function printOperand(selector: Selector, within: 'not' | 'and' | 'or'): string {
  const nested = selector.kind === 'or' || (selector.kind === 'and' && within !== 'or');
  return nested ? `(${printSelector(selector)})` : printSelector(selector);
}

// Deeper nesting than any person writes; it keeps the recursion below bounded.
const DEEPEST = 200;

class Unexpected extends Error {
  readonly at: number;
  readonly expected: string;
  constructor(token: Token, expected: string) {
    super(expected);
    this.at = token.at;
    this.expected = expected;
  }
}

interface Cursor {
  readonly tokens: readonly Token[];
  at: number;
  depth: number;
}

function peek(cursor: Cursor): Token {
  return cursor.tokens[cursor.at] ?? { kind: 'end', at: 0 };
}

function take(cursor: Cursor, symbol: Symbol): boolean {
  const token = peek(cursor);
  const isThere = token.kind === 'symbol' && token.symbol === symbol;
  if (isThere) cursor.at++;
  return isThere;
}

function parseOr(cursor: Cursor): Selector {
  const operands = [parseAnd(cursor)];
  while (take(cursor, '||')) operands.push(parseAnd(cursor));
  return operands.length === 1 ? allOf(operands) : { kind: 'or', operands };
}

function parseAnd(cursor: Cursor): Selector {
  const operands = [parseUnary(cursor)];
  while (take(cursor, '&&')) operands.push(parseUnary(cursor));
  return allOf(operands);
}

function parseUnary(cursor: Cursor): Selector {
  if (cursor.depth >= DEEPEST) throw new Unexpected(peek(cursor), `fewer brackets (at most ${DEEPEST} deep)`);
  if (take(cursor, '!')) return { kind: 'not', operand: nested(cursor, parseUnary) };
  if (take(cursor, '(')) {
    const inner = nested(cursor, parseOr);
    if (!take(cursor, ')')) throw new Unexpected(peek(cursor), '`)`');
    return inner;
  }
  const token = peek(cursor);
  cursor.at++;
  if (token.kind === 'all' || token.kind === 'global') return { kind: token.kind };
  if (token.kind === 'has') return { kind: 'has', label: token.text };
  if (token.kind === 'label') return parseComparison(cursor, token.text);
  throw new Unexpected(token, 'a match');
}

function nested(cursor: Cursor, parse: (cursor: Cursor) => Selector): Selector {
  cursor.depth++;
  const selector = parse(cursor);
  cursor.depth--;
  return selector;
}

function parseComparison(cursor: Cursor, label: string): Selector {
  const token = peek(cursor);
  if (token.kind !== 'operator') throw new Unexpected(token, 'an operator after the label');
  cursor.at++;
  if (token.operator === 'in' || token.operator === 'not in')
    return { kind: 'set', label, operator: token.operator, values: parseSet(cursor) };
  return { kind: 'compare', label, operator: token.operator, value: parseString(cursor) };
}

function parseString(cursor: Cursor): string {
  const token = peek(cursor);
  if (token.kind !== 'string') throw new Unexpected(token, 'a quoted text');
  cursor.at++;
  return token.text;
}

// A comma before the closing brace is let through, as Calico's own reader does.
function parseSet(cursor: Cursor): readonly string[] {
  if (!take(cursor, '{')) throw new Unexpected(peek(cursor), '`{`');
  const values: string[] = [];
  while (peek(cursor).kind === 'string') {
    values.push(parseString(cursor));
    if (!take(cursor, ',')) break;
  }
  if (!take(cursor, '}')) throw new Unexpected(peek(cursor), '`}`');
  return sortedUnique(values);
}

function syntax(text: string, fault: Fault): Result<never> {
  return failed(
    'policy.calico.selector',
    `Selector ${JSON.stringify(text)}: expected ${fault.expected} at column ${fault.at + 1}`,
  );
}
