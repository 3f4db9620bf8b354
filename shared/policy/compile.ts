// All policies of a cluster under one profile: Kubernetes' alone, among Calico's tiers, or pooled with Cilium's.
// Every policy kind that is present and not understood is named, never passed over.
import { compareBy } from '../base/order.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import { calicoStages } from './calico/compile.ts';
import { ciliumStages } from './cilium/compile.ts';
import type {
  CompiledPolicy,
  CompiledPolicySet,
  CompiledStage,
  Direction,
  EngineProfile,
  UnsupportedPolicy,
} from './compiled.ts';
import { compileNetworkPolicies } from './kubernetes/compile.ts';
import { findUnsupported } from './unsupported.ts';

/** Compiles every policy of a snapshot. */
export function compilePolicies(snapshot: ClusterSnapshot, profile: EngineProfile): CompiledPolicySet {
  const { policies, refused } = compileNetworkPolicies(snapshot, profile);
  const unsupported = findUnsupported(snapshot, profile);
  if (profile.name === 'cilium') {
    const cilium = ciliumStages(snapshot, profile, policies);
    return {
      ...cilium,
      profile,
      otherwise: 'allow',
      unsupported: sorted([...unsupported, ...cilium.unsupported]),
      refused: sorted([...refused, ...cilium.refused]),
    };
  }
  if (!profile.calicoPolicies) {
    return {
      profile,
      ingress: stageOf(policies, 'ingress'),
      egress: stageOf(policies, 'egress'),
      otherwise: 'allow',
      unsupported: sorted(unsupported),
      refused: sorted(refused),
    };
  }
  const calico = calicoStages(snapshot, profile, policies);
  return {
    profile,
    ingress: calico.ingress,
    egress: calico.egress,
    otherwise: calico.otherwise,
    unsupported: sorted([...unsupported, ...calico.unsupported]),
    refused: sorted([...refused, ...calico.refused]),
    misplaced: sorted(calico.misplaced),
  };
}

function stageOf(policies: readonly CompiledPolicy[], direction: Direction): readonly CompiledStage[] {
  const isolating = policies.filter(policy => policy[direction]).sort(compareBy(policy => policy.id));
  if (isolating.length === 0) return [];
  return [{ id: 'NetworkPolicy', mode: 'union', whenSelected: 'deny', policies: isolating }];
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
