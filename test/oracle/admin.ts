// A slow, direct reading of policy-semantics section 3 (admin and baseline policies of both versions), apart from the
// product. Where policies of equal priority decide by their order, all orders are tried.
import { isOwnNode, sideAllows, type NetworkPolicy } from './kubernetes.ts';
import { inBlock, picks, type Asked, type Labels, type PlainEnd, type Selector, type Way } from './plain.ts';

/** A policy as written, of whichever kind. */
export interface AdminPolicy {
  readonly tier: 'Admin' | 'Baseline';
  readonly priority: number;
  readonly subject:
    | { readonly namespaces: Selector }
    | { readonly pods: { readonly namespaceSelector: Selector; readonly podSelector: Selector } };
  readonly ingress: readonly AdminRule[];
  readonly egress: readonly AdminRule[];
}

/** One rule, its action in the words of either version. */
export interface AdminRule {
  readonly action: 'Allow' | 'Accept' | 'Deny' | 'Pass';
  readonly peers: readonly AdminPeer[];
  readonly ports?: readonly AdminPort[];
}

/** One peer, by its members; a member that is not known here is of a newer version. */
export interface AdminPeer {
  readonly namespaces?: OldNamespaces | Selector;
  readonly pods?: {
    readonly namespaceSelector?: Selector;
    readonly namespaces?: OldNamespaces;
    readonly podSelector: Selector;
  };
  readonly networks?: readonly string[];
  readonly nodes?: Selector;
  readonly newer?: string;
}

interface OldNamespaces {
  readonly namespaceSelector?: Selector;
  readonly sameLabels?: readonly string[];
  readonly notSameLabels?: readonly string[];
}

/** Ports by number, by range, or by name whatever the protocol. */
export type AdminPort =
  { readonly protocol: string; readonly from: number; readonly to: number } | { readonly name: string };

/** Whether a connection is allowed by all tiers together. */
export function askAdminPolicies(
  admin: readonly AdminPolicy[],
  plain: readonly NetworkPolicy[],
  src: PlainEnd,
  dst: PlainEnd,
  asked: Asked,
): 'allow' | 'deny' | 'indeterminate' {
  if (src.kind === 'pod' && src.name === dst.name) return 'allow';
  const sides = [
    ...(src.kind === 'pod' ? [side(admin, plain, src, dst, 'egress', asked)] : []),
    ...(dst.kind === 'pod' && !isOwnNode(src, dst) ? [side(admin, plain, dst, src, 'ingress', asked)] : []),
  ];
  if (sides.includes('deny')) return 'deny';
  return sides.includes('indeterminate') ? 'indeterminate' : 'allow';
}

function side(
  admin: readonly AdminPolicy[],
  plain: readonly NetworkPolicy[],
  subject: PlainEnd,
  other: PlainEnd,
  way: Way,
  asked: Asked,
): 'allow' | 'deny' | 'indeterminate' {
  const found = new Set<boolean>();
  const mine = admin.filter(policy => isSubject(policy, subject));
  for (const first of orders(mine.filter(policy => policy.tier === 'Admin'))) {
    const action = firstAction(first, subject, other, way, asked);
    if (action === 'allow' || action === 'deny') {
      found.add(action === 'allow');
      continue;
    }
    const middle = sideAllows(plain, subject, other, way, asked);
    if (middle !== undefined) {
      found.add(middle);
      continue;
    }
    for (const last of orders(mine.filter(policy => policy.tier === 'Baseline')))
      found.add(firstAction(last, subject, other, way, asked) !== 'deny');
  }
  if (found.size > 1) return 'indeterminate';
  return found.has(true) ? 'allow' : 'deny';
}

/** Every order that priorities permit. */
function orders(policies: readonly AdminPolicy[]): readonly (readonly AdminPolicy[])[] {
  if (policies.length === 0) return [[]];
  const least = Math.min(...policies.map(policy => policy.priority));
  return policies
    .filter(policy => policy.priority === least)
    .flatMap(first => orders(policies.filter(policy => policy !== first)).map(rest => [first, ...rest]));
}

function firstAction(
  policies: readonly AdminPolicy[],
  subject: PlainEnd,
  other: PlainEnd,
  way: Way,
  asked: Asked,
): 'allow' | 'deny' | 'pass' | undefined {
  for (const policy of policies) {
    for (const rule of policy[way]) {
      const isNewer = rule.peers.some(peer => peer.newer !== undefined);
      const allows = rule.action === 'Allow' || rule.action === 'Accept';
      if (isNewer && !allows) return 'deny';
      if (isNewer || !rule.peers.some(peer => isPeer(peer, subject, other))) continue;
      const dst = way === 'ingress' ? subject : other;
      if (rule.ports !== undefined && !rule.ports.some(port => isPort(port, dst, asked))) continue;
      return allows ? 'allow' : rule.action === 'Deny' ? 'deny' : 'pass';
    }
  }
  return undefined;
}

function isSubject({ subject }: AdminPolicy, end: PlainEnd): boolean {
  if ('namespaces' in subject) return picks(subject.namespaces, end.namespaceLabels ?? {});
  const { namespaceSelector, podSelector } = subject.pods;
  return picks(namespaceSelector, end.namespaceLabels ?? {}) && picks(podSelector, end.labels ?? {});
}

function isPeer(peer: AdminPeer, subject: PlainEnd, end: PlainEnd): boolean {
  if (peer.networks !== undefined) return peer.networks.some(cidr => inBlock(cidr, end.address));
  if (peer.nodes !== undefined) return end.kind === 'node' && picks(peer.nodes, end.nodeLabels ?? {});
  if (end.kind !== 'pod') return false;
  const theirs = end.namespaceLabels ?? {};
  if (peer.pods !== undefined) {
    const { namespaceSelector, namespaces, podSelector } = peer.pods;
    const inNamespace =
      namespaces === undefined
        ? picks(namespaceSelector ?? {}, theirs)
        : isNamespace(namespaces, subject, theirs);
    return inNamespace && picks(podSelector, end.labels ?? {});
  }
  return peer.namespaces !== undefined && isNamespace(peer.namespaces, subject, theirs);
}

function isNamespace(given: OldNamespaces | Selector, subject: PlainEnd, theirs: Labels): boolean {
  const own = subject.namespaceLabels ?? {};
  const old = given as OldNamespaces;
  const has = (keys: readonly string[]): boolean =>
    keys.every(key => own[key] !== undefined && theirs[key] !== undefined);
  if (old.sameLabels !== undefined)
    return has(old.sameLabels) && old.sameLabels.every(key => own[key] === theirs[key]);
  if (old.notSameLabels !== undefined)
    return has(old.notSameLabels) && old.notSameLabels.some(key => own[key] !== theirs[key]);
  return picks(old.namespaceSelector ?? (given as Selector), theirs);
}

function isPort(port: AdminPort, dst: PlainEnd, asked: Asked): boolean {
  if ('from' in port)
    return port.protocol === asked.protocol && port.from <= asked.port && asked.port <= port.to;
  return (dst.ports ?? []).some(
    ([name, number, protocol]) => name === port.name && number === asked.port && protocol === asked.protocol,
  );
}
