// Admin and baseline policies to the common rule form: ordered by priority, the first matching rule decides, what no rule
// decides goes on. Whether an engine honours a kind at all is told first; a kind that it passes over is named.
import { compareBy } from '../../base/order.ts';
import { nameOf, spanOf, type KubernetesObject } from '../../model/object.ts';
import { at } from '../../model/read.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type {
  CompiledPolicy,
  CompiledRule,
  Direction,
  EngineProfile,
  UnsupportedPolicy,
} from '../compiled.ts';
import { patternsOf } from '../kubernetes/compile.ts';
import { ANY_POD } from '../pod-pattern.ts';
import { actionOf, adminContext, matchAdminRule, selectsSubject, type AdminContext } from './match.ts';
import {
  isAdminPolicy,
  readAdminPolicy,
  readAdminSubject,
  type AdminPolicyFacts,
  type AdminRuleFacts,
} from './read.ts';

/** What the admin dialect makes of a cluster. */
export interface AdminPolicies {
  /** By priority, then by name. */
  readonly admin: readonly CompiledPolicy[];
  readonly baseline: readonly CompiledPolicy[];
  readonly refused: readonly UnsupportedPolicy[];
  /** Present, and passed over by this engine; or by an engine whose version is not known. */
  readonly unsupported: readonly UnsupportedPolicy[];
  /** `hosts` when a rule asks for labels of nodes. */
  readonly byNode?: 'hosts';
}

/** Compiles every admin policy of a snapshot. */
export function compileAdminPolicies(
  snapshot: Pick<ClusterSnapshot, 'policies' | 'nodes'>,
  profile: EngineProfile,
): AdminPolicies {
  const context = adminContext(snapshot, profile);
  const compiled: CompiledPolicy[] = [];
  const refused: UnsupportedPolicy[] = [];
  const unsupported: UnsupportedPolicy[] = [];
  let asksNodes = false;
  for (const object of snapshot.policies.filter(isAdminPolicy)) {
    const honoured = honours(profile, object.kind);
    if (honoured !== true) {
      unsupported.push(
        faultOf(object, honoured.reason, honoured.isKnown ? { directions: [] } : touchOf(object)),
      );
      continue;
    }
    const facts = readAdminPolicy(object, { namedPortsAnywhere: profile.name === 'np-guard' });
    if (facts.ok) {
      asksNodes ||= facts.value.egress.some(rule => rule.peers.some(peer => peer.kind === 'nodes'));
      compiled.push(compilePolicy(object, facts.value, context));
    } else
      refused.push(
        faultOf(
          object,
          `${facts.problem.message}; an API server refuses it, so it is not applied`,
          touchOf(object),
        ),
      );
  }
  const doubled = profile.name === 'np-guard' ? equals(compiled) : [];
  const standing = compiled
    .filter(policy => !doubled.includes(policy))
    .sort(
      compareBy(
        policy => String(policy.order ?? 0).padStart(4, '0'),
        policy => policy.id,
      ),
    );
  return {
    admin: standing.filter(policy => policy.tier === 'Admin'),
    baseline: standing.filter(policy => policy.tier === 'Baseline'),
    refused: [...refused, ...doubled.map(refuseEqual)],
    unsupported,
    ...(asksNodes ? { byNode: 'hosts' as const } : {}),
  };
}

/** Whether an engine applies a kind; `isKnown` when it is known that it does not. */
function honours(
  profile: EngineProfile,
  kind: string,
): true | { readonly isKnown: boolean; readonly reason: string } {
  if (profile.name === 'cilium')
    return { isKnown: true, reason: `Cilium does not enforce ${kind}: it is present and has no effect` };
  if (!profile.calicoPolicies) return true;
  const minor = profile.calicoMinor;
  if (minor === undefined)
    return {
      isKnown: false,
      reason: `whether this Calico enforces ${kind} depends on its version, which is not in the export`,
    };
  const [from, to] = CALICO_MINORS[kind] ?? [Infinity, Infinity];
  if (minor >= from && minor <= to) return true;
  return {
    isKnown: true,
    reason: `Calico 3.${minor} does not enforce ${kind}: it is present and has no effect`,
  };
}

/** Minor versions of Calico 3 that enforce each kind (calico.md 3.3 and 3.9). */
const CALICO_MINORS: Readonly<Record<string, readonly [from: number, to: number]>> = {
  AdminNetworkPolicy: [29, 31],
  BaselineAdminNetworkPolicy: [31, 31],
  ClusterNetworkPolicy: [32, Infinity],
};

function compilePolicy(
  object: KubernetesObject,
  facts: AdminPolicyFacts,
  context: AdminContext,
): CompiledPolicy {
  const rules = (direction: Direction, list: readonly AdminRuleFacts[]): readonly CompiledRule[] =>
    list.map((rule, index) => ({
      index,
      ...(rule.name === undefined ? {} : { name: rule.name }),
      action: actionOf(rule),
      source: spanOf(object, `/spec/${direction}/${index}`),
      match: (subject, peer) => matchAdminRule(rule, context, subject, peer, direction),
      patterns: patternsOf(
        rule.peers.flatMap(peer => (peer.kind === 'pods' ? [peer] : [])),
        ANY_POD.namespaces,
      ),
      portNames: (rule.ports ?? []).flatMap(port =>
        port.kind === 'named' ? [{ name: port.name, protocol: 'TCP' as const }] : [],
      ),
    }));
  return {
    id: nameOf(object),
    kind: object.kind,
    name: object.meta.name,
    tier: facts.tier,
    order: facts.priority,
    staged: false,
    ingress: facts.ingress.length > 0,
    egress: facts.egress.length > 0,
    ingressRules: rules('ingress', facts.ingress),
    egressRules: rules('egress', facts.egress),
    addresses: facts.egress.flatMap(rule =>
      rule.peers.flatMap(peer => (peer.kind === 'block' ? peer.ranges : [])),
    ),
    source: object.source,
    selects: end => selectsSubject(facts.subject, end),
  };
}

function equals(policies: readonly CompiledPolicy[]): readonly CompiledPolicy[] {
  return policies.filter(policy =>
    policies.some(other => other !== policy && other.tier === policy.tier && other.order === policy.order),
  );
}

function refuseEqual(policy: CompiledPolicy): UnsupportedPolicy {
  return {
    id: policy.id,
    kind: policy.kind,
    name: policy.name,
    reason: `another policy has the same priority ${policy.order ?? 0}: the peer refuses both`,
    source: policy.source,
    selects: end => policy.selects(end),
  };
}

/** As much of the subject as can be read; an admin policy touches only directions for which it has rules. */
function touchOf(object: KubernetesObject): Pick<UnsupportedPolicy, 'selects' | 'directions'> {
  const subject = readAdminSubject(at(object.body, 'spec', 'subject'));
  const has = (key: string): boolean => {
    const rules = at(object.body, 'spec', key);
    return rules !== undefined && rules !== null && !(Array.isArray(rules) && rules.length === 0);
  };
  return {
    directions: (['ingress', 'egress'] as const).filter(has),
    ...(subject.ok ? { selects: end => selectsSubject(subject.value, end) } : {}),
  };
}

function faultOf(
  object: KubernetesObject,
  reason: string,
  touch: Pick<UnsupportedPolicy, 'selects' | 'directions'>,
): UnsupportedPolicy {
  return {
    id: nameOf(object),
    kind: object.kind,
    name: object.meta.name,
    reason,
    source: object.source,
    ...touch,
  };
}
