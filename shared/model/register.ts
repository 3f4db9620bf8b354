// Rows of the customer's own lists: components, justifications, changes, rule reviews, certificates, alerts, roles,
// edges of their diagram. What a list says is a claim of the customer, never a finding; checks hold it to the cluster.
// Which fields there are follows what pci-dss.md section 5 asks of each list.
import type { Instant } from '../base/brand.ts';
import type { SourceSpan } from '../base/source.ts';
import type { Protocol } from './snapshot.ts';

/** A date as written, and the instant where a time zone was written too. */
export interface RegisterDate {
  /** `YYYY-MM-DD`. */
  readonly day: string;
  /** `HH:MM` or `HH:MM:SS`, with the letters of a zone such as `CET` where they are written; UTC is known only by `at`. */
  readonly time?: string;
  readonly at?: Instant;
}

/** A transport protocol of a list; `any` stands alone. */
export type RegisterProtocol = Protocol | 'any';

/** Ports of a list; both ends included. */
export interface RegisterPorts {
  readonly from: number;
  readonly to: number;
  /** Where it stands beside the port, as in `443/tcp`. */
  readonly protocol?: Protocol;
}

/** 12.5.1 (2.4): one system component of the inventory. */
export interface ComponentFields {
  readonly name?: string;
  readonly id?: string;
  readonly type?: string;
  /** Function or use: 12.5.1 asks for it. */
  readonly function?: string;
  readonly owner?: string;
  readonly cluster?: string;
  readonly namespace?: string;
  readonly location?: string;
  readonly addresses?: readonly string[];
  readonly image?: string;
  readonly vendor?: string;
  readonly product?: string;
  readonly version?: string;
  readonly count?: number;
  /** CDE, connected-to, out of scope: as the customer says it. */
  readonly scope?: string;
  readonly antiMalware?: string;
  readonly supportedUntil?: RegisterDate;
  readonly reviewedAt?: RegisterDate;
}

/** 1.2.5, 1.2.6 (1.1.6): one service, port or rule with its reason. */
export interface JustificationFields {
  readonly id?: string;
  readonly source?: string;
  readonly destination?: string;
  readonly direction?: string;
  readonly service?: string;
  readonly protocols?: readonly RegisterProtocol[];
  readonly ports?: readonly RegisterPorts[];
  readonly policy?: string;
  readonly reason?: string;
  readonly requestedBy?: string;
  readonly approvedBy?: string;
  readonly approvedAt?: RegisterDate;
  readonly insecure?: boolean;
  readonly mitigation?: string;
  readonly owner?: string;
  readonly ticket?: string;
  readonly validUntil?: RegisterDate;
  readonly reviewedAt?: RegisterDate;
}

/** 6.5.1, 1.2.2: one change with reason, impact, approval, test and fail-back. */
export interface ChangeFields {
  readonly id?: string;
  readonly title?: string;
  readonly description?: string;
  readonly reason?: string;
  readonly impact?: string;
  readonly object?: string;
  readonly requestedBy?: string;
  readonly requestedAt?: RegisterDate;
  readonly approvedBy?: string;
  readonly approvedAt?: RegisterDate;
  readonly tested?: string;
  readonly testedBy?: string;
  readonly rollback?: string;
  readonly implementedBy?: string;
  readonly implementedAt?: RegisterDate;
  readonly closedAt?: RegisterDate;
  readonly commit?: string;
  readonly status?: string;
}

/** 1.2.7 (1.1.7): one review of rule sets, or one rule in it. */
export interface RuleReviewFields {
  readonly id?: string;
  readonly reviewedAt?: RegisterDate;
  /** Network security controls that were looked at: network policies, security groups, firewalls. */
  readonly covers?: string;
  readonly rule?: string;
  readonly reviewer?: string;
  readonly approvedBy?: string;
  readonly result?: string;
  readonly action?: string;
  readonly due?: RegisterDate;
  readonly resolvedAt?: RegisterDate;
  readonly nextReview?: RegisterDate;
  readonly ticket?: string;
  readonly status?: string;
}

/** 4.2.1.1: one trusted key or certificate. */
export interface CertificateFields {
  readonly name?: string;
  readonly alternativeNames?: readonly string[];
  readonly kind?: string;
  readonly issuer?: string;
  readonly serial?: string;
  readonly fingerprint?: string;
  readonly algorithm?: string;
  readonly keySize?: number;
  readonly validFrom?: RegisterDate;
  readonly validUntil?: RegisterDate;
  readonly purpose?: string;
  readonly location?: string;
  readonly owner?: string;
  readonly status?: string;
}

/** 10.4, 11.5, 12.10: one alert and what became of it. */
export interface AlertFields {
  readonly id?: string;
  readonly raisedAt?: RegisterDate;
  readonly title?: string;
  readonly tool?: string;
  readonly severity?: string;
  readonly component?: string;
  readonly status?: string;
  readonly owner?: string;
  readonly acknowledgedAt?: RegisterDate;
  readonly closedAt?: RegisterDate;
  readonly outcome?: string;
  readonly ticket?: string;
}

/** 7.x, 8.x, 12.x (1.1.2): one person or account with role and duties. */
export interface RoleFields {
  readonly person?: string;
  readonly account?: string;
  readonly accountType?: string;
  readonly role?: string;
  readonly groups?: readonly string[];
  readonly duties?: string;
  readonly privileges?: string;
  readonly system?: string;
  readonly company?: string;
  readonly department?: string;
  readonly approvedBy?: string;
  readonly approvedAt?: RegisterDate;
  readonly reviewedBy?: string;
  readonly reviewedAt?: RegisterDate;
  readonly trainedAt?: RegisterDate;
  readonly endsAt?: RegisterDate;
  readonly status?: string;
}

/** 1.2.3, 1.2.4: one edge of the customer's network or data-flow diagram. */
export interface EdgeFields {
  readonly id?: string;
  readonly source?: string;
  readonly destination?: string;
  readonly direction?: string;
  readonly service?: string;
  readonly protocols?: readonly RegisterProtocol[];
  readonly ports?: readonly RegisterPorts[];
  readonly purpose?: string;
  readonly data?: string;
  readonly accountData?: boolean;
  /** Authorisation, capture, settlement, chargeback, refund. */
  readonly stage?: string;
  readonly encryption?: string;
  readonly control?: string;
  readonly diagram?: string;
  readonly updatedAt?: RegisterDate;
}

/** Fields of each kind of list. */
export interface RegisterFields {
  readonly components: ComponentFields;
  readonly justifications: JustificationFields;
  readonly changes: ChangeFields;
  readonly 'rule-reviews': RuleReviewFields;
  readonly certificates: CertificateFields;
  readonly alerts: AlertFields;
  readonly roles: RoleFields;
  readonly edges: EdgeFields;
}

/** A kind of list. */
export type RegisterKind = keyof RegisterFields;

/** A row of one kind. A field is absent where its cell is empty or cannot be read; then the cell is in `others`. */
export interface RegisterRowOf<K extends RegisterKind> {
  readonly kind: K;
  readonly fields: RegisterFields[K];
  /** Columns that no field stands for, and cells that could not be read, as they were written. */
  readonly others: readonly { readonly column: string; readonly text: string }[];
  /** Lines of the text file; of a workbook the row number of its sheet. */
  readonly source: SourceSpan;
  /** Name of the sheet, for workbooks. */
  readonly sheet?: string;
}

/** A row of any kind. */
export type RegisterRow = { readonly [K in RegisterKind]: RegisterRowOf<K> }[RegisterKind];
