// Secrets that a word in front announces, in any text and at any depth of quoting: properties, YAML, JSON (also JSON
// inside a string of JSON), connection strings, queries, headers, XML. One pass finds the words; the value behind each
// is then read by its quotes. What shows by itself is in token-forms.ts.
import { holdsMask, type Edit } from './mask.ts';
import { announcementOf, isReference, isSecretHeader, isSecretValue, looksRandom } from './secret-names.ts';

/** Stems in groups that one test each finds faster than all of them together. */
const STEMS = ['pass|pwd|secret|token', 'cred|key|auth|cookie'];
const SEPARATOR = '[\\w-]{0,30}(?:\\\\{0,7}["\'`])?\\]?[ \\t]{0,16}(?:=>|:=|[=:]|>(?=[^<\\s]))';
const HINTS = STEMS.map(stems => new RegExp(stems, 'i'));
/** Short names, sure only the way variables of an environment are written. */
const VARIABLE = /(?:[A-Z]_(?:SAS|DSN|CONN|PAT|PSK|PW|SALT)|CONNECTION_?STRING)["']?[ \t]{0,16}[=:]/g;
const WORD = new RegExp(`(?:${STEMS.join('|')})${SEPARATOR}`, 'gi');

/** Whether a text holds any of the words that announce a secret; most blocks of a flow log do not. */
export function holdsAnnouncement(text: string): boolean {
  return HINTS.some(hint => hint.test(text));
}

/** Edits for values that a word announces. */
export function announcedEdits(text: string, isNamed: boolean): readonly Edit[] {
  return [...(isNamed ? editsBehind(text, WORD) : []), ...editsBehind(text, VARIABLE)];
}

function editsBehind(text: string, words: RegExp): readonly Edit[] {
  const edits: Edit[] = [];
  let done = 0;
  for (const match of text.matchAll(words)) {
    if (match.index < done) continue;
    const start = nameStart(text, match.index);
    const name = /^[\w.-]+/.exec(text.slice(start, match.index + match[0].length))?.[0] ?? '';
    const separator = match[0].endsWith('=>') ? '=' : (match[0].at(-1) ?? '');
    const edit = editBehind(text, { name, start, end: match.index + match[0].length, separator });
    if (edit === undefined) continue;
    edits.push(edit);
    done = edit.end;
  }
  return edits;
}

interface Word {
  readonly name: string;
  readonly start: number;
  /** Behind the separator. */
  readonly end: number;
  readonly separator: string;
}

const LONGEST_NAME = 60;

/** Where the name around a stem begins; the letter of an escape (`\n`) is none of its. */
function nameStart(text: string, stem: number): number {
  let at = stem;
  while (at > 0 && stem - at < LONGEST_NAME && /[\w.-]/.test(text.charAt(at - 1))) at--;
  return at < stem && text.charAt(at - 1) === '\\' && /[nrt]/.test(text.charAt(at)) ? at + 1 : at;
}

function editBehind(text: string, word: Word): Edit | undefined {
  const header = isHeaderName(word.name);
  const announced = header ? 'sure' : announcementOf(word.name);
  if (announced === undefined || isInQuery(text, word.start)) return undefined;
  if (word.separator === '>' && text.charAt(word.start - 1) !== '<') return undefined;
  const value = readValue(text, word, header);
  if (value === undefined) return undefined;
  const found = text.slice(value.start, value.end);
  if (holdsMask(found) || !isSecret(found, announced, value, header)) return undefined;
  return { start: value.start, end: value.end, kind: header ? 'token' : 'credential', quoted: false };
}

function isHeaderName(name: string): boolean {
  return /^(?:[\w.-]*[._-])?(?:proxy-)?authorization$|^(?:[\w.-]*[._])?(?:set-)?cookie$|^x-[\w-]*(?:token|key|secret|auth|signature)$/i.test(
    name,
  );
}

/** Queries have a reading of their own. */
function isInQuery(text: string, at: number): boolean {
  return /[?&]/.test(text.charAt(at - 1));
}

interface Value {
  readonly start: number;
  readonly end: number;
  readonly isQuoted: boolean;
  /** Other words follow on the line. */
  readonly isInProse: boolean;
}

function readValue(text: string, word: Word, header: boolean): Value | undefined {
  const { end, separator } = word;
  const opening = OPENING.exec(text.slice(end, end + 24))?.[0] ?? '';
  const at = end + opening.length;
  const quote = /\\*["'`]$/.exec(opening)?.[0] ?? (isBraced(text, at, word) ? '{' : undefined);
  if (quote !== undefined) {
    const from = quote === '{' ? at + 1 : at;
    const to = closingQuote(text, from, quote);
    return to - from < 3 ? undefined : { start: from, end: to, isQuoted: true, isInProse: false };
  }
  const to = at + lengthOf(text.slice(at, at + LONGEST_VALUE), endsOf(text, at, word, header));
  const isTight = separator === ':' && at === end && text.charAt(word.start - 1) !== '[';
  if (to - at < 3 || (isTight && !looksRandom(text.slice(at, to)))) return undefined;
  const isInProse = separator === ':' && / +[a-z]/i.test(text.slice(to, to + 4));
  return { start: at, end: to, isQuoted: false, isInProse };
}

/** White space, a bracket of a list, a quote at any depth of escaping. */
const OPENING = /^[ \t]{0,16}(?:\[(?=["'\\\w]))?(?:\\{0,7}["'`])?/;

/** ODBC puts values into braces. */
function isBraced(text: string, at: number, { separator, name }: Word): boolean {
  return separator === '=' && /^(?:pwd|password)$/i.test(name) && text.charAt(at) === '{';
}

function endsOf(text: string, at: number, { separator, start }: Word, header: boolean): RegExp {
  if (separator === '>') return /[<\r\n]/;
  if (header)
    return /^(?:Digest|AWS4-HMAC-SHA256|NTLM) /i.test(text.slice(at, at + 20)) ? /[\\\r\n]/ : HEADER_END;
  if (separator === ':') return COLON_END;
  return isLineStart(text, start) ? ASSIGNMENT_END : EQUALS_END;
}

const HEADER_END = /["'\\\r\n\]}`]/;
const COLON_END = /["'\\\s\]}`]|,(?=\s|$)|[,;](?=[\w.-]{1,40}[=:])/;
const EQUALS_END = /["'\\\s;&`<>)\]}]|,(?=\s|$)|,(?=[\w.-]{1,40}[=:])/;
const ASSIGNMENT_END = /["'\\\s`]/;
const LONGEST_VALUE = 4096;

function lengthOf(rest: string, ends: RegExp): number {
  return ends.exec(rest)?.index ?? rest.length;
}

/** `NAME=value` alone on its line, after `export` and the like: the value may hold what elsewhere would end it. */
function isLineStart(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - 24), start);
  return /(?:^|[\r\n]|\\n)[ \t]*(?:(?:export|set|env|arg|declare|-|-x) +)*(?:\$env:)?$/i.test(before);
}

/** The quote that closes: it has as many backslashes as the one that opened, or ends the text around it. */
function closingQuote(text: string, from: number, opening: string): number {
  const mark = opening === '{' ? '}' : opening.slice(-1);
  const depth = opening.length - 1;
  for (let at = from; at < text.length && at - from < LONGEST_VALUE; at++) {
    const character = text.charAt(at);
    if (character === '\n' || character === '\r') return at;
    if (character !== mark) continue;
    let backslashes = 0;
    while (text.charAt(at - 1 - backslashes) === '\\') backslashes++;
    if (mark !== '"') return at - (backslashes > depth ? 0 : backslashes);
    if (backslashes < depth || backslashes % (2 * (depth + 1)) === depth)
      return at - Math.min(backslashes, depth);
  }
  return Math.min(text.length, from + LONGEST_VALUE);
}

function isSecret(
  found: string,
  announced: 'sure' | 'perhaps',
  { isQuoted, isInProse }: Value,
  header: boolean,
): boolean {
  const value = found.trim();
  if (value === '' || isReference(value) || (!isQuoted && NO_PLAIN_VALUE.test(value))) return false;
  if (header) return isHeaderValue(value);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return false;
  if (announced === 'perhaps') return looksRandom(value);
  return isQuoted || !isInProse || /\d|[^\w.,-]|[a-z][A-Z]/.test(value);
}

/** What shells, templates and YAML begin something else with. */
const NO_PLAIN_VALUE = /^(?:[<{[|>&]|\$[({]|[!%*](?![A-Za-z0-9]))/;

/** A scheme with something behind it, a cookie, or a word that nobody would say. */
function isHeaderValue(value: string): boolean {
  return (
    /^(?:Basic|Bearer|Token|Digest|ApiKey|Negotiate|NTLM|AWS4-HMAC-SHA256|SharedKey) +\S{4,}/i.test(value) ||
    /^[\w.-]+=[^=]{3,}/.test(value) ||
    (!/\s/.test(value) && (/\d|[a-z][A-Z]|[A-Z]{2}[a-z]/.test(value) || value.length >= 16))
  );
}

const HEADER_PAIR =
  /"(?:key|name)\\{0,7}":[ \t]*\\{0,7}"(?<name>[\w-]{3,40})\\{0,7}",[ \t]*\\{0,7}"value\\{0,7}":[ \t]*(?:"(?<plain>(?:[^"\\\r\n]|\\.)+)|\\{1,7}"(?<inner>[^"\\\r\n]+))/g;

/** Headers written as pairs of name and value. */
export function headerPairEdits(text: string): readonly Edit[] {
  return [...text.matchAll(HEADER_PAIR)].flatMap(match => {
    const { name = '', plain, inner = '' } = match.groups ?? {};
    const value = plain ?? inner;
    const end = match.index + match[0].length;
    if (!isSecretHeader(name) || !isSecretValue(name, value) || holdsMask(value)) return [];
    return [{ start: end - value.length, end, kind: 'token' as const, quoted: false }];
  });
}
