// Kubernetes audit events and benchmark results, reduced to what checks read; each points to file and line.
import type { ClusterId, Instant } from '../base/brand.ts';
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
  readonly impersonated?: string;
  readonly sourceIps: readonly string[];
  readonly userAgent?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly group?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** HTTP status code. */
  readonly status?: number;
  readonly decision?: string;
  readonly time?: Instant;
  readonly requestUri?: string;
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
