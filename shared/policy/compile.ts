// All policies of a cluster under one profile: Kubernetes' alone, among Calico's tiers, or pooled with Cilium's.
// Every policy kind that is present and not understood is named, never passed over.
import { compareBy } from '../base/order.ts';
import type { KubernetesObject } from '../model/object.ts';
import { policyKindOf } from '../model/policy-kinds.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import { compileAdminPolicies, type AdminPolicies } from './admin/compile.ts';
import { calicoStages } from './calico/compile.ts';
import { ciliumStages } from './cilium/compile.ts';
import type {
  CompiledPolicy,
  CompiledPolicySet,
  CompiledStage,
  Direction,
  Endpoint,
  EngineProfile,
  UnsupportedPolicy,
} from './compiled.ts';
import { leftOpen, settlePolicies } from './contested.ts';
import { withTies } from './equal-order.ts';
import { meshGate } from './istio/compile.ts';
import { sidecars } from './istio/sidecar.ts';
import { primaryNetworks } from './networks/primary.ts';
import { compileNetworkPolicies } from './kubernetes/compile.ts';
import { egressFirewalls, enforcesFirewalls, type FirewallGate } from './openshift/egress-firewall.ts';
import { findUnsupported } from './unsupported.ts';

/** Compiles every policy of a snapshot: those of the network plugin, and the gates behind it. */
export function compilePolicies(snapshot: ClusterSnapshot, profile: EngineProfile): CompiledPolicySet {
  const { settled, contested } = settlePolicies(snapshot);
  const set = compileSettled(settled, profile);
  if (contested.length === 0) return set;
  const context = snapshot.policies.filter(object => policyKindOf(object)?.decides !== true);
  const alone = (object: KubernetesObject): CompiledPolicySet =>
    compileSettled({ ...snapshot, policies: [...context, object] }, profile);
  const open = contested.map(variants => leftOpen(variants, alone));
  return { ...set, unsupported: sorted([...set.unsupported, ...open]) };
}

function compileSettled(snapshot: ClusterSnapshot, profile: EngineProfile): CompiledPolicySet {
  const own = networkPolicies(snapshot, profile);
  const networks = primaryNetworks(snapshot);
  // The np-guard peer knows neither meshes nor firewalls.
  const isPeer = profile.name === 'np-guard';
  const firewalls: FirewallGate =
    !isPeer && enforcesFirewalls(profile) ? egressFirewalls(snapshot) : { refused: [] };
  const mesh = isPeer ? { refused: [] } : meshGate(snapshot);
  const weak = isPeer ? [] : sidecars(snapshot);
  const gates = [
    ...(profile.enforces === 'no' ? [] : (own.gates ?? [])),
    ...[networks.gate, firewalls.gate, mesh.gate].flatMap(gate => gate ?? []),
  ];
  const effective = profile.enforces === 'no' && gates.length > 0 ? withoutEffect(own) : own;
  return {
    ...effective,
    ...(firewalls.gate === undefined ? {} : { byNode: effective.byNode ?? 'hosts' }),
    ...(weak.length === 0 ? {} : { weak }),
    refused: sorted([...effective.refused, ...networks.refused, ...firewalls.refused, ...mesh.refused]),
    ...(networks.misplaced.length === 0
      ? {}
      : { misplaced: sorted([...(effective.misplaced ?? []), ...networks.misplaced]) }),
    ...(gates.length === 0 ? {} : { gates }),
  };
}

/** The policies of a plugin that enforces none: they leave everything to the gates behind it. */
function withoutEffect(own: CompiledPolicySet): CompiledPolicySet {
  const named = (list: readonly UnsupportedPolicy[]): readonly UnsupportedPolicy[] =>
    list.map(policy => ({ ...policy, directions: [] }));
  return {
    ...own,
    ingress: [],
    egress: [],
    otherwise: 'allow',
    unsupported: named(own.unsupported),
    refused: named(own.refused),
  };
}

function networkPolicies(snapshot: ClusterSnapshot, profile: EngineProfile): CompiledPolicySet {
  const { policies, refused } = compileNetworkPolicies(snapshot, profile);
  const admin = compileAdminPolicies(snapshot, profile);
  const unsupported = [...findUnsupported(snapshot, profile), ...admin.unsupported];
  if (profile.name === 'cilium') {
    const cilium = ciliumStages(snapshot, profile, policies);
    return {
      ...cilium,
      profile,
      otherwise: 'allow',
      unsupported: sorted([...unsupported, ...cilium.unsupported]),
      refused: sorted([...refused, ...admin.refused, ...cilium.refused]),
    };
  }
  if (!profile.calicoPolicies) {
    return {
      profile,
      ingress: stagesOf(policies, admin, 'ingress'),
      egress: stagesOf(policies, admin, 'egress'),
      otherwise: 'allow',
      byNode: admin.byNode,
      unsupported: sorted(unsupported),
      refused: sorted([...refused, ...admin.refused]),
    };
  }
  const calico = calicoStages(snapshot, profile, policies, [
    ...admin.admin.map(policy => ({
      ...policy,
      tier: adminTier(policy, 'kube-admin', 'adminnetworkpolicy'),
    })),
    ...admin.baseline.map(policy => ({
      ...policy,
      tier: adminTier(policy, 'kube-baseline', 'baselineadminnetworkpolicy'),
    })),
  ]);
  const { hosts } = calico;
  return {
    profile,
    ingress: calico.ingress,
    egress: calico.egress,
    otherwise: calico.otherwise,
    // Host endpoints tell traffic within a node from other traffic, whoever its ends are.
    byNode: hosts === undefined ? admin.byNode : 'all',
    ...(hosts === undefined
      ? {}
      : { decidesHost: (host: Endpoint) => hosts.decidesHost(host), assumptions: hosts.assumptions }),
    ...(hosts?.gate === undefined ? {} : { gates: [hosts.gate] }),
    unsupported: sorted([...unsupported, ...calico.unsupported]),
    refused: sorted([...refused, ...admin.refused, ...calico.refused]),
    misplaced: sorted(calico.misplaced),
  };
}

/** Admin policies first, then NetworkPolicies, then the baseline: a pod that a NetworkPolicy selects never gets there. */
function stagesOf(
  policies: readonly CompiledPolicy[],
  admin: AdminPolicies,
  direction: Direction,
): readonly CompiledStage[] {
  const ordered = (id: string, list: readonly CompiledPolicy[]): CompiledStage => ({
    id,
    mode: 'ordered',
    whenSelected: 'next',
    policies: withTies(list.filter(policy => policy[direction])),
  });
  const isolating = policies.filter(policy => policy[direction]).sort(compareBy(policy => policy.id));
  const stages: readonly CompiledStage[] = [
    ordered('Admin', admin.admin),
    { id: 'NetworkPolicy', mode: 'union', whenSelected: 'deny', policies: isolating },
    ordered('Baseline', admin.baseline),
  ];
  return stages.filter(stage => stage.policies.length > 0);
}

/** Calico keeps the older kinds in tiers of their own. */
function adminTier(policy: CompiledPolicy, cluster: string, older: string): string {
  return policy.kind === 'ClusterNetworkPolicy' ? cluster : older;
}

function sorted(policies: readonly UnsupportedPolicy[]): readonly UnsupportedPolicy[] {
  return [...policies].sort(
    compareBy(
      policy => policy.id,
      policy => policy.source.file,
      policy => policy.source.line,
    ),
  );
}
