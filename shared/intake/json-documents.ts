// JSON with places: one or many documents back to back, with a depth limit, no duplicate keys and no `__proto__`.
// Unlike JSON.parse it says where every value stands, and it never recurses deeper than the limit.
import type { JsonValue } from '../base/json.ts';
import { makeLineAt, Places, type Document, type DocumentFault, type ParsedText } from './document.ts';

class Fault extends Error {
  readonly code: string;
  readonly at: number;
  constructor(code: string, message: string, at: number) {
    super(message);
    this.code = code;
    this.at = at;
  }
}

/** Parses every JSON document of a text; after a fault reading goes on at the next line that opens a document. */
export function parseJsonDocuments(text: string, depthLimit: number): ParsedText {
  const lineAt = makeLineAt(text);
  const documents: Document[] = [];
  const faults: DocumentFault[] = [];
  const reader = makeReader(text, depthLimit);
  for (;;) {
    reader.skip();
    const start = reader.position();
    if (start >= text.length) break;
    try {
      const places = new Places();
      const value = reader.value(places, 0);
      documents.push({ value, range: { start, end: reader.position() }, places });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const next = faults.length < FAULTS ? nextDocument(text, Math.max(error.at, start + 1)) : text.length;
      faults.push({
        code: error.code,
        message: error.message,
        line: lineAt(error.at),
        range: { start, end: next },
      });
      reader.moveTo(next);
    }
  }
  return { documents, faults, lineAt };
}

/** What is said of a text that is cut. */
export const ENDS_EARLY = 'The JSON text ends too early';

/** A text with more faults than this is not read further. */
const FAULTS = 100;

/** The next line that begins with a brace or bracket in its first column. */
function nextDocument(text: string, from: number): number {
  const opening = /\n(?=[{[])/g;
  opening.lastIndex = from;
  const match = opening.exec(text);
  return match === null ? text.length : match.index + 1;
}

/** Characters of a string that mean themselves. */
const PLAIN = /[^"\\\u0000-\u001f]+/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

function makeReader(text: string, depthLimit: number) {
  let at = 0;

  function skip(): void {
    for (;;) {
      const code = text.charCodeAt(at);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9 && code !== 0xfeff) return;
      at++;
    }
  }

  function fail(message: string, where = at): never {
    throw new Fault('intake.json.syntax', where >= text.length ? ENDS_EARLY : message, where);
  }

  function value(places: Places, depth: number, name = ''): JsonValue {
    if (depth > depthLimit)
      throw new Fault('intake.json.depth', `JSON nests deeper than ${depthLimit} levels`, at);
    switch (text.charAt(at)) {
      case '{':
        return object(places, depth, name === 'metadata');
      case '[':
        return array(places, depth);
      case '"':
        return string();
      case 't':
        return word('true', true);
      case 'f':
        return word('false', false);
      case 'n':
        return word('null', null);
      default:
        return number();
    }
  }

  function word(expected: string, meaning: JsonValue): JsonValue {
    if (!text.startsWith(expected, at)) fail('Not a JSON value');
    at += expected.length;
    return meaning;
  }

  function number(): JsonValue {
    NUMBER.lastIndex = at;
    const match = NUMBER.exec(text);
    if (match === null) fail('Not a JSON value');
    at += match[0].length;
    return Number(match[0]);
  }

  function string(): string {
    const start = at;
    for (at++; ; at++) {
      PLAIN.lastIndex = at;
      if (PLAIN.test(text)) at = PLAIN.lastIndex;
      const code = text.charCodeAt(at);
      if (code === 34) break;
      if (code === 92) at++;
      else if (code < 32 || Number.isNaN(code))
        fail('A JSON string is not closed', Number.isNaN(code) ? text.length : at);
    }
    at++;
    const quoted = text.slice(start, at);
    if (!quoted.includes('\\')) return quoted.slice(1, -1);
    try {
      return JSON.parse(quoted) as string;
    } catch {
      return fail('A JSON string has a bad escape', start);
    }
  }

  function object(places: Places, depth: number, isMetadata: boolean): JsonValue {
    const made: Record<string, JsonValue> = {};
    at++;
    skip();
    if (text.charAt(at) === '}') {
      at++;
      return made;
    }
    for (;;) {
      skip();
      const keyAt = at;
      if (text.charAt(at) !== '"') fail('A JSON key is missing');
      const key = string();
      if (key === '__proto__')
        throw new Fault('intake.json.forbidden-key', 'JSON holds the key __proto__', keyAt);
      if (Object.hasOwn(made, key))
        throw new Fault(
          'intake.json.duplicate-key',
          `JSON holds the key ${JSON.stringify(key)} twice`,
          keyAt,
        );
      skip();
      if (text.charAt(at) !== ':') fail('A colon is missing after a JSON key');
      at++;
      skip();
      const start = at;
      made[key] = key === 'managedFields' && isMetadata ? skipped(depth + 1) : value(places, depth + 1, key);
      places.note(made, key, { start, end: at });
      if (!more('}')) return made;
    }
  }

  /** `metadata.managedFields` is most of a live export and says nothing: passed over, not built. */
  function skipped(depth: number): JsonValue {
    let open = 0;
    do {
      skip();
      const next = text.charAt(at);
      if (next === '"') string();
      else if (next === '') fail(ENDS_EARLY);
      else {
        if (next === '{' || next === '[') open++;
        else if (next === '}' || next === ']') open--;
        else if (open === 0) return value(new Places(), depth);
        if (depth + open > depthLimit)
          throw new Fault('intake.json.depth', `JSON nests deeper than ${depthLimit} levels`, at);
        at++;
      }
    } while (open > 0);
    return [];
  }

  function array(places: Places, depth: number): JsonValue {
    const made: JsonValue[] = [];
    at++;
    skip();
    if (text.charAt(at) === ']') {
      at++;
      return made;
    }
    for (;;) {
      skip();
      const start = at;
      made.push(value(places, depth + 1));
      places.note(made, made.length - 1, { start, end: at });
      if (!more(']')) return made;
    }
  }

  function more(close: string): boolean {
    skip();
    const next = text.charAt(at);
    if (next !== ',' && next !== close) fail('A comma is missing in JSON');
    at++;
    return next === ',';
  }

  return {
    skip,
    value,
    position: () => at,
    moveTo: (offset: number): void => {
      at = offset;
    },
  };
}
