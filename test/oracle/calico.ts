// A slow, direct reading of calico.md 3.1 to 3.7 and 3.9, apart from the product: tiers, orders, actions, entities and
// network sets. It knows pods, nodes without host endpoints, and addresses outside; no requests, no domains.
import { holds, prefixed } from './calico-selector.ts';
import { isOwnNode, sideAllows, type NetworkPolicy } from './kubernetes.ts';
import { inBlock, type Asked, type Labels, type PlainEnd, type Way } from './plain.ts';

/** A tier of its own; the default tier is always there. */
export interface Tier {
  readonly name: string;
  readonly order?: number;
  readonly defaultAction?: 'Deny' | 'Pass';
}

/** A policy of Calico as written. */
export interface CalicoPolicy {
  /** Absent = global. */
  readonly namespace?: string;
  /** With the prefix of its tier. */
  readonly name: string;
  readonly tier: string;
  readonly order?: number;
  readonly staged?: boolean;
  readonly selector?: string;
  readonly namespaceSelector?: string;
  readonly serviceAccountSelector?: string;
  readonly types?: readonly ('Ingress' | 'Egress')[];
  readonly ingress?: readonly CalicoRule[];
  readonly egress?: readonly CalicoRule[];
}

/** One rule. */
export interface CalicoRule {
  readonly action: 'Allow' | 'Deny' | 'Pass' | 'Log';
  readonly protocol?: string;
  readonly notProtocol?: string;
  readonly source?: Entity;
  readonly destination?: Entity;
}

/** One side of a rule; all that is given must hold. */
export interface Entity {
  readonly nets?: readonly string[];
  readonly notNets?: readonly string[];
  readonly selector?: string;
  readonly notSelector?: string;
  readonly namespaceSelector?: string;
  readonly ports?: readonly (number | string)[];
  readonly notPorts?: readonly (number | string)[];
  readonly serviceAccounts?: { readonly names?: readonly string[]; readonly selector?: string };
}

/** Addresses with labels; absent namespace = global. */
export interface NetworkSet {
  readonly namespace?: string;
  readonly labels: Labels;
  readonly nets: readonly string[];
}

/** All that decides. */
export interface CalicoSet {
  readonly tiers: readonly Tier[];
  readonly policies: readonly CalicoPolicy[];
  readonly plain: readonly NetworkPolicy[];
  readonly sets: readonly NetworkSet[];
  readonly namespaces: Readonly<Record<string, Labels>>;
  readonly tieBreak: 'key' | 'name';
}

/** What the text says of a connection. */
export function askCalico(set: CalicoSet, src: PlainEnd, dst: PlainEnd, asked: Asked): 'allow' | 'deny' {
  if (src.kind === 'pod' && src.name === dst.name) return 'allow';
  const out = src.kind !== 'pod' || side(set, src, dst, 'egress', asked);
  const into = dst.kind !== 'pod' || isOwnNode(src, dst) || side(set, dst, src, 'ingress', asked);
  return out && into ? 'allow' : 'deny';
}

/** One policy of a tier, of either make, ready to be put in order. */
interface Placed {
  readonly order: number;
  readonly tie: string;
  /** What it says of this connection; undefined when none of its rules is final. */
  decide(): 'Allow' | 'Deny' | 'Pass' | undefined;
}

function side(set: CalicoSet, subject: PlainEnd, other: PlainEnd, way: Way, asked: Asked): boolean {
  const tiers: readonly Tier[] = [...set.tiers, { name: 'default', order: 1_000_000, defaultAction: 'Deny' }];
  const inOrder = [...tiers].sort(
    (a, b) => (a.order ?? Infinity) - (b.order ?? Infinity) || (a.name < b.name ? -1 : 1),
  );
  for (const tier of inOrder) {
    const placed = placedIn(set, tier.name, subject, other, way, asked);
    if (placed.length === 0) continue;
    const ordered = [...placed].sort((a, b) => a.order - b.order || (a.tie < b.tie ? -1 : 1));
    const action = ordered.map(one => one.decide()).find(one => one !== undefined);
    if (action === 'Allow') return true;
    if (action === 'Deny') return false;
    if (action === undefined && tier.defaultAction !== 'Pass') return false;
  }
  // The profile of the namespace allows everything.
  return true;
}

function placedIn(
  set: CalicoSet,
  tier: string,
  subject: PlainEnd,
  other: PlainEnd,
  way: Way,
  asked: Asked,
): readonly Placed[] {
  const own = set.policies
    .filter(policy => policy.tier === tier && policy.staged !== true)
    .filter(policy => typesOf(policy).includes(way === 'ingress' ? 'Ingress' : 'Egress'))
    .filter(policy => isSubject(set, policy, subject))
    .map(policy => ({
      order: policy.order ?? Infinity,
      tie: tieOf(
        set,
        policy.name,
        policy.namespace,
        policy.namespace === undefined ? 'GlobalNetworkPolicy' : 'NetworkPolicy',
      ),
      decide: () => decide(set, policy, subject, other, way, asked),
    }));
  if (tier !== 'default') return own;
  const plain = set.plain.flatMap((policy, index) => {
    const said = sideAllows([policy], subject, other, way, asked);
    if (said === undefined) return [];
    const name = set.tieBreak === 'key' ? `knp.default.p${index}` : `p${index}`;
    return [
      {
        order: 1000,
        tie: tieOf(set, name, policy.namespace, 'NetworkPolicy'),
        decide: () => (said ? ('Allow' as const) : undefined),
      },
    ];
  });
  return [...own, ...plain];
}

function tieOf(set: CalicoSet, name: string, namespace: string | undefined, kind: string): string {
  if (set.tieBreak === 'key') return namespace === undefined ? name : `${namespace}/${name}`;
  return `${name}/${namespace ?? ''}/${kind}`;
}

function typesOf(policy: CalicoPolicy): readonly ('Ingress' | 'Egress')[] {
  const given = policy.types ?? [];
  if (given.length > 0) return given;
  const [ins, outs] = [policy.ingress ?? [], policy.egress ?? []];
  if (outs.length === 0) return ['Ingress'];
  return ins.length === 0 ? ['Egress'] : ['Ingress', 'Egress'];
}

function decide(
  set: CalicoSet,
  policy: CalicoPolicy,
  subject: PlainEnd,
  other: PlainEnd,
  way: Way,
  asked: Asked,
): 'Allow' | 'Deny' | 'Pass' | undefined {
  const [src, dst] = way === 'ingress' ? [other, subject] : [subject, other];
  for (const rule of policy[way] ?? []) {
    const isMeant =
      (rule.protocol === undefined || rule.protocol.toUpperCase() === asked.protocol) &&
      (rule.notProtocol === undefined || rule.notProtocol.toUpperCase() !== asked.protocol) &&
      isEntity(set, policy, rule.source ?? {}, src) &&
      isEntity(set, policy, rule.destination ?? {}, dst) &&
      isPort(rule.destination ?? {}, dst, asked);
    if (isMeant && rule.action !== 'Log') return rule.action;
  }
  return undefined;
}

function isSubject(set: CalicoSet, policy: CalicoPolicy, subject: PlainEnd): boolean {
  const labels = labelsOf(set, subject);
  if (policy.namespace !== undefined && policy.namespace !== subject.namespace) return false;
  const { namespaceSelector, serviceAccountSelector } = policy;
  return (
    holds(policy.selector ?? '', labels) &&
    (namespaceSelector === undefined || holds(prefixed(namespaceSelector, 'pcns.'), labels)) &&
    (serviceAccountSelector === undefined || holds(prefixed(serviceAccountSelector, 'pcsa.'), labels))
  );
}

/** Own labels, and what the profiles of namespace and account hand down. */
function labelsOf(set: CalicoSet, end: PlainEnd): Labels {
  const namespace = end.namespace ?? '';
  return {
    ...inherited(set, namespace),
    ...withPrefix(end.accountLabels ?? {}, 'pcsa.'),
    'pcsa.projectcalico.org/name': end.account ?? 'default',
    ...end.labels,
    'projectcalico.org/namespace': namespace,
    'projectcalico.org/orchestrator': 'k8s',
    'projectcalico.org/serviceaccount': end.account ?? 'default',
  };
}

function inherited(set: CalicoSet, namespace: string): Labels {
  return {
    ...withPrefix(set.namespaces[namespace] ?? {}, 'pcns.'),
    'pcns.projectcalico.org/name': namespace,
  };
}

function withPrefix(labels: Labels, prefix: string): Labels {
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [`${prefix}${key}`, value]));
}

/** Everything that Calico knows at an address: the endpoint there, and the network sets that hold it. */
function knownAt(set: CalicoSet, end: PlainEnd): readonly Labels[] {
  const sets = set.sets
    .filter(one => one.nets.some(net => inBlock(net, end.address)))
    .map(one =>
      one.namespace === undefined
        ? one.labels
        : {
            ...inherited(set, one.namespace),
            ...one.labels,
            'projectcalico.org/namespace': one.namespace,
          },
    );
  return end.kind === 'pod' ? [labelsOf(set, end), ...sets] : sets;
}

function isEntity(set: CalicoSet, policy: CalicoPolicy, entity: Entity, end: PlainEnd): boolean {
  const { nets, notNets, selector, notSelector, namespaceSelector, serviceAccounts } = entity;
  if (nets !== undefined && !nets.some(net => inBlock(net, end.address))) return false;
  if (notNets?.some(net => inBlock(net, end.address)) === true) return false;
  const known = knownAt(set, end);
  if (notSelector !== undefined && known.some(labels => holds(notSelector, labels))) return false;
  const isNamed = selector !== undefined || notSelector !== undefined || serviceAccounts !== undefined;
  const home = policy.namespace !== undefined && namespaceSelector === undefined && isNamed;
  if (selector === undefined && namespaceSelector === undefined && serviceAccounts === undefined && !home)
    return true;
  return known.some(labels => {
    const namespace = labels['projectcalico.org/namespace'];
    if (home && namespace !== policy.namespace) return false;
    if (namespaceSelector !== undefined && !isNamespace(namespaceSelector, labels, namespace)) return false;
    if (
      selector !== undefined &&
      !isSelected(
        selector,
        labels,
        namespace,
        namespaceSelector !== undefined || serviceAccounts !== undefined,
      )
    )
      return false;
    if (serviceAccounts === undefined) return true;
    const { names, selector: accounts } = serviceAccounts;
    return (
      (names === undefined || names.includes(labels['projectcalico.org/serviceaccount'] ?? '')) &&
      (accounts === undefined || holds(prefixed(accounts, 'pcsa.'), labels))
    );
  });
}

function isNamespace(selector: string, labels: Labels, namespace: string | undefined): boolean {
  if (selector === 'all()') return namespace !== undefined;
  if (selector === 'global()') return namespace === undefined;
  return holds(prefixed(selector, 'pcns.'), labels);
}

/** `all()` beside a selector of namespaces means whatever has a namespace, as the merged text is rewritten. */
function isSelected(
  selector: string,
  labels: Labels,
  namespace: string | undefined,
  isMerged: boolean,
): boolean {
  return selector === 'all()' && isMerged ? namespace !== undefined : holds(selector, labels);
}

function isPort({ ports, notPorts }: Entity, dst: PlainEnd, asked: Asked): boolean {
  const is = (port: number | string): boolean => {
    if (typeof port === 'number') return port === asked.port;
    const range = /^(\d+):(\d+)$/.exec(port);
    if (range !== null) return Number(range[1]) <= asked.port && asked.port <= Number(range[2]);
    return (dst.ports ?? []).some(
      ([name, number, protocol]) => name === port && number === asked.port && protocol === asked.protocol,
    );
  };
  return (ports === undefined || ports.some(is)) && (notPorts === undefined || !notPorts.some(is));
}
