// YAML with places: every document of a stream parsed apart, so that one broken document loses only itself.
// Core schema (no dates, no custom tags), merge keys honoured, aliases counted, duplicate keys refused.
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document as YamlDocument,
  type Node,
} from 'yaml';
import type { JsonValue } from '../base/json.ts';
import { makeLineAt, Places, type Document, type DocumentFault, type ParsedText } from './document.ts';

/** Limits against hostile YAML. */
export interface YamlLimits {
  readonly depth: number;
  readonly aliases: number;
}

class Fault extends Error {
  readonly code: string;
  readonly at: number;
  constructor(code: string, message: string, at: number) {
    super(message);
    this.code = code;
    this.at = at;
  }
}

/** Values that aliases may copy in one document, counted after expansion. */
const COPIED_NODES = 1_000_000;

/** Parses every document of a YAML stream. */
export function parseYamlDocuments(text: string, limits: YamlLimits): ParsedText {
  const lineAt = makeLineAt(text);
  const documents: Document[] = [];
  const faults: DocumentFault[] = [];
  for (const { start, body } of splitDocuments(text)) {
    if (isBlank(body)) continue;
    try {
      const made = parseOne(body, start, limits);
      if (made !== undefined) documents.push(made);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      faults.push({
        code: error.code,
        message: error.message,
        line: lineAt(Math.min(error.at, text.length)),
        range: { start, end: start + body.length },
      });
    }
  }
  return { documents, faults, lineAt };
}

/** Nothing but white space, comments and directives. */
function isBlank(body: string): boolean {
  return body.split('\n').every(line => /^\s*(?:#|$)|^%/.test(line));
}

/** Cuts at `---` lines; block scalars never hold one at the first column. */
function splitDocuments(text: string): readonly { readonly start: number; readonly body: string }[] {
  const parts: { start: number; body: string }[] = [];
  let start = 0;
  for (const match of text.matchAll(/^(?:---(?=[ \t\r\n]|$)[^\S\n]*|\.\.\.[^\S\n]*\r?$)/gm)) {
    parts.push({ start, body: text.slice(start, match.index) });
    start = match.index + match[0].length;
  }
  parts.push({ start, body: text.slice(start) });
  return parts;
}

function parseOne(body: string, offset: number, limits: YamlLimits): Document | undefined {
  checkIndent(body, offset, limits.depth);
  const document = parseBody(body, offset);
  const [error] = document.errors;
  if (error !== undefined)
    throw new Fault(
      error.code === 'DUPLICATE_KEY' ? 'intake.yaml.duplicate-key' : 'intake.yaml.syntax',
      error.message.split('\n')[0]?.replace(/ at line \d+.*$/, '') ?? '',
      offset + error.pos[0],
    );
  if (document.contents === null) return undefined;
  const places = new Places();
  const value = makeConverter(document, places, offset, limits)(document.contents, 0);
  const range = document.contents.range;
  return {
    value,
    range: { start: offset + range[0], end: offset + range[1] },
    places,
  };
}

/** The parser recurses with the nesting of the text; what is too deep for the stack is too deep for anybody. */
function parseBody(body: string, offset: number): YamlDocument.Parsed {
  try {
    return parseDocument(body, {
      schema: 'core',
      version: '1.2',
      uniqueKeys: true,
      strict: true,
      logLevel: 'silent',
      lineCounter: new LineCounter(),
    });
  } catch (error) {
    if (error instanceof RangeError)
      throw new Fault('intake.yaml.depth', 'YAML nests too deep to be read', offset);
    throw error;
  }
}

/** The parser recurses: flow nesting and indentation beyond the limit are refused before it starts. */
function checkIndent(body: string, offset: number, depthLimit: number): void {
  const bomb =
    new RegExp(`[\\[{](?:[\\s,]*[\\[{]){${depthLimit}}`).exec(body) ??
    new RegExp(`^(?:- ?){${depthLimit}}`, 'm').exec(body);
  if (bomb !== null)
    throw new Fault('intake.yaml.depth', `YAML nests deeper than ${depthLimit} levels`, offset + bomb.index);
}

function makeConverter(document: YamlDocument, places: Places, offset: number, limits: YamlLimits) {
  let aliases = 0;
  let copied = 0;
  let inAlias = 0;

  function convert(node: unknown, depth: number): JsonValue {
    const at = offset + ((node as Node | undefined)?.range?.[0] ?? 0);
    if (depth > limits.depth)
      throw new Fault('intake.yaml.depth', `YAML nests deeper than ${limits.depth} levels`, at);
    if (inAlias > 0 && ++copied > COPIED_NODES)
      throw new Fault('intake.yaml.alias-limit', `YAML aliases copy more than ${COPIED_NODES} values`, at);
    if (isAlias(node)) {
      if (++aliases > limits.aliases)
        throw new Fault('intake.yaml.alias-limit', `YAML expands more than ${limits.aliases} aliases`, at);
      const target = node.resolve(document);
      if (target === undefined)
        throw new Fault('intake.yaml.alias', `YAML alias *${node.source} names nothing`, at);
      inAlias++;
      const value = convert(target, depth + 1);
      inAlias--;
      return value;
    }
    if (isMap(node)) return convertMap(node.items, depth, at);
    if (isSeq(node)) {
      const made: JsonValue[] = [];
      node.items.forEach((item, index) => {
        made.push(convert(item, depth + 1));
        noteRange(made, index, item);
      });
      return made;
    }
    return isScalar(node) ? scalar(node.value) : null;
  }

  function convertMap(
    items: readonly { readonly key: unknown; readonly value: unknown }[],
    depth: number,
    at: number,
  ): JsonValue {
    const made: Record<string, JsonValue> = {};
    for (const { key, value } of items) {
      const name = isScalar(key) ? String(key.value) : undefined;
      if (name === undefined) throw new Fault('intake.yaml.key', 'A YAML key is not a plain text', at);
      if (name === '__proto__')
        throw new Fault('intake.yaml.forbidden-key', 'YAML holds the key __proto__', at);
      if (name === '<<') merge(made, convert(value, depth + 1));
      else {
        made[name] = convert(value, depth + 1);
        noteRange(made, name, value);
      }
    }
    return made;
  }

  /** Merge keys give way to keys that stand in the map itself. */
  function merge(into: Record<string, JsonValue>, from: JsonValue): void {
    const sources = Array.isArray(from) ? (from as readonly JsonValue[]) : [from];
    for (const source of sources)
      if (typeof source === 'object' && source !== null && !Array.isArray(source))
        for (const [key, value] of Object.entries(source))
          if (!Object.hasOwn(into, key) && value !== undefined) {
            into[key] = value;
            const range = places.of(source, key);
            if (range !== undefined) places.note(into, key, range);
          }
  }

  function noteRange(container: object, key: string | number, node: unknown): void {
    const target = isAlias(node) ? node.resolve(document) : node;
    const range = (target as Node | null | undefined)?.range;
    if (range !== undefined && range !== null)
      places.note(container, key, { start: offset + range[0], end: offset + range[1] });
  }

  return convert;
}

function scalar(value: unknown): JsonValue {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'bigint':
      return value.toString();
    default:
      return null;
  }
}
