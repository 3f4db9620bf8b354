// One Kubernetes-style object as it was found: redacted body, cluster, and the way back to file and line.
import type { ClusterId } from '../base/brand.ts';
import type { JsonObject } from '../base/json.ts';
import type { SourceSpan } from '../base/source.ts';

/** Owner of an object, as `metadata.ownerReferences` names it. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid?: string;
  readonly controller: boolean;
}

/** The part of `metadata` that the model uses. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly owners: readonly OwnerReference[];
  readonly created?: string;
  readonly deleted?: string;
}

/** A Kubernetes-style object of any kind. */
export interface KubernetesObject {
  readonly cluster: ClusterId;
  /** `group/version`, or `v1` for the core group. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly meta: ObjectMeta;
  /** Whole object after redaction; `spec`, `status`, `data` ... are read from here. */
  readonly body: JsonObject;
  readonly source: SourceSpan;
  /** 1-based lines of nested array items and objects by JSON pointer (`/spec/ingress/0`), for policy kinds only. */
  readonly lines: ReadonlyMap<string, number>;
  /** True for rendered manifests that show intent, not live state (no uid, no status). */
  readonly fromManifest: boolean;
}

/** API group of an apiVersion; the core group is the empty text. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

/** `Kind.group ns/name`, the way an object is named in diagnostics and witnesses. */
export function nameOf(object: KubernetesObject): string {
  const group = groupOf(object.apiVersion);
  const kind = group === '' ? object.kind : `${object.kind}.${group}`;
  return object.meta.namespace === undefined
    ? `${kind} ${object.meta.name}`
    : `${kind} ${object.meta.namespace}/${object.meta.name}`;
}

/** The line of a nested item, falling back to the object's own line. */
export function spanOf(object: KubernetesObject, pointer: string): SourceSpan {
  return { file: object.source.file, line: object.lines.get(pointer) ?? object.source.line };
}
