// Calico's selectors as their grammar is written (calico.md 3.7), read and evaluated in one pass, apart from the product.
import type { Labels } from './plain.ts';

/** Whether labels satisfy a selector; the empty text means everything. */
export function holds(selector: string, labels: Labels): boolean {
  const words = wordsOf(selector);
  if (words.length === 0) return true;
  const reader = { words, at: 0 };
  const found = or(reader, labels);
  if (reader.at !== words.length) throw new Error(`oracle: cannot read ${selector}`);
  return found;
}

/** A selector with every label key given a prefix; `all()` stays what it is. */
export function prefixed(selector: string, prefix: string): string {
  return wordsOf(selector)
    .map((word, at, words) => {
      const isLabel = /^[A-Za-z]/.test(word) && !OPERATORS.has(word) && !word.endsWith('()');
      const isInHas = words[at - 1] === 'has(';
      return isLabel || isInHas ? `${prefix}${word}` : word;
    })
    .join(' ');
}

interface Reader {
  readonly words: readonly string[];
  at: number;
}

const OPERATORS = new Set(['in', 'not in', 'contains', 'starts with', 'ends with', 'has(']);

function wordsOf(text: string): readonly string[] {
  const words =
    /\s*(all\(\)|has\(|not in|starts with|ends with|contains|in(?=\s|\{)|&&|\|\||==|!=|[!(){},]|'[^']*'|"[^"]*"|[A-Za-z0-9_./-]+)\s*/gy;
  return [...text.matchAll(words)].map(([, word = '']) => word);
}

function or(reader: Reader, labels: Labels): boolean {
  let found = and(reader, labels);
  while (take(reader, '||')) found = and(reader, labels) || found;
  return found;
}

function and(reader: Reader, labels: Labels): boolean {
  let found = unary(reader, labels);
  while (take(reader, '&&')) found = unary(reader, labels) && found;
  return found;
}

function unary(reader: Reader, labels: Labels): boolean {
  if (take(reader, '!')) return !unary(reader, labels);
  if (take(reader, '(')) {
    const found = or(reader, labels);
    take(reader, ')');
    return found;
  }
  return match(reader, labels);
}

function match(reader: Reader, labels: Labels): boolean {
  if (take(reader, 'all()')) return true;
  if (take(reader, 'has(')) {
    const key = next(reader);
    take(reader, ')');
    return labels[key] !== undefined;
  }
  const found = labels[next(reader)];
  const operator = next(reader);
  if (operator === 'in' || operator === 'not in') {
    const isIn = found !== undefined && setOf(reader).includes(found);
    if (found === undefined) setOf(reader);
    return operator === 'in' ? isIn : !isIn;
  }
  const value = textOf(next(reader));
  switch (operator) {
    case '==':
      return found === value;
    case '!=':
      return found !== value;
    case 'contains':
      return found?.includes(value) === true;
    case 'starts with':
      return found?.startsWith(value) === true;
    case 'ends with':
      return found?.endsWith(value) === true;
    default:
      throw new Error(`oracle: unknown operator ${operator}`);
  }
}

function setOf(reader: Reader): readonly string[] {
  const values: string[] = [];
  take(reader, '{');
  while (!take(reader, '}')) {
    values.push(textOf(next(reader)));
    take(reader, ',');
  }
  return values;
}

function take(reader: Reader, word: string): boolean {
  if (reader.words[reader.at] !== word) return false;
  reader.at++;
  return true;
}

function next(reader: Reader): string {
  const word = reader.words[reader.at++];
  if (word === undefined) throw new Error('oracle: the selector ends too early');
  return word;
}

function textOf(word: string): string {
  return word.slice(1, -1);
}
