// Kubernetes audit events and benchmark results, reduced to what checks read; each points to file and line.
import type { ClusterId, Instant } from '../base/brand.ts';
import type { JsonObject, JsonValue } from '../base/json.ts';
import type { SourceSpan } from '../base/source.ts';

/** One audit event at stage ResponseComplete (or the only stage seen). */
export interface AuditEvent {
  readonly cluster: ClusterId;
  readonly id: string;
  readonly level: string;
  readonly stage: string;
  readonly verb: string;
  readonly user?: string;
  readonly groups: readonly string[];
  /** What ties a shared user to a person or a pod: role sessions of clouds, pods of service accounts. */
  readonly extra?: Readonly<Record<string, string>>;
  readonly impersonated?: string;
  readonly impersonatedGroups?: readonly string[];
  readonly sourceIps: readonly string[];
  readonly userAgent?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly group?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly uid?: string;
  /** HTTP status code. */
  readonly status?: number;
  /** Why it was answered so, in a word and in a sentence. */
  readonly reason?: string;
  readonly message?: string;
  readonly decision?: string;
  /** Of authorisation, authentication, pod security and OpenShift. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** When it was received; of events that do not tell, when it was answered or written. */
  readonly time?: Instant;
  /** When this stage was reached. */
  readonly stageTime?: Instant;
  readonly requestUri?: string;
  /** Nothing was changed, whatever the answer. */
  readonly dryRun?: true;
  /** The API server cut the event short: bodies are missing, whatever the level says. */
  readonly truncated?: true;
  /** Which API server wrote it, where the log tells. */
  readonly apiserver?: string;
  /** What was asked to be written to policies, scope or permissions, masked; absent below level Request. */
  readonly body?: JsonObject | readonly JsonValue[];
  readonly source: SourceSpan;
}

/** One benchmark test result (kube-bench). WARN is a manual check, never a pass. */
export interface BenchmarkResult {
  readonly cluster: ClusterId;
  readonly benchmark: string;
  readonly target: string;
  readonly number: string;
  readonly text: string;
  readonly status: 'PASS' | 'FAIL' | 'WARN' | 'INFO';
  readonly scored: boolean;
  readonly source: SourceSpan;
}
