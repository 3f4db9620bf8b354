// The address ranges that a Cilium rule tells apart, so that matrices split the space outside the cluster there.
// Names and cloud groups have no addresses in an export and leave the whole space open instead.
import type { AddressRange } from '../../base/address.ts';
import type { CiliumContext } from './context.ts';
import type { PeerFacts, RuleFacts } from './facts.ts';

/** Ranges of one rule. */
export function addressesOf(rule: RuleFacts, context: CiliumContext): readonly AddressRange[] {
  return typeof rule.peers === 'string' ? [] : rule.peers.flatMap(peer => rangesOf(peer, context));
}

function rangesOf(peer: PeerFacts, context: CiliumContext): readonly AddressRange[] {
  switch (peer.kind) {
    case 'block':
      return peer.ranges;
    case 'cidr-group':
      return context.group(peer.group, peer.except).ranges;
    case 'service':
      return context
        .services(peer.service)
        .filter(service => Object.keys(service.selector ?? {}).length === 0)
        .flatMap(service => context.backing(service).ranges);
    case 'entity':
      return peer.entity === 'kube-apiserver' ? context.apiServer.ranges : [];
    case 'endpoints':
      return peer.selector.requirements.some(
        item => item.scope === 'reserved' && item.key === 'kube-apiserver',
      )
        ? context.apiServer.ranges
        : [];
    case 'name':
    case 'outside':
    case 'nodes':
      return [];
  }
}
