// A slow, direct reading of policy-semantics section 2 (NetworkPolicy), apart from the product: every policy is looked at
// for every question and nothing is kept. Blocks match pods and nodes by their address, as packets do.
import { inBlock, picks, type Asked, type PlainEnd, type Selector, type Way } from './plain.ts';

/** One item of `from` or `to`. */
export interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

/** One item of `ports`. */
export interface Port {
  readonly protocol?: string;
  readonly port?: number | string;
  readonly endPort?: number;
}

/** One rule. */
export interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly Port[];
}

/** A policy as written. */
export interface NetworkPolicy {
  readonly namespace: string;
  readonly spec: {
    readonly podSelector: Selector;
    readonly policyTypes?: readonly string[];
    readonly ingress?: readonly Rule[];
    readonly egress?: readonly Rule[];
  };
}

/** Whether a connection is allowed by NetworkPolicies alone. */
export function askNetworkPolicies(
  policies: readonly NetworkPolicy[],
  src: PlainEnd,
  dst: PlainEnd,
  asked: Asked,
): 'allow' | 'deny' {
  if (src.kind === 'pod' && src.name === dst.name) return 'allow';
  const out = src.kind !== 'pod' || (sideAllows(policies, src, dst, 'egress', asked) ?? true);
  const into =
    dst.kind !== 'pod' || isOwnNode(src, dst) || (sideAllows(policies, dst, src, 'ingress', asked) ?? true);
  return out && into ? 'allow' : 'deny';
}

/** A node always reaches the pods that run on it (2.5). */
export function isOwnNode(src: PlainEnd, dst: PlainEnd): boolean {
  return src.kind === 'node' && src.node === dst.node;
}

/** What NetworkPolicies say of one side; undefined where none isolates the pod in this direction. */
export function sideAllows(
  policies: readonly NetworkPolicy[],
  subject: PlainEnd,
  other: PlainEnd,
  way: Way,
  asked: Asked,
): boolean | undefined {
  const word = way === 'ingress' ? 'Ingress' : 'Egress';
  const isolating = policies.filter(({ namespace, spec }) => {
    const given = spec.policyTypes ?? [];
    const types =
      given.length > 0 ? given : ['Ingress', ...((spec.egress ?? []).length > 0 ? ['Egress'] : [])];
    return (
      namespace === subject.namespace && picks(spec.podSelector, subject.labels ?? {}) && types.includes(word)
    );
  });
  if (isolating.length === 0) return undefined;
  const dst = way === 'ingress' ? subject : other;
  return isolating.some(({ namespace, spec }) =>
    (spec[way] ?? []).some(rule => {
      const peers = (way === 'ingress' ? rule.from : rule.to) ?? [];
      const ports = rule.ports ?? [];
      return (
        (peers.length === 0 || peers.some(peer => isPeer(peer, other, namespace))) &&
        (ports.length === 0 || ports.some(port => isPort(port, dst, asked)))
      );
    }),
  );
}

function isPeer(peer: Peer, end: PlainEnd, home: string): boolean {
  const { ipBlock } = peer;
  if (ipBlock !== undefined)
    return (
      inBlock(ipBlock.cidr, end.address) && !(ipBlock.except ?? []).some(cidr => inBlock(cidr, end.address))
    );
  if (end.kind !== 'pod') return false;
  const inNamespace =
    peer.namespaceSelector === undefined
      ? end.namespace === home
      : picks(peer.namespaceSelector, end.namespaceLabels ?? {});
  return inNamespace && picks(peer.podSelector ?? {}, end.labels ?? {});
}

function isPort(port: Port, dst: PlainEnd, asked: Asked): boolean {
  if ((port.protocol ?? 'TCP') !== asked.protocol) return false;
  const wanted = port.port;
  if (wanted === undefined) return true;
  if (typeof wanted === 'number') return wanted <= asked.port && asked.port <= (port.endPort ?? wanted);
  return (dst.ports ?? []).some(
    ([name, number, protocol]) => name === wanted && number === asked.port && protocol === asked.protocol,
  );
}
