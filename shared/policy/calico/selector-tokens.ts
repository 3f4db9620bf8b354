// Tokens of Calico's selector grammar (calico.md 3.7). White space is space and tab; texts know no escapes; a word directly
// after a label can only be an operator, elsewhere it is a label, `has(label)`, `all()` or `global()`.

/** Operators that compare one label with one text. */
export type CompareOperator = '==' | '!=' | 'contains' | 'starts with' | 'ends with';

/** Brackets, commas and connectives. */
export type Symbol = '(' | ')' | '{' | '}' | ',' | '!' | '&&' | '||';
/** One token; `at` is its 0-based column. */
export type Token =
  | { readonly kind: 'symbol'; readonly at: number; readonly symbol: Symbol }
  | { readonly kind: 'operator'; readonly at: number; readonly operator: CompareOperator | 'in' | 'not in' }
  | { readonly kind: 'all' | 'global' | 'end'; readonly at: number }
  | { readonly kind: 'has' | 'label' | 'string'; readonly at: number; readonly text: string };
/** What was expected where. */
export interface Fault {
  readonly at: number;
  readonly expected: string;
}

/** Splits a selector into tokens, the last of kind `end`; or says what was expected where. */
export function tokenize(text: string, tokens: Token[]): Fault | undefined {
  for (let at = skip(text, 0); at < text.length;) {
    const token = nextToken(text, at, tokens.at(-1)?.kind === 'label');
    if ('expected' in token) return token;
    tokens.push(token.token);
    at = skip(text, token.end);
  }
  tokens.push({ kind: 'end', at: text.length });
  return undefined;
}

// Each form is tried at the current place, in this order. A word directly after a label can only be an operator.
const SYMBOL = /&&|\|\||[(){},!]/y;
const EQUALITY = /==|!=/y;
const STRING = /"([^"]*)"|'([^']*)'/y;
const WORD_OPERATOR = /contains|starts[ \t]*with|ends[ \t]*with|not[ \t]*in|in/y;
const HAS = /has\([ \t]*([A-Za-z0-9_./-]{1,512})[ \t]*\)/y;
const CALL = /(all|global)\([ \t]*\)/y;
const BROKEN_CALL = /(?:has|all|global)\(/y;
const LABEL = /[A-Za-z0-9_./-]+/y;
const LONGEST_LABEL = 512;
const SPACE = /[ \t]*/y;

function nextToken(text: string, at: number, afterLabel: boolean): { token: Token; end: number } | Fault {
  const read = (form: RegExp): RegExpExecArray | undefined => {
    form.lastIndex = at;
    return form.exec(text) ?? undefined;
  };
  const found = (token: Token, match: RegExpExecArray): { token: Token; end: number } => ({
    token,
    end: at + match[0].length,
  });
  let match: RegExpExecArray | undefined;
  if ((match = read(EQUALITY)))
    return found({ kind: 'operator', at, operator: match[0] as CompareOperator }, match);
  if ((match = read(SYMBOL))) return found({ kind: 'symbol', at, symbol: match[0] as Symbol }, match);
  if ((match = read(STRING))) return found({ kind: 'string', at, text: match[1] ?? match[2] ?? '' }, match);
  if (afterLabel) {
    if ((match = read(WORD_OPERATOR)))
      return found({ kind: 'operator', at, operator: spaced(match[0]) }, match);
    return { at, expected: faultOf(text[at] ?? '', 'an operator after the label') };
  }
  if ((match = read(HAS))) return found({ kind: 'has', at, text: match[1] ?? '' }, match);
  if ((match = read(CALL))) return found({ kind: match[1] === 'all' ? 'all' : 'global', at }, match);
  if (read(BROKEN_CALL)) return { at, expected: '`has(label)`, `all()` or `global()`' };
  if ((match = read(LABEL)))
    return match[0].length > LONGEST_LABEL
      ? { at, expected: `a label of at most ${LONGEST_LABEL} characters` }
      : found({ kind: 'label', at, text: match[0] }, match);
  return { at, expected: faultOf(text[at] ?? '', 'a label, a match or a bracket') };
}

function faultOf(character: string, otherwise: string): string {
  if (character === '=') return '`==`';
  if (character === '&') return '`&&`';
  if (character === '|') return '`||`';
  return character === '"' || character === "'" ? `a closing ${character}` : otherwise;
}

function spaced(operator: string): CompareOperator | 'in' | 'not in' {
  if (operator.startsWith('starts')) return 'starts with';
  if (operator.startsWith('ends')) return 'ends with';
  if (operator.startsWith('not')) return 'not in';
  return operator === 'in' ? 'in' : 'contains';
}

function skip(text: string, at: number): number {
  SPACE.lastIndex = at;
  return at + (SPACE.exec(text)?.[0].length ?? 0);
}
