// What a format is: how its content shows, and how one record of it is read. Three shapes cover what customers hand over:
// JSON objects (a line each, in arrays, lists or wrappers), lines of text, and whole documents. One file per format says
// both; the registry lists them. Names of files never decide.
import type { JsonObject, JsonValue } from '../../base/json.ts';
import type { Document } from '../document.ts';
import type { FlowRecord } from '../flow-builder.ts';
import type { Diagnostic, FormatName } from '../intake.ts';
import type { Gap } from '../leaf.ts';
import type { UnplacedAnswer, UnplacedRequest } from '../observed.ts';
import type { UnplacedObject } from '../read-object.ts';
import type { UnplacedEvent } from './audit-event.ts';
import type { UnplacedReportRow } from './calico-report.ts';
import type { CollectionManifest } from './collection-manifest.ts';
import type { UnplacedResult } from './kube-bench.ts';

/** A format with the reason for it. */
export interface Recognition {
  readonly format: FormatName;
  readonly reason: string;
}

/** Where a record stands. */
export interface RecordPlace {
  readonly file: string;
  readonly line: number;
  /** Who wrote the record, as its wrapper or the beginning of its line says. */
  readonly reporter?: string;
  /** The cluster that the wrapper names. */
  readonly cluster?: string;
}

/** Takes what records hold; every format writes into the same one. */
export interface RecordSink {
  flow(record: FlowRecord, line: number): void;
  audit(event: UnplacedEvent): void;
  benchmark(result: UnplacedResult): void;
  dnsAnswer(answer: UnplacedAnswer): void;
  request(request: UnplacedRequest): void;
  report(row: UnplacedReportRow): void;
  object(object: UnplacedObject): void;
  engagement(body: JsonObject): void;
  collection(manifest: CollectionManifest): void;
  gap(gap: Gap): void;
  diagnostic(diagnostic: Diagnostic): void;
  /** Flow records that the source says it lost. */
  lost(records: number): void;
  /** Records of another kind than flows that the source says it left out. */
  unlogged(records: number): void;
  /** The source names a node that reported, also where it reported nothing. */
  node(name: string): void;
  /** Milliseconds since 1970 that a record without a flow or an event speaks of. */
  spanned(from: number, to: number): void;
  /** What this kind of source never holds. */
  leavesOut(what: string): void;
  /** One record in `each` was kept by the source. */
  sampled(each: number): void;
}

/** A format of JSON objects, one a record. */
export interface RecordFormat {
  readonly name: FormatName;
  /** The reason for which an object is a record of this format; undefined when it is none. */
  recognise(record: JsonObject): string | undefined;
  /** Reads one object; answers how many records it was, 0 for none, `remark` for what belongs there without being one. */
  read(record: JsonObject, place: RecordPlace, into: RecordSink): number | 'remark';
}

/**
 * Reads the lines of one file from its first on; it remembers headings. Answers how many records a line held: 0 for one
 * that cannot be read, `remark` for a heading or comment.
 */
export type LineReader = (line: string, place: RecordPlace, into: RecordSink) => number | 'remark';

/** A format of lines of text. */
export interface LineFormat {
  readonly name: FormatName;
  /** The reason and a reader, when the first lines of a text (without those that are empty) are of this format. */
  begin(lines: readonly string[]): { readonly reason: string; readonly reader: LineReader } | undefined;
}

/** Where a document stands. */
export interface DocumentPlace {
  readonly file: string;
  readonly lineAt: (offset: number) => number;
}

/** A format of whole documents. */
export interface DocumentFormat {
  readonly name: FormatName;
  /** The reason for which a document is of this format; undefined when it is not. */
  recognise(value: JsonValue): string | undefined;
  /** Reads one document; answers how many records it held. */
  read(document: Document, place: DocumentPlace, into: RecordSink): number;
}
