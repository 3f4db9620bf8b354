// A Calico policy as read from its object: selectors parsed and merged, rules typed, nothing decided yet (calico.md 3.4-3.6).
// compile.ts turns it into the common rule form; the compat report reads its flags from it.
import type { AddressRange } from '../../base/address.ts';
import type { SourceSpan } from '../../base/source.ts';
import type { KubernetesObject } from '../../model/object.ts';
import type { Protocol } from '../../model/snapshot.ts';
import type { Direction } from '../compiled.ts';
import type { Selector } from './selector.ts';

/** `spec.stagedAction`; enforced policies have none. */
export type StagedAction = 'Set' | 'Delete' | 'Learn' | 'Ignore';

/** Where a policy stands on a host endpoint (calico.md 3.8). */
export type HostStage = 'untracked' | 'pre-dnat' | 'normal';

/** A Calico NetworkPolicy or GlobalNetworkPolicy, enforced or staged. */
export interface CalicoPolicy {
  readonly object: KubernetesObject;
  /** `Kind ns/name`; Calico's NetworkPolicy carries its group, to tell it from the Kubernetes one. */
  readonly id: string;
  readonly kind: string;
  readonly isGlobal: boolean;
  readonly stagedAction?: StagedAction;
  readonly namespace?: string;
  readonly name: string;
  readonly tier: string;
  /** Absent = last. */
  readonly order?: number;
  /** What it selects, all selector fields merged. */
  readonly selector: Selector;
  readonly types: Readonly<Record<Direction, boolean>>;
  readonly rules: Readonly<Record<Direction, readonly CalicoRule[]>>;
  /** When it is asked on host endpoints; only `normal` policies apply to pods too. */
  readonly hostStage: HostStage;
  /** Whether host endpoints ask it about traffic that is only forwarded. */
  readonly forwarded: boolean;
}

/** A protocol as a rule names it; `protocol` is absent for those that are not modelled (UDPLite, 47 ...). */
export interface ProtocolMatch {
  readonly protocol?: Protocol;
  /** ICMP is of IPv4, ICMPv6 of IPv6. */
  readonly family?: 4 | 6;
  readonly text: string;
}

/** One rule. */
export interface CalicoRule {
  readonly index: number;
  readonly action: 'allow' | 'deny' | 'pass' | 'log';
  readonly ipVersion?: 4 | 6;
  readonly protocol?: ProtocolMatch;
  readonly notProtocol?: ProtocolMatch;
  /** ICMP types and codes, as written: flows do not carry them. */
  readonly icmp?: string;
  /** HTTP methods and paths, as written: connections do not carry them. */
  readonly http?: string;
  readonly source: EntityRule;
  readonly destination: EntityRule;
  readonly span: SourceSpan;
}

/** A port, a range of ports, or the name of one. */
export type PortMatch =
  | { readonly kind: 'range'; readonly from: number; readonly to: number }
  | { readonly kind: 'name'; readonly name: string };

/** One side of a rule. All present conditions hold together; items of a list are alternatives. */
export interface EntityRule {
  /** The effective selector of calico.md 3.6; absent = any address. */
  readonly selector?: Selector;
  readonly notSelector?: Selector;
  readonly nets: readonly AddressRange[];
  readonly notNets: readonly AddressRange[];
  readonly ports: readonly PortMatch[];
  readonly notPorts: readonly PortMatch[];
  readonly service?: { readonly namespace: string; readonly name: string };
  readonly domains: readonly string[];
  /** Whether `namespaceSelector` was written: the compat flags ask. */
  readonly hasNamespaceSelector: boolean;
}
