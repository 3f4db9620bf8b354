// Flow records as columns: one row per log record, in parts of 65,536 rows with file and line.
// There is never one object per flow, in memory or in storage; texts are interned once per table.
import type { ClusterId } from '../base/brand.ts';

/** Rows in a full part. */
export const FLOW_PART_ROWS = 65_536;

/**
 * Kinds of flow ends, as small numbers in the columns. The first five are the log's own words (`unknown`: it gives an
 * address alone); the others are what the address book made of such an address: the pod that held it then, the pod that
 * is assumed to have held it, a service, and an address of which the files do not tell whose it was.
 */
export const FLOW_END = {
  pod: 0,
  host: 1,
  networkSet: 2,
  network: 3,
  unknown: 4,
  podThen: 5,
  podAssumed: 6,
  service: 7,
  unclear: 8,
} as const;

/** Whether an end of a kind is a pod, by the log's word or by its address. */
export function isPodEnd(kind: number | undefined): boolean {
  return kind === FLOW_END.pod || kind === FLOW_END.podThen || kind === FLOW_END.podAssumed;
}
/** What the log says was done. `audit` = would have been denied but was let through. */
export const FLOW_ACTION = { allow: 0, deny: 1, unknown: 2, audit: 3 } as const;
/**
 * Which side reported: egress policy of the source, ingress policy of the destination, a host on the path. `cloud` is a
 * network interface of a cloud, where security groups and network ACLs decide: its word is no verdict of a policy.
 */
export const FLOW_REPORTER = { source: 0, destination: 1, forward: 2, unknown: 3, cloud: 4 } as const;
/**
 * How it is known which end opened the connection: the log tells; another record of the log shows that the other end
 * listens; or port numbers alone, which is a guess.
 */
export const FLOW_OPENER = { told: 0, listens: 1, ports: 2 } as const;

/** Column arrays of one part; index 0 of `strings` is the empty text, meaning absent or aggregated away. */
export interface FlowPart {
  readonly rows: number;
  /** Milliseconds since 1970 (start and end of the record). */
  readonly start: Float64Array;
  readonly end: Float64Array;
  /** Indexes into `FlowTable.strings`. */
  readonly srcNamespace: Uint32Array;
  readonly srcName: Uint32Array;
  readonly dstNamespace: Uint32Array;
  readonly dstName: Uint32Array;
  readonly srcIp: Uint32Array;
  readonly dstIp: Uint32Array;
  /** Labels as the log wrote them, `k=v` joined by `,` in sorted order. */
  readonly srcLabels: Uint32Array;
  readonly dstLabels: Uint32Array;
  readonly dstService: Uint32Array;
  /** Host names the log ties to the destination, joined by `,`. */
  readonly dstDomains: Uint32Array;
  /** Enforced policy hits as written, sorted by index, joined by newline; and the pending ones. */
  readonly policies: Uint32Array;
  readonly pendingPolicies: Uint32Array;
  /** Upper-case protocol name or number. */
  readonly protocol: Uint32Array;
  /** FLOW_END codes; names ending in `*` are aggregates. */
  readonly srcKind: Uint8Array;
  readonly dstKind: Uint8Array;
  readonly action: Uint8Array;
  readonly reporter: Uint8Array;
  /** FLOW_OPENER codes. */
  readonly opener: Uint8Array;
  /** -1 = absent or aggregated. */
  readonly srcPort: Int32Array;
  readonly dstPort: Int32Array;
  /** Connections in this record (0 when the log does not say). */
  readonly connections: Float64Array;
  readonly bytesOut: Float64Array;
  readonly bytesIn: Float64Array;
  readonly packetsOut: Float64Array;
  readonly packetsIn: Float64Array;
  /** Index into `FlowTable.files`, and 1-based line there. */
  readonly file: Uint32Array;
  readonly line: Uint32Array;
}

/** All flow records of one cluster. */
export interface FlowTable {
  readonly flowTableVersion: 1;
  readonly cluster: ClusterId;
  readonly strings: readonly string[];
  /** Paths of the stored files that rows point into. */
  readonly files: readonly string[];
  readonly parts: readonly FlowPart[];
  readonly rows: number;
  /** Names of nodes that reported, sorted; empty when the format does not say. */
  readonly nodes: readonly string[];
  /** Records the log itself says it lost. */
  readonly lost: number;
}
