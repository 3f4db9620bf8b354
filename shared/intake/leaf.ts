// One plain file (no container) on its way through the door: what reading it found, before clusters are known.
import type { UnpackCounter } from '../archive/limits.ts';
import type { JsonObject } from '../base/json.ts';
import type { SourceSpan } from '../base/source.ts';
import type { FlowSink } from './flow-sink.ts';
import type { UnplacedEvent } from './formats/audit-event.ts';
import type { UnplacedReportRow } from './formats/calico-report.ts';
import type { CollectionManifest } from './formats/collection-manifest.ts';
import type { UnplacedResult } from './formats/kube-bench.ts';
import type {
  AccountDataHit,
  Diagnostic,
  FormatName,
  IntakeLimits,
  RedactionKind,
  SourceCoverage,
} from './intake.ts';
import type { RegisterRow } from '../model/register.ts';
import type { ColumnMapping } from './registers/recognise-register.ts';
import type { UnplacedAnswer, UnplacedRequest } from './observed.ts';
import type { UnplacedObject } from './read-object.ts';
import type { Masker } from './redact/mask.ts';

/** Something a file says about absence. */
export interface Gap {
  readonly state: 'forbidden' | 'asked-none' | 'error';
  readonly what: string;
  readonly group: string;
  readonly source: SourceSpan;
  /** Of a document of a policy that could not be read: the namespace it names, where it names one alone. */
  readonly lost?: { readonly namespace?: string };
}

/** Everything one file gave. */
export interface Leaf {
  readonly format: FormatName;
  readonly reason: string;
  readonly records: number;
  /** Milliseconds since 1970 of the first and last record. */
  readonly period?: readonly [number, number];
  readonly coverage?: SourceCoverage;
  readonly redactions: Readonly<Partial<Record<RedactionKind, number>>>;
  readonly objects: readonly UnplacedObject[];
  readonly audit: readonly UnplacedEvent[];
  readonly benchmarks: readonly UnplacedResult[];
  readonly dns: readonly UnplacedAnswer[];
  readonly requests: readonly UnplacedRequest[];
  readonly reports: readonly UnplacedReportRow[];
  readonly engagements: readonly JsonObject[];
  readonly collections: readonly CollectionManifest[];
  readonly registers: readonly RegisterRow[];
  readonly gaps: readonly Gap[];
  readonly accountData: readonly AccountDataHit[];
  readonly diagnostics: readonly Diagnostic[];
  readonly head?: string;
  /** The masked copy of the original, where something was masked; made again each time it is asked for. */
  readonly masked?: (open: () => AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
  /** It came with masks of an earlier import: its bytes are no longer those that were collected. */
  readonly holdsMasks?: true;
  /** The bytes could not be made safe to store. */
  readonly withheld?: true;
}

/** What reading a file needs. */
export interface LeafContext {
  readonly masker: Masker;
  readonly limits: IntakeLimits;
  readonly flows: FlowSink;
  /** Counts what is unpacked of workbooks, together with all archives of the import. */
  readonly unpack: UnpackCounter;
  /** Columns of the customer's lists as a person mapped them. */
  readonly mappings: readonly ColumnMapping[];
  /** Called between batches; throws when the import was cancelled. */
  readonly breathe: () => Promise<void>;
}

/** A leaf with nothing in it, to be filled. */
export const EMPTY_LEAF: Omit<Leaf, 'format' | 'reason'> = {
  records: 0,
  redactions: {},
  objects: [],
  audit: [],
  benchmarks: [],
  dns: [],
  requests: [],
  reports: [],
  engagements: [],
  collections: [],
  registers: [],
  gaps: [],
  accountData: [],
  diagnostics: [],
};

/** Adds up masked values by kind. */
export function countKinds(kinds: Iterable<RedactionKind>): Partial<Record<RedactionKind, number>> {
  const counts: Partial<Record<RedactionKind, number>> = {};
  for (const kind of kinds) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** Account data by line, as hits and one diagnostic each. */
export function accountDataOf(
  file: string,
  found: readonly { readonly kind: RedactionKind; readonly line: number }[],
): { readonly hits: readonly AccountDataHit[]; readonly diagnostics: readonly Diagnostic[] } {
  const byPlace = new Map<string, AccountDataHit>();
  for (const { kind, line } of found) {
    if (kind !== 'pan' && kind !== 'track-data') continue;
    const key = `${kind}:${line}`;
    byPlace.set(key, { kind, source: { file, line }, count: (byPlace.get(key)?.count ?? 0) + 1 });
  }
  const hits = [...byPlace.values()].sort((a, b) => a.source.line - b.source.line);
  const diagnostics = hits.map(({ kind, source, count }): Diagnostic => {
    const what = kind === 'pan' ? 'account number' : 'track data';
    return {
      code: `intake.account-data.${kind}`,
      severity: 'warning',
      message: `Holds what looks like ${what} (${count}); masked before storing`,
      file,
      line: source.line,
    };
  });
  return { hits, diagnostics };
}
