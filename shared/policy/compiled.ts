// The common rule form that every dialect compiles to, and the profile that says how an engine behaves.
// A direction is a list of stages; the first final answer wins. Every rule points back to its source line.
import type { Labels, Protocol } from '../model/snapshot.ts';
import type { AddressRange } from '../base/address.ts';
import type { LabelSelector } from '../base/label-selector.ts';
import type { SourceSpan } from '../base/source.ts';
import type { MeshFacts } from './istio/mesh-membership.ts';

/** Three-valued truth: `unknown` when the export cannot tell (never rounded). */
export type Truth = 'yes' | 'no' | 'unknown';

/** How an engine behaves where the standards leave room (policy-semantics, section 9). */
export interface EngineProfile {
  readonly name: 'kubernetes' | 'calico' | 'cilium' | 'np-guard';
  /** Whether policies are enforced at all by the CNI that was found. */
  readonly enforces: Truth;
  readonly ipBlockMatchesPods: boolean;
  /** Whether address blocks match nodes and host-network pods; absent = yes. */
  readonly ipBlockMatchesNodes?: Truth;
  /** Host-network pods are treated like ordinary pods (np-guard) or as node processes. */
  readonly hostNetworkAsPod: boolean;
  /** Whether CRDs of Calico are honoured. */
  readonly calicoPolicies: boolean;
  /** Calico's order of policies with equal `order`: by key (until 3.31) or by name/namespace/kind (3.32+). */
  readonly calicoTieBreak: 'key' | 'name' | 'unknown';
  /** Network plugins that were seen running, by name. */
  readonly engines?: readonly string[];
  /** Minor version of Calico 3, where its agent's image tells it. */
  readonly calicoMinor?: number;
  /** ICMP is modelled (not in the np-guard notation). */
  readonly icmp: boolean;
  /** Workloads are named by their direct owner (np-guard) or topmost controller. */
  readonly directOwner: boolean;
  /** Why this profile was chosen: shown with every verdict. */
  readonly evidence: readonly { readonly text: string; readonly source?: SourceSpan }[];
}

/** One end of a connection as policies see it. */
export interface Endpoint {
  /** Pod id, `host:<node>`, host endpoint name, or an address (range). */
  readonly id: string;
  readonly kind: 'pod' | 'host' | 'host-endpoint' | 'external' | 'entry-controller';
  readonly namespace?: string;
  readonly labels: Labels;
  readonly namespaceLabels: Labels;
  /** False when its namespace was not exported: then labels of that namespace are unknown, not absent. */
  readonly namespaceExported?: boolean;
  readonly serviceAccount?: string;
  readonly serviceAccountLabels: Labels;
  /** Its addresses; of an `external` end also CIDRs or `first-last` ranges (base/address.ts parses all three). */
  readonly ips: readonly string[];
  /** Host names that a log ties to the address of an `external` end; absent = none is known. */
  readonly names?: readonly string[];
  readonly node?: string;
  /** Named ports this endpoint declares. */
  readonly ports: readonly { readonly name: string; readonly port: number; readonly protocol: Protocol }[];
  readonly hostNetwork: boolean;
  /** What the service mesh does with its traffic; absent = it is not in the mesh. */
  readonly mesh?: MeshFacts;
  /** Of an `entry-controller`: what is known of it, where it stands for any pod that a rule describes. */
  readonly pattern?: PodPattern;
}

/** Pods that need not exist, by what is asked of them. */
export interface PodPattern {
  readonly namespaces: LabelSelector;
  readonly pods: LabelSelector;
}

/** Direction of a decision, from the subject's point of view. */
export type Direction = 'ingress' | 'egress';

/** Which destination ports a rule speaks of, after resolving names at the destination endpoint. */
export interface PortRange {
  readonly protocol: Protocol;
  readonly from: number;
  readonly to: number;
}

/** The outcome of asking one rule about one connection end. */
export interface RuleMatch {
  readonly truth: Truth;
  /** Ports the rule covers for this pair; undefined = every port and protocol. */
  readonly ports?: readonly PortRange[];
  /** Why it matched, did not match or cannot be told, e.g. `podSelector app=web does not match`. */
  readonly text: string;
  /** Field of the rule that decided, e.g. `from[0].podSelector`. */
  readonly field?: string;
  /** What a matching allow still asks of each request (methods, paths, names): the connection opens, not every request passes. */
  readonly restriction?: string;
}

/** Something a pod must have so that a test can answer anything but 0. */
export type EndNeed =
  | { readonly kind: 'namespace'; readonly name: string }
  | {
      readonly kind: 'label' | 'namespace-label';
      readonly key: string;
      readonly values: readonly string[];
    };

/**
 * One question that policies ask about one end, as data: tables ask it once per group of like ends.
 * Besides the labels named it may read kind, namespace with its labels, account, named ports, addresses and Services.
 */
export interface EndTest {
  /** Equal keys promise equal answers within one policy set. */
  readonly key: string;
  /** Keys of the pod's own labels that are read; absent = any of them. */
  readonly labels?: readonly string[];
  /** What a pod needs at least; a pod that lacks one is answered 0 without asking. */
  readonly needs: readonly EndNeed[];
  /** 0 = not meant; of a truth: 1 = unknown, 2 = yes; else a number that is equal for like ends. */
  ask(end: Endpoint): number;
}

/**
 * A rule's match as data. Each group is answered by the largest answer of its tests; pairs of ends with equal answers
 * in every group get equal matches, but for the text.
 */
export interface RuleFactor {
  readonly subject: readonly (readonly EndTest[])[];
  readonly peer: readonly (readonly EndTest[])[];
}

/** A rule of one policy in one direction. */
export interface CompiledRule {
  readonly index: number;
  readonly name?: string;
  readonly action: 'allow' | 'deny' | 'pass' | 'log';
  readonly source: SourceSpan;
  /** True when what it allows is restricted further: in a pool it is asked after those that allow everything. */
  readonly restricts?: boolean;
  /** Asks the rule about a pair; `subject` is selected by the policy, `peer` is the other end. */
  match(subject: Endpoint, peer: Endpoint, direction: Direction): RuleMatch;
  /** What the match depends on; absent = on everything about both ends. */
  readonly factor?: RuleFactor;
  /** The pods it describes as peers, whether they exist or not; absent = not told. */
  readonly patterns?: readonly PodPattern[];
  /** Port names that only a destination can turn into numbers. */
  readonly portNames?: readonly { readonly name: string; readonly protocol: Protocol }[];
}

/** A policy of any dialect. */
export interface CompiledPolicy {
  /** `Kind ns/name`, unique within the set. */
  readonly id: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly tier?: string;
  readonly order?: number;
  /** Staged policies never decide; they are shown and previewed. */
  readonly staged: boolean;
  readonly ingress: boolean;
  readonly egress: boolean;
  readonly ingressRules: readonly CompiledRule[];
  readonly egressRules: readonly CompiledRule[];
  /** Address ranges that its rules tell apart (ipBlocks, nets, network sets); matrices split external addresses there. */
  readonly addresses?: readonly AddressRange[];
  readonly source: SourceSpan;
  /** True when no object states it (what a host endpoint does by itself, a tie): it is never judged as a text. */
  readonly implied?: boolean;
  /** In a `pool`: directions that it leaves open although it selects; absent = it closes every direction it has. */
  readonly leavesOpen?: readonly Direction[];
  selects(endpoint: Endpoint): Truth;
  /** The same question as data; absent = it depends on everything about the end. */
  readonly target?: EndTest;
}

/**
 * A stage of one direction.
 * `ordered`: policies in order, first matching rule decides, `pass` leaves the stage; if any policy selects and none decides: `whenSelected`.
 * `union`: any allow of any selecting policy allows; if any policy selects and none allows: `whenSelected`.
 * `pool`: any deny of any selecting policy denies, whatever allows; else any allow allows; else `whenSelected`, if one closes.
 */
export interface CompiledStage {
  readonly id: string;
  readonly mode: 'ordered' | 'union' | 'pool';
  readonly whenSelected: 'deny' | 'next';
  readonly policies: readonly CompiledPolicy[];
}

/** A policy that is present but was not understood: every verdict it could touch becomes `indeterminate`. */
export interface UnsupportedPolicy {
  readonly id: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly reason: string;
  readonly source: SourceSpan;
  /** Endpoints it could touch, where that much was understood; absent = any of its namespace, or any at all. */
  readonly selects?: (endpoint: Endpoint) => Truth;
  /** The same question as data, where `selects` is given. */
  readonly target?: EndTest;
  /** Directions it could touch, where that much was understood; absent = both. */
  readonly directions?: readonly Direction[];
  /** True when it can only take away: what is denied without it stays denied. */
  readonly restrictsOnly?: boolean;
}

/** One enforcing party: its stages per direction, and what holds when none of them decided. */
export interface CompiledGate {
  /** `network policies`, `mesh`, `egress firewall`, `pod networks`: shown with every step. */
  readonly id: string;
  readonly ingress: readonly CompiledStage[];
  readonly egress: readonly CompiledStage[];
  readonly otherwise: 'allow' | 'deny';
}

/** Configuration that people may take for a control: it names, it does not decide. */
export interface WeakControl {
  readonly id: string;
  /** Whose view it narrows: that of a source on its way out, or of a destination on the way in. */
  readonly direction: Direction;
  readonly text: string;
  readonly source: SourceSpan;
  /** Ends that it is for. */
  selects(end: Endpoint): Truth;
}

/** All policies of a cluster under one profile: the network plugin's own, and further gates behind it. */
export interface CompiledPolicySet {
  readonly profile: EngineProfile;
  readonly ingress: readonly CompiledStage[];
  readonly egress: readonly CompiledStage[];
  /** What holds when no stage decided. */
  readonly otherwise: 'allow' | 'deny';
  /** Who else decides about the same connection (mesh, egress firewall, pod networks): every gate must let it through. */
  readonly gates?: readonly CompiledGate[];
  readonly unsupported: readonly UnsupportedPolicy[];
  /** Policies refused for bad selectors, ports and so on; they are not applied and are named. */
  readonly refused: readonly UnsupportedPolicy[];
  /** Policies that are applied although they look wrong (their tier does not exist): worth a warning. */
  readonly misplaced?: readonly UnsupportedPolicy[];
  /** What narrows an end's view without being a boundary (Sidecar of a mesh): said with verdicts, never counted. */
  readonly weak?: readonly WeakControl[];
  /** What the policies' meaning rests on (settings that were not exported): said with every verdict. */
  readonly assumptions?: readonly string[];
  /** Ends that rules tell apart by the node they are on. */
  readonly byNode?: 'hosts' | 'all' | undefined;
  /** Whether policies may decide about a node itself; absent = never. */
  decidesHost?(host: Endpoint): boolean;
  /** How the node of a pod gets in: before all policies (absent = always), unless one denies it, or as they say. */
  localHost?(pod: Endpoint, host: Endpoint): 'always' | 'unless-denied' | 'by-policy';
}
