// Who could alter the CDE through the API server (PCI notes 4.2, step 7): service accounts that may exec, read Secrets,
// change workloads or policies, impersonate or create pods in a CDE namespace, by Role and ClusterRole objects.
import { compareBy, compareText, sortedUnique } from '../base/order.ts';
import type { SourceSpan } from '../base/source.ts';
import { nameOf, type KubernetesObject } from '../model/object.ts';
import { listAt, textAt } from '../model/read.ts';
import type { ClusterSnapshot, Workload } from '../model/snapshot.ts';
import { grantedPowers, rolesOf, type Roles } from './rbac-rules.ts';
import type { ScopeBasis } from './scope.ts';

/** Answers for workloads by the service account they hold. */
export interface RbacPaths {
  /** Bases of kind `rbac`, and of kind `uncertain` where a binding names a role that the export lacks. */
  of(workload: Workload): readonly ScopeBasis[];
  /** RBAC kinds that were not collected: then nobody can be cleared. */
  readonly gaps: readonly string[];
}

/** Reads bindings and roles for the namespaces of the CDE. */
export function readRbac(snapshot: ClusterSnapshot, namespaces: ReadonlySet<string>): RbacPaths {
  const roles = rolesOf(snapshot.objects);
  const grants = snapshot.objects
    .filter(object => object.kind === 'RoleBinding' || object.kind === 'ClusterRoleBinding')
    .flatMap(binding => grantOf(binding, roles, namespaces) ?? [])
    .sort(compareBy(grant => grant.text, spanText));
  return {
    of: workload => basesOf(workload, grants),
    gaps: RBAC_KINDS.filter(kind => !isCollected(snapshot, kind)),
  };
}

const RBAC_KINDS = ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'] as const;

interface Grant {
  readonly kind: 'rbac' | 'uncertain';
  readonly text: string;
  readonly source: SourceSpan;
  readonly subjects: readonly Subject[];
}

/** A service account, all of a namespace, or all of them (`system:authenticated` and its kin). */
type Subject =
  | { readonly kind: 'account'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'namespace'; readonly namespace: string }
  | { readonly kind: 'everyone' };

function grantOf(
  binding: KubernetesObject,
  roles: Roles,
  namespaces: ReadonlySet<string>,
): Grant | undefined {
  const everywhere = binding.kind === 'ClusterRoleBinding';
  const places = [...namespaces].filter(name => everywhere || binding.meta.namespace === name);
  const subjects = listAt(binding.body, 'subjects').flatMap(item => subjectOf(item, binding));
  if (places.length === 0 || subjects.length === 0) return undefined;
  const roleKind = textAt(binding.body, 'roleRef', 'kind') ?? 'Role';
  const roleName = textAt(binding.body, 'roleRef', 'name') ?? '';
  const rules = roles.rulesOf(roleKind, roleName, binding.meta.namespace);
  const by = `${nameOf(binding).replace('.rbac.authorization.k8s.io', '')}, ${roleKind} ${roleName}`;
  const where = places.sort(compareText).join(', ');
  if (rules === undefined)
    return {
      kind: 'uncertain',
      text: `holds unknown rights in ${where}: ${by} is not in the export`,
      source: binding.source,
      subjects,
    };
  const powers = grantedPowers(rules, everywhere);
  if (powers.length === 0) return undefined;
  return {
    kind: 'rbac',
    text: `may ${sortedUnique(powers).join(', ')} in ${where} (${by})`,
    source: binding.source,
    subjects,
  };
}

function subjectOf(item: Parameters<typeof textAt>[0], binding: KubernetesObject): readonly Subject[] {
  const name = textAt(item, 'name') ?? '';
  if (textAt(item, 'kind') === 'ServiceAccount')
    return [
      {
        kind: 'account',
        namespace: textAt(item, 'namespace') ?? binding.meta.namespace ?? 'default',
        name,
      },
    ];
  const [, system, what, namespace, account] =
    /^(system):(serviceaccounts?|authenticated|unauthenticated)(?::([^:]+))?(?::([^:]+))?$/.exec(name) ?? [];
  if (system === undefined) return [];
  if (what === 'serviceaccount')
    return namespace === undefined || account === undefined
      ? []
      : [{ kind: 'account', namespace, name: account }];
  if (what === 'serviceaccounts' && namespace !== undefined) return [{ kind: 'namespace', namespace }];
  return [{ kind: 'everyone' }];
}

function basesOf(workload: Workload, grants: readonly Grant[]): readonly ScopeBasis[] {
  const account = `${workload.namespace}/${workload.serviceAccount}`;
  return grants
    .filter(grant => grant.subjects.some(subject => holds(workload, subject)))
    .map(grant => ({
      kind: grant.kind,
      text: `Service account ${account} ${grant.text}`,
      source: grant.source,
      peer: account,
    }));
}

function holds(workload: Workload, subject: Subject): boolean {
  switch (subject.kind) {
    case 'everyone':
      return true;
    case 'namespace':
      return workload.namespace === subject.namespace;
    case 'account':
      return workload.namespace === subject.namespace && workload.serviceAccount === subject.name;
  }
}

function isCollected(snapshot: ClusterSnapshot, kind: string): boolean {
  return snapshot.collection.kinds.some(
    entry =>
      entry.group === 'rbac.authorization.k8s.io' &&
      entry.kind === kind &&
      (entry.state === 'present' || entry.state === 'asked-none'),
  );
}

function spanText(grant: Grant): string {
  return `${grant.source.file}:${String(grant.source.line).padStart(9, '0')}`;
}
