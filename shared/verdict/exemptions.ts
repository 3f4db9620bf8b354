// Sides that no policy decides: ends outside policy, loopback, a node reaching its own pods, an engine that enforces nothing
// (policy-semantics sections 2.5, 2.6 and 7).
import type { CompiledPolicySet, Direction, Endpoint, EngineProfile, Truth } from '../policy/compiled.ts';
import type { Step } from './verdict.ts';

/** Why a side is settled without policies; `open` when the export cannot tell whether the exemption holds. */
export interface Exemption {
  readonly verdict: 'allow' | 'not-applicable' | 'open';
  readonly step: Step;
}

/** True when it is plain that a side has no exemption: a quick answer for most pairs. */
export function isUnderPolicies(
  profile: EngineProfile,
  subject: Endpoint,
  peer: Endpoint,
  direction: Direction,
): boolean {
  if (subject.kind !== 'pod' || profile.enforces === 'no') return false;
  return subject.id !== peer.id && (direction === 'egress' || peer.kind !== 'host');
}

/** True for ends that no policy ever governs: outside addresses, an unseen controller, nodes where none speaks of nodes. */
export function isNeverUnderPolicies(policies: CompiledPolicySet, subject: Endpoint): boolean {
  if (subject.kind === 'host') return policies.decidesHost === undefined;
  return subject.kind === 'external' || subject.kind === 'entry-controller';
}

/** The exemption of one side, if any. */
export function exemptionOf(
  policies: CompiledPolicySet,
  subject: Endpoint,
  peer: Endpoint,
  direction: Direction,
): Exemption | undefined {
  const make = (verdict: Exemption['verdict'], text: string): Exemption => ({
    verdict,
    step: {
      direction,
      stage: 'before policies',
      action: ACTION[verdict],
      decisive: verdict !== 'open',
      text,
    },
  });
  const { profile } = policies;
  if (subject.kind === 'external')
    return make('not-applicable', `${subject.id} is outside the cluster: no policy of it applies there`);
  if (subject.kind === 'host' && policies.decidesHost?.(subject) !== true)
    return make(
      'not-applicable',
      `${subject.id} uses the node's network: policies for pods do not apply to it`,
    );
  if (subject.kind === 'entry-controller')
    return make('not-applicable', `${subject.id} is not in the export: its own policies are not known`);
  if (subject.kind === 'pod' && subject.id === peer.id) return make('allow', 'a pod always reaches itself');
  // A mesh behind a plugin that enforces nothing still decides.
  if (profile.enforces === 'no' && (policies.gates ?? []).length === 0)
    return make('allow', 'policy present but not enforced: the network plugin that was found enforces none');
  if (direction !== 'ingress' || peer.kind !== 'host' || subject.kind === 'host') return undefined;
  const local = sharesNode(subject, peer);
  const way = policies.localHost?.(subject, peer) ?? 'always';
  if (local === 'no' || way === 'by-policy') return undefined;
  if (local === 'yes' && way === 'unless-denied')
    return make(
      'open',
      `${peer.id} is on the pod's own node, which reaches its pods unless a rule denies it`,
    );
  if (local === 'yes')
    return make('allow', `${peer.id} is on the pod's own node, which always reaches its pods`);
  return make(
    'open',
    `whether ${peer.id} is on the pod's own node, which always reaches its pods, is not known`,
  );
}

const ACTION: Readonly<Record<Exemption['verdict'], Step['action']>> = {
  allow: 'allow',
  'not-applicable': 'none',
  open: 'indeterminate',
};

function sharesNode(a: Endpoint, b: Endpoint): Truth {
  if (a.node === undefined || b.node === undefined) return 'unknown';
  return a.node === b.node ? 'yes' : 'no';
}
