// What old Calico compliance reports claim: one row of a report table, as it stands there. Claims, not facts: nothing is
// concluded from them, they are laid beside what Vouch computes itself. Follows the four public report types.
import type { ClusterId, Instant } from '../base/brand.ts';
import type { SourceSpan } from '../base/source.ts';

/** The four report types. */
export type CalicoReportType = 'inventory' | 'network-access' | 'policy-audit' | 'cis-benchmark';

/** One row of a report. */
export interface CalicoReportRow {
  readonly cluster: ClusterId;
  readonly type: CalicoReportType;
  /** Name of the report, where the file tells it: tables do not. */
  readonly report?: string;
  /** The interval reported on, where the row tells it. */
  readonly interval?: { readonly from: Instant; readonly to: Instant };
  readonly claim: CalicoReportClaim;
  readonly source: SourceSpan;
}

/** Flags of a row; a flag that its table does not have is absent. */
export type CalicoReportFlags = Readonly<Partial<Record<CalicoReportFlag, boolean>>>;

/** Columns that are true or false. */
export type CalicoReportFlag =
  | 'ingressProtected'
  | 'egressProtected'
  | 'ingressFromInternet'
  | 'egressToInternet'
  | 'ingressFromOtherNamespace'
  | 'egressToOtherNamespace'
  | 'envoyEnabled';

/** What a row says. Lists are sorted and hold each entry once; resources stay as `Kind.apiVersion(ns/name)`. */
export type CalicoReportClaim =
  | {
      readonly kind: 'summary';
      readonly endpointSelector: string;
      readonly namespaceNames: readonly string[];
      readonly namespaceSelector: string;
      readonly serviceAccountNames: readonly string[];
      readonly serviceAccountSelector: string;
      /** Numbers by the name of their column. */
      readonly counts: Readonly<Record<string, number>>;
    }
  | {
      readonly kind: 'endpoint';
      readonly name: string;
      readonly flags: CalicoReportFlags;
      readonly policies: readonly string[];
      readonly services: readonly string[];
      /** Name under which flow logs were looked up, '' for none. */
      readonly trafficName: string;
      readonly sources: readonly string[];
      readonly destinations: readonly string[];
    }
  | {
      readonly kind: 'namespace' | 'service';
      readonly name: string;
      readonly flags: CalicoReportFlags;
    }
  | { readonly kind: 'flow'; readonly source: string; readonly destination: string }
  | {
      readonly kind: 'benchmark-totals';
      readonly benchmark: string;
      readonly counts: Readonly<Record<string, number>>;
    }
  | {
      readonly kind: 'node';
      readonly name: string;
      readonly version: string;
      readonly status: string;
      readonly counts: Readonly<Record<string, number>>;
    }
  | {
      readonly kind: 'test';
      readonly node: string;
      readonly number: string;
      readonly description: string;
      readonly status: string;
      readonly scored: boolean;
    };
