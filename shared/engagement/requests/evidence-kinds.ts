// For each kind of evidence that the catalogue names: what to ask for where the files hold none of it. Cluster facts come
// from one export; logs, scans, lists and talks are asked for by themselves.
import type { Case } from '../run-case.ts';

/** One thing to ask for, and the kinds of evidence it gives. */
export interface AskedItem {
  readonly id: string;
  readonly kinds: readonly string[];
  readonly item: string;
  readonly why: string;
  readonly how: string;
  /** Whether the files already hold it. */
  readonly isGiven: (found: Case) => boolean;
}

/** What can be asked for by kind of evidence, in the order of a first day on site. */
export const ASKED_ITEMS: readonly AskedItem[] = [
  {
    id: 'cluster-export',
    kinds: [
      'inventory',
      'scope',
      'policy_set',
      'policy_simulation',
      'exposure',
      'workload_config',
      'tls_mesh',
      'secrets_meta',
      'admission',
    ],
    item: 'Export of every cluster in scope',
    why: 'Inventory, scope and segmentation are told from the cluster’s own objects; none were given',
    how: 'vouch-collect.sh --run (read-only; vouch collection-script writes it with the role it needs)',
    isGiven: found => found.intake.objects.some(object => !object.fromManifest),
  },
  {
    id: 'rbac',
    kinds: ['rbac'],
    item: 'Roles and bindings of every cluster',
    why: 'Who may do what is told from RBAC objects; none were given',
    how: 'kubectl get roles,rolebindings,serviceaccounts -A -o json; kubectl get clusterroles,clusterrolebindings -o json',
    isGiven: found => found.intake.objects.some(object => object.kind.endsWith('RoleBinding')),
  },
  {
    id: 'flow-log',
    kinds: ['flow_log', 'flow_viz'],
    item: 'Network flow log of the assessed period',
    why: 'What talked to what is told from flow records; none were given',
    how: 'Calico: flows.log of every node; Cilium: hubble observe -o jsonpb; cloud: VPC flow logs with all fields',
    isGiven: found => found.intake.flows.some(table => table.rows > 0),
  },
  {
    id: 'audit-log',
    kinds: ['audit_log', 'policy_audit'],
    item: 'Kubernetes audit log of the assessed period, of every API server',
    why: 'Who changed what, and when, is told from audit events; none were given',
    how: 'audit.log of every API server at level Request or more for policies, RBAC and namespaces',
    isGiven: found => found.intake.audit.length > 0,
  },
  {
    id: 'earlier-export',
    kinds: ['policy_diff'],
    item: 'An earlier export of the same cluster, or the manifests of then',
    why: 'What became possible or impossible is told from two states; one was given',
    how: 'The export of the last review, a backup, or the Git commit of that day',
    isGiven: found => found.intake.exports.some(some => !some.isLatest),
  },
  {
    id: 'benchmark',
    kinds: ['detection', 'image_scan'],
    item: 'Results of scans and detection tools: benchmarks, image scans, alerts',
    why: 'Hardening, patch level and detection are shown by results of tools; none were given',
    how: 'kube-bench --json per node; image scan results as JSON; alerts of the sensors with their handling',
    isGiven: found => found.intake.benchmarks.length > 0,
  },
  {
    id: 'interviews',
    kinds: ['interview'],
    item: 'Appointments for the interviews that the procedures ask for',
    why: 'Part of the procedures are talks with the people who do the work',
    how: 'Names, roles and times: network, platform, security operations, developers',
    isGiven: found => found.facts.engagement.people.some(person => /interview/i.test(person.role)),
  },
];
