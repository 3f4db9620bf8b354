// One rule of a Cilium policy as plain data, after validation (policy-semantics section 4). What it means is in the other files.
import type { AddressRange } from '../../base/address.ts';
import type { JsonObject } from '../../base/json.ts';
import type { LabelSelector } from '../../base/label-selector.ts';
import type { Protocol } from '../../model/snapshot.ts';
import type { Direction } from '../compiled.ts';
import type { CiliumSelector } from './selector.ts';

/** The four lists of rules. */
export type Section = 'ingress' | 'ingressDeny' | 'egress' | 'egressDeny';

/** The words that `fromEntities` and `toEntities` know. */
export const ENTITIES = [
  'all',
  'world',
  'world-ipv4',
  'world-ipv6',
  'cluster',
  'host',
  'remote-node',
  'kube-apiserver',
  'ingress',
  'init',
  'health',
  'unmanaged',
  'none',
] as const;
/** One such word. */
export type Entity = (typeof ENTITIES)[number];

/** Services named by `toServices`; no namespace = any. */
export type ServiceReference =
  | { readonly kind: 'name'; readonly namespace?: string; readonly name: string }
  | { readonly kind: 'labels'; readonly namespace?: string; readonly selector: LabelSelector };

/** One item of the L3 part of a rule; items are ORed. */
export type PeerFacts = { readonly field: string; readonly text: string } & (
  | { readonly kind: 'endpoints'; readonly selector: CiliumSelector }
  | { readonly kind: 'entity'; readonly entity: Entity }
  | { readonly kind: 'block'; readonly ranges: readonly AddressRange[] }
  | {
      readonly kind: 'cidr-group';
      readonly group: string | LabelSelector;
      readonly except: readonly AddressRange[];
    }
  | { readonly kind: 'service'; readonly service: ServiceReference }
  /** A name that only the cluster's DNS proxy can resolve; `pattern` = with stars. Addresses outside the cluster. */
  | { readonly kind: 'name'; readonly name: string; readonly pattern: boolean }
  /** Cloud groups: addresses outside the cluster, never pods. */
  | { readonly kind: 'outside' }
  /** Nodes chosen by label. */
  | { readonly kind: 'nodes' }
);

/** Ports of several protocols: a range, or a name. */
export type PortFacts =
  | {
      readonly kind: 'range';
      readonly protocols: readonly Protocol[];
      readonly from: number;
      readonly to: number;
    }
  | { readonly kind: 'named'; readonly protocols: readonly Protocol[]; readonly name: string };

/** What one part of a rule says about ports: absent = every port and protocol. */
export interface PortPart {
  readonly ports?: readonly PortFacts[];
  readonly restriction?: string;
  /** Why it cannot be told what this part covers. */
  readonly open?: string;
}

/** One rule. */
export interface RuleFacts {
  readonly section: Section;
  readonly index: number;
  /** `any` = no L3 part but ports; `none` = an empty rule, or an empty list: it matches no peer. */
  readonly peers: readonly PeerFacts[] | 'any' | 'none';
  readonly parts: readonly PortPart[];
  /** `fromRequires` / `toRequires`: what peers of the whole subject must also satisfy. */
  readonly requires: readonly CiliumSelector[];
}

/** One `spec` or item of `specs`. */
export interface SpecFacts {
  /** `/spec` or `/specs/0`. */
  readonly pointer: string;
  readonly subject: { readonly kind: 'pods' | 'nodes'; readonly selector: CiliumSelector };
  readonly rules: readonly RuleFacts[];
  /** Directions in which a selected end is closed for what no rule allows; undefined sections say nothing. */
  readonly closes: Readonly<Record<Direction, boolean>>;
  readonly acts: Readonly<Record<Direction, boolean>>;
  readonly body: JsonObject;
}

/** The direction of a section. */
export function directionOf(section: Section): Direction {
  return section === 'ingress' || section === 'ingressDeny' ? 'ingress' : 'egress';
}

/** Whether a section denies. */
export function isDeny(section: Section): boolean {
  return section === 'ingressDeny' || section === 'egressDeny';
}
