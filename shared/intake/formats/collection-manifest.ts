// The manifest of vouch-collect.sh (schema vouch.collection/1, assets/schema): what was asked of a cluster, what came of
// it, and the digest of every file. Whether the files are still those is told in check-collections.ts, once all are read.
import type { Instant } from '../../base/brand.ts';
import { isInstant, millisecondsOf } from '../../base/instant.ts';
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { itemsOf, type Document } from '../document.ts';
import type { DocumentFormat, DocumentPlace, RecordSink } from './format.ts';
import { number, text, texts } from './values.ts';

/** What one command of a collection gave. */
export interface CollectionRead {
  readonly resource: string;
  readonly kind: string;
  readonly group: string;
  readonly outcome: string;
  /** Path below the manifest's folder, '' where no command was run. */
  readonly file: string;
}

/** One file of a collection, as it was when it was made. */
export interface CollectionFile {
  readonly path: string;
  readonly bytes: number;
  /** 64 hex digits. */
  readonly sha256: string;
  readonly line: number;
}

/** One collection. */
export interface CollectionManifest {
  readonly started: Instant;
  readonly ended: Instant;
  readonly reads: readonly CollectionRead[];
  readonly files: readonly CollectionFile[];
}

const SCHEMA = 'vouch.collection/1';

/** Manifests of collections. */
export const COLLECTION_MANIFEST: DocumentFormat = {
  name: 'collection-manifest',
  recognise: value =>
    isObject(value) && text(value['schema']).startsWith('vouch.collection/')
      ? `schema ${text(value['schema'])}`
      : undefined,
  read: (document, place, into) => {
    const body = isObject(document.value) ? document.value : {};
    const lineOf = lineIn(document, place);
    const manifest = readManifest(body, lineOf);
    if (typeof manifest === 'string') {
      into.diagnostic({
        code: 'intake.collection.manifest',
        severity: 'error',
        message: `The manifest of a collection cannot be used: ${manifest}`,
        file: place.file,
        line: place.lineAt(document.range.start),
      });
      return 0;
    }
    into.collection(manifest);
    into.spanned(millisecondsOf(manifest.started), millisecondsOf(manifest.ended));
    sayFailures(body, lineOf, place.file, into);
    sayNamespaces(body, lineOf, place.file, into);
    return 1;
  },
};

type LineOf = (container: object, key: string | number) => number;

function lineIn(document: Document, { lineAt }: DocumentPlace): LineOf {
  return (container, key) => lineAt(document.places.of(container, key)?.start ?? document.range.start);
}

/** The manifest, or why it is none. */
function readManifest(body: JsonObject, lineOf: LineOf): CollectionManifest | string {
  if (body['schema'] !== SCHEMA) return `its schema is ${text(body['schema'])}, known is ${SCHEMA}`;
  const started = text(body['started']);
  const ended = text(body['ended']);
  if (!isInstant(started) || !isInstant(ended) || ended < started) return 'its times are none';
  const reads = itemsOf(body['reads']);
  const files = itemsOf(body['files']);
  const made = files.filter(isObject).map((file, index) => ({
    path: text(file['path']),
    bytes: number(file['bytes'], -1),
    sha256: text(file['sha256']),
    line: lineOf(files, index),
  }));
  if (made.length === 0 || made.length < files.length || !made.every(isFile))
    return 'its list of files is broken';
  if (reads.length === 0 || !reads.every(isObject)) return 'its list of commands is broken';
  return { started, ended, reads: reads.filter(isObject).map(readOf), files: made };
}

function isFile({ path, bytes, sha256 }: CollectionFile): boolean {
  return path !== '' && bytes >= 0 && /^[0-9a-f]{64}$/.test(sha256);
}

function readOf(read: JsonObject): CollectionRead {
  const resource = text(read['resource']);
  const [plural = '', ...group] = resource.split('.');
  return {
    resource,
    kind: text(read['kind']) || plural,
    group: group.join('.'),
    outcome: text(read['outcome']),
    file: text(read['file']),
  };
}

/** What kubectl said of a failure does not name the kind; the manifest does. */
function sayFailures(body: JsonObject, lineOf: LineOf, file: string, into: RecordSink): void {
  const reads: readonly JsonValue[] = itemsOf(body['reads']);
  for (const [index, read] of reads.entries()) {
    if (!isObject(read) || read['outcome'] !== 'failed') continue;
    const { kind, group, resource } = readOf(read);
    const source = { file, line: lineOf(reads, index) };
    into.gap({ state: 'error', what: kind, group, source });
    into.diagnostic({
      code: 'intake.collection.failed',
      severity: 'warning',
      message: `The collector could not read ${resource}`,
      ...source,
    });
  }
}

/** What lies outside the chosen namespaces was not asked for: nothing can be said of it. */
function sayNamespaces(body: JsonObject, lineOf: LineOf, file: string, into: RecordSink): void {
  const namespaces = texts(body['namespaces']);
  if (namespaces.length === 0) return;
  const source = { file, line: lineOf(body, 'namespaces') };
  into.gap({ state: 'error', what: 'Namespace', group: '', source });
  into.diagnostic({
    code: 'intake.collection.namespaces',
    severity: 'warning',
    message: `Only these namespaces were collected: ${namespaces.join(', ')}`,
    ...source,
  });
}
