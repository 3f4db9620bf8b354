// A slow, direct reading of what policy-semantics section 7 says of OpenShift's egress firewalls, apart from the product:
// one ordered list per namespace about what leaves the cluster; what no rule matches leaves.
import { inBlock, picks, type Asked, type PlainEnd, type Selector } from './plain.ts';

/** The firewall of a namespace. */
export interface Firewall {
  readonly namespace: string;
  readonly rules: readonly FirewallRule[];
}

/** One rule; without ports it means all. */
export interface FirewallRule {
  readonly type: 'Allow' | 'Deny';
  readonly to:
    { readonly cidrSelector: string } | { readonly nodeSelector: Selector } | { readonly dnsName: string };
  readonly ports?: readonly { readonly protocol: string; readonly port: number }[];
}

/** Whether a connection leaves; what stays among pods is none of the firewall's business. */
export function askFirewalls(
  firewalls: readonly Firewall[],
  src: PlainEnd,
  dst: PlainEnd,
  asked: Asked,
): 'allow' | 'deny' | 'indeterminate' {
  if (src.kind !== 'pod' || dst.kind === 'pod') return 'allow';
  const rules = firewalls.find(one => one.namespace === src.namespace)?.rules ?? [];
  // Which addresses a name has is not written anywhere: such a rule may be the first that matches, or not.
  const outcomes = new Set<'allow' | 'deny'>();
  for (const { type, to, ports } of rules) {
    if (ports !== undefined && !ports.some(one => one.protocol === asked.protocol && one.port === asked.port))
      continue;
    if ('cidrSelector' in to && !inBlock(to.cidrSelector, dst.address)) continue;
    if ('nodeSelector' in to && (dst.kind !== 'node' || !picks(to.nodeSelector, dst.nodeLabels ?? {})))
      continue;
    outcomes.add(type === 'Deny' ? 'deny' : 'allow');
    if (!('dnsName' in to)) return outcomes.size > 1 ? 'indeterminate' : type === 'Deny' ? 'deny' : 'allow';
  }
  return outcomes.has('deny') ? 'indeterminate' : 'allow';
}
