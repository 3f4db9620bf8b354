// YAML with places: every document of a stream parsed apart, so that one broken document loses only itself.
// Core schema (no dates, no custom tags), merge keys honoured, aliases counted, duplicate keys refused.
import {
  Composer,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Parser,
  type Alias,
  type CST,
  type Document as YamlDocument,
  type Node,
} from 'yaml';
import { ensure } from '../base/assert.ts';
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
  const remarks: DocumentFault[] = [];
  for (const { start, body } of splitDocuments(text)) {
    if (isBlank(body)) continue;
    try {
      const made = parseOne(body, start, limits);
      if (made === undefined) continue;
      documents.push(made.document);
      const { range } = made.document;
      for (const { message, at } of made.tags.slice(0, NAMED_TAGS))
        remarks.push({ code: 'intake.yaml.tag', message, line: lineAt(at), range });
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
  return { documents, faults, remarks, lineAt };
}

/** Unknown tags that are named in one document. */
const NAMED_TAGS = 20;

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

interface Parsed {
  readonly document: Document;
  /** Tags that no schema of ours knows: their values were read as they stand. */
  readonly tags: readonly { readonly message: string; readonly at: number }[];
}

function parseOne(body: string, offset: number, limits: YamlLimits): Parsed | undefined {
  const nul = body.indexOf('\0');
  if (nul >= 0) throw new Fault('intake.yaml.syntax', 'YAML holds a NUL character', offset + nul);
  const document = compose(body, offset, limits.depth);
  const [error] = document.errors;
  if (error !== undefined)
    throw new Fault(
      'intake.yaml.syntax',
      error.message.split('\n')[0]?.replace(/ at line \d+.*$/, '') ?? '',
      offset + error.pos[0],
    );
  if (document.contents === null) return undefined;
  const places = new Places();
  const value = makeConverter(places, offset, limits)(document.contents, 0);
  const range = document.contents.range;
  return {
    document: {
      value,
      range: { start: offset + range[0], end: offset + range[1] },
      places,
    },
    tags: document.warnings
      .filter(warning => warning.code === 'TAG_RESOLVE_FAILED')
      .map(warning => ({
        message: `${warning.message}; its value was read as it stands`,
        at: offset + warning.pos[0],
      })),
  };
}

/** The text as nodes. What composes them recurses, so nesting is measured on the tokens before; keys are compared by us. */
function compose(body: string, offset: number, depthLimit: number): YamlDocument.Parsed {
  const tokens = [...new Parser().parse(body)];
  for (const token of tokens) checkDepth(token, offset, depthLimit);
  const composer = new Composer({
    schema: 'core',
    version: '1.2',
    uniqueKeys: false,
    resolveKnownTags: false,
    strict: true,
    logLevel: 'silent',
  });
  const [first] = composer.compose(tokens, true, body.length);
  return ensure(first, 'a composer that is told to gives a document for every text');
}

/** Throws where tokens nest deeper than the limit; walks them without recursion. */
function checkDepth(root: CST.Token, offset: number, depthLimit: number): void {
  const waiting: { readonly token: CST.Token; readonly depth: number }[] = [{ token: root, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { token, depth } = next;
    if (depth > depthLimit + 1)
      throw new Fault(
        'intake.yaml.depth',
        `YAML nests deeper than ${depthLimit} levels`,
        offset + token.offset,
      );
    if (token.type === 'document' && token.value !== undefined) waiting.push({ token: token.value, depth });
    if (!('items' in token)) continue;
    for (const item of token.items)
      for (const child of [item.key, item.value])
        if (child !== undefined && child !== null && !isLeaf(child))
          waiting.push({ token: child, depth: depth + 1 });
  }
}

function isLeaf(token: CST.Token): boolean {
  return !('items' in token);
}

type Pairs = readonly { readonly key: unknown; readonly value: unknown }[];

function makeConverter(places: Places, offset: number, limits: YamlLimits) {
  /** Anchors seen so far, the last of each name: what an alias behind them means. */
  const anchors = new Map<string, Node>();
  const open = new Set<unknown>();
  let aliases = 0;
  let copied = 0;
  /** The place of the outermost alias that is being copied. */
  let aliasAt: number | undefined;

  const placeOf = (node: unknown): number => offset + ((node as Node | undefined)?.range?.[0] ?? 0);

  function convert(node: unknown, depth: number): JsonValue {
    const at = aliasAt ?? placeOf(node);
    if (depth > limits.depth)
      throw new Fault('intake.yaml.depth', `YAML nests deeper than ${limits.depth} levels`, at);
    if (aliasAt !== undefined && ++copied > COPIED_NODES)
      throw new Fault('intake.yaml.alias-limit', `YAML aliases copy more than ${COPIED_NODES} values`, at);
    if (isAlias(node)) return copy(node, depth, at);
    const anchor = (node as { readonly anchor?: string } | null)?.anchor;
    if (anchor !== undefined && aliasAt === undefined) anchors.set(anchor, node as Node);
    if (isScalar(node)) return scalar(node.value);
    if (!isMap(node) && !isSeq(node)) return null;
    if (open.has(node)) throw new Fault('intake.yaml.alias', 'A YAML alias contains itself', at);
    open.add(node);
    const made = isMap(node) ? convertMap(node.items, depth) : convertSeq(node.items, depth);
    open.delete(node);
    return made;
  }

  function copy(alias: Alias, depth: number, at: number): JsonValue {
    if (++aliases > limits.aliases)
      throw new Fault('intake.yaml.alias-limit', `YAML expands more than ${limits.aliases} aliases`, at);
    const target = anchors.get(alias.source);
    if (target === undefined)
      throw new Fault('intake.yaml.alias', `YAML alias *${alias.source} names nothing`, at);
    const outer = aliasAt;
    aliasAt = at;
    const value = convert(target, depth + 1);
    aliasAt = outer;
    return value;
  }

  function convertSeq(items: readonly unknown[], depth: number): JsonValue {
    const made: JsonValue[] = [];
    for (const [index, item] of items.entries()) {
      made.push(convert(item, depth + 1));
      noteRange(made, index, item);
    }
    return made;
  }

  function convertMap(items: Pairs, depth: number): JsonValue {
    const made: Record<string, JsonValue> = {};
    const own = new Set<string>();
    for (const { key, value } of items) {
      const at = aliasAt ?? placeOf(key);
      if (!isScalar(key)) throw new Fault('intake.yaml.key', 'A YAML key is not a plain text', at);
      const name = String(key.value);
      if (key.anchor !== undefined && aliasAt === undefined) anchors.set(key.anchor, key);
      if (name === '__proto__')
        throw new Fault('intake.yaml.forbidden-key', 'YAML holds the key __proto__', at);
      if (own.has(name))
        throw new Fault('intake.yaml.duplicate-key', `YAML holds the key ${JSON.stringify(name)} twice`, at);
      own.add(name);
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
    const target = isAlias(node) ? anchors.get(node.source) : (node as Node | null | undefined);
    const range = target?.range;
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
