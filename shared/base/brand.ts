// Nominal types over strings, so that a workload id is never passed where a digest is meant.

declare const brand: unique symbol;
/** A `T` that only code knowing the name `B` may make. */
export type Brand<T, B extends string> = T & { readonly [brand]: B };

/** `sha256:` followed by 64 lower-case hex digits. */
export type Digest = Brand<string, 'Digest'>;
/** UTC instant as `YYYY-MM-DDThh:mm:ss[.sss]Z`. */
export type Instant = Brand<string, 'Instant'>;
/** Name of a cluster: kube-system UID, a given name, or `default`. */
export type ClusterId = Brand<string, 'ClusterId'>;
/** `namespace/name[Kind]`, Kind = topmost controller (np-guard profile: direct owner). */
export type WorkloadId = Brand<string, 'WorkloadId'>;
/** `namespace/name` of a pod. */
export type PodId = Brand<string, 'PodId'>;
/** `4.0.1:1.3.1`: catalogue version and requirement number; numbers alone collide between versions. */
export type RequirementId = Brand<string, 'RequirementId'>;
/** `4.0.1:1.3.1.b`: catalogue version and testing procedure. */
export type ProcedureId = Brand<string, 'ProcedureId'>;
/** Stable id of a check, such as `S1-02`. */
export type CheckId = Brand<string, 'CheckId'>;
