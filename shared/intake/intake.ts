// What the door hands on: per file what it was and what was masked, and the records of every format.
// Types only; `importFiles` in import-files.ts fills them. Bytes are redacted before anything is kept.
import type { ClusterId, Digest, Instant } from '../base/brand.ts';
import type { Cancellation, OnProgress } from '../base/progress.ts';
import type { Digests } from '../base/digest.ts';
import type { SourceFile, SourceSpan } from '../base/source.ts';
import type { AuditEvent, BenchmarkResult } from '../model/audit.ts';
import type { DnsAnswer } from '../model/dns.ts';
import type { CalicoReportRow } from '../model/calico-report.ts';
import type { FlowTable } from '../model/flow-table.ts';
import type { ObservedRequest } from '../model/requests.ts';
import type { KubernetesObject } from '../model/object.ts';
import type { RegisterRow } from '../model/register.ts';
import type { ColumnMapping } from './registers/recognise-register.ts';
import type { JsonObject } from '../base/json.ts';

/** Format names of the command-line contract. */
export type FormatName =
  | 'kubernetes'
  | 'calico-flow'
  | 'calico-report'
  | 'hubble'
  | 'aws-vpc-flow'
  | 'calico-flow-oss'
  | 'calico-dns'
  | 'calico-l7'
  | 'k8s-audit'
  | 'kube-bench'
  | 'register'
  | 'engagement'
  | 'collection-manifest'
  | 'text'
  | 'unrecognised';

/** What a file was given as (`-c`, `-f`, ...); recognition is by content, a mismatch is a diagnostic. */
export type SourceRole = 'cluster' | 'flows' | 'audit-log' | 'scan' | 'register' | 'any';

/** A file with the role and, for `-c NAME=PATH`, the cluster name it was given with. */
export interface IntakeSource {
  readonly file: SourceFile;
  readonly role: SourceRole;
  readonly cluster?: string;
}

/** A fact worth telling about a file; never an exception, the rest is still imported. */
export interface Diagnostic {
  /** Stable, dotted: `intake.yaml.syntax`. */
  readonly code: string;
  readonly severity: 'info' | 'warning' | 'error';
  readonly message: string;
  readonly file: string;
  readonly line?: number;
}

/** Kinds of things masked at the door. */
export type RedactionKind =
  | 'secret-value'
  | 'credential'
  | 'token'
  | 'private-key'
  | 'pan'
  | 'track-data'
  | 'last-applied'
  | 'url-userinfo';

/** What one API server wrote to an audit log; its name is '' where the log tells none. */
export interface ApiserverSpan {
  readonly name: string;
  readonly events: number;
  readonly from: Instant;
  readonly to: Instant;
  readonly longestSilence?: { readonly from: Instant; readonly to: Instant };
}

/** What one source covers of its period, counted from its records. */
export interface SourceCoverage {
  /** Records with and without a usable time. */
  readonly records: number;
  readonly untimed: number;
  /** Stretches of more than five minutes without a record: the first of them, and how many there are. */
  readonly silences: readonly { readonly from: Instant; readonly to: Instant }[];
  readonly silenceCount: number;
  /** API servers that wrote audit events, sorted by name; absent for other sources. */
  readonly apiservers?: readonly ApiserverSpan[];
  /** What this kind of log never holds, sorted. */
  readonly leavesOut?: readonly string[];
  /** Nodes that reported, sorted; empty where the source names none. */
  readonly nodes: readonly string[];
  /** Records that the source says it lost. */
  readonly lost: number;
  /** Records whose pods are named only by the prefix of their controller. */
  readonly aggregated: number;
  /** TCP, UDP and SCTP records without a destination port. */
  readonly portless: number;
  /** One record in so many was kept, where the source says so. */
  readonly sampledOneIn?: number;
}

/** One file or archive member after import. */
export interface IntakeFile {
  readonly path: string;
  /** Digest of what is stored: the original bytes, or the masked copy. For `inspect` this is the file as read when nothing was masked. */
  readonly sha256: Digest;
  /** HMAC of the original under the engagement secret, only where something was masked. */
  readonly originalHmac?: string;
  readonly bytes: number;
  readonly format: FormatName;
  readonly container?: string;
  readonly records: number;
  readonly period?: { readonly from: Instant; readonly to: Instant };
  /** Of files whose records have times. */
  readonly coverage?: SourceCoverage;
  /** Number of values masked. */
  readonly redactions: number;
  readonly redactionsByKind: Readonly<Partial<Record<RedactionKind, number>>>;
  /** Why it was recognised as this format. */
  readonly reason: string;
  readonly diagnostics: readonly Diagnostic[];
  /** Set where the bytes could not be made safe to store: the sink never saw them. */
  readonly withheld?: true;
  readonly members?: readonly IntakeFile[];
  /** Role it was given with, and its cluster once known. */
  readonly role: SourceRole;
  readonly cluster?: ClusterId;
  /** First bytes, for files that match nothing. */
  readonly head?: string;
}

/** Where masked account data was found: opens a scope item, the value itself is never kept. */
export interface AccountDataHit {
  readonly kind: 'pan' | 'track-data';
  readonly source: SourceSpan;
  readonly count: number;
}

/** One export of one cluster: a cluster exported twice gives two, and they are never mixed. */
export interface ClusterExport {
  readonly cluster: ClusterId;
  /** The latest time that something in it speaks of: it was collected then or later. */
  readonly notBefore?: Instant;
  /** Paths of its files, sorted. */
  readonly files: readonly string[];
  /** Whether it is the one that is judged. */
  readonly isLatest: boolean;
}

/** Everything one import produced. */
export interface Intake {
  readonly files: readonly IntakeFile[];
  /** Given files that were refused whole, in path order: hostile archives, of which nothing was kept. */
  readonly hostile: readonly string[];
  /** Exports of every cluster, earlier before later. */
  readonly exports: readonly ClusterExport[];
  /** Objects of the latest export of every cluster. */
  readonly objects: readonly KubernetesObject[];
  /** Objects of earlier exports, each found by its file. */
  readonly earlier: readonly KubernetesObject[];
  /** How each cluster got its id. */
  readonly clusters: readonly {
    readonly id: ClusterId;
    readonly basis: 'kube-system-uid' | 'given-name' | 'default';
  }[];
  readonly flows: readonly FlowTable[];
  readonly audit: readonly AuditEvent[];
  readonly benchmarks: readonly BenchmarkResult[];
  /** What names DNS tied to addresses, and what was asked of whom inside connections. */
  readonly dns: readonly DnsAnswer[];
  readonly requests: readonly ObservedRequest[];
  /** Rows of old Calico compliance reports: claims of an earlier tool. */
  readonly calicoReports: readonly CalicoReportRow[];
  /** Rows of the customer's own lists, in the order of files and lines. */
  readonly registers: readonly RegisterRow[];
  /** Engagement documents found among the files, unparsed. */
  readonly engagements: readonly { readonly path: string; readonly body: JsonObject }[];
  /** Places in files that say "Forbidden", "No resources found" and the like. */
  readonly gaps: readonly {
    readonly state: 'forbidden' | 'asked-none' | 'error';
    /** `List` kind or resource named, e.g. `NetworkPolicy`. */
    readonly what: string;
    readonly group: string;
    readonly cluster: ClusterId;
    readonly source: SourceSpan;
  }[];
  readonly accountData: readonly AccountDataHit[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Receives the stored copies (original bytes, or the masked copy). `inspect` keeps nothing and passes none. */
export interface EvidenceSink {
  /** Called once per stored file, in path order, after its digest is known. */
  put(path: string, digest: Digest, bytes: number, open: () => AsyncIterable<Uint8Array>): Promise<void>;
}

/** Limits against hostile archives; a file beyond one is refused whole. */
export interface IntakeLimits {
  readonly unpackedBytes: number;
  readonly members: number;
  readonly ratio: number;
  readonly depth: number;
  readonly jsonDepth: number;
  readonly yamlAliases: number;
  readonly lineBytes: number;
  /** Largest document that is parsed whole. */
  readonly documentBytes: number;
}

/** What an import needs from its host. */
export interface IntakeContext {
  readonly digests: Digests;
  /** 32 bytes; masks are stable within one engagement. */
  readonly secret: Uint8Array;
  readonly sink?: EvidenceSink;
  readonly limits?: Partial<IntakeLimits>;
  /** Columns of the customer's lists as a person mapped them; they win over what names of columns tell. */
  readonly mappings?: readonly ColumnMapping[];
  /** gunzip of the host where it has a faster one than DecompressionStream. */
  readonly gunzip?: (bytes: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
  readonly onProgress?: OnProgress;
  /** Told each given file once it is read, in path order; its cluster is known only at the end. */
  readonly onFile?: (file: IntakeFile) => void;
  readonly cancellation?: Cancellation;
  /** Lets the host breathe between chunks (a worker posts progress, a window paints). */
  readonly yield?: () => Promise<void>;
}
