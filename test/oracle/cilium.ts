// A slow, direct reading of policy-semantics section 4, written apart from the product: it shares no code with
// `shared/policy` and `shared/verdict`, looks at every policy for every question and keeps nothing.
// It knows the part of the text that needs no settings: default enforcement, no Services, no names, no host policies.

/** One end as the text speaks of it. */
export interface OracleEnd {
  readonly kind: 'pod' | 'node' | 'world';
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly namespaceLabels?: Readonly<Record<string, string>>;
  readonly node?: string;
  readonly address: string;
  readonly ports?: readonly (readonly [name: string, port: number, protocol: string])[];
}

/** A policy as written, read as loosely typed data. */
export interface OraclePolicy {
  readonly kind: 'CiliumNetworkPolicy' | 'CiliumClusterwideNetworkPolicy';
  readonly namespace?: string;
  readonly spec: OracleSpec;
}

/** The part of a spec that is read here. */
export interface OracleSpec {
  readonly endpointSelector: OracleSelector;
  readonly enableDefaultDeny?: { readonly ingress?: boolean; readonly egress?: boolean };
  readonly ingress?: readonly OracleRule[];
  readonly ingressDeny?: readonly OracleRule[];
  readonly egress?: readonly OracleRule[];
  readonly egressDeny?: readonly OracleRule[];
}

/** A label selector. */
export interface OracleSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** One rule, by its members. */
export type OracleRule = Readonly<Record<string, unknown>>;
/** Protocol and port; ICMP has none. */
export interface OracleService {
  readonly protocol: string;
  readonly port?: number;
}

type Answer = 'yes' | 'no' | 'unknown';
type Way = 'ingress' | 'egress';

/** What the text says of a connection. */
export function askOracle(
  policies: readonly OraclePolicy[],
  ends: readonly OracleEnd[],
  src: OracleEnd,
  dst: OracleEnd,
  service: OracleService,
): 'allow' | 'deny' | 'indeterminate' {
  const out = side(policies, ends, src, dst, 'egress', service);
  const into = side(policies, ends, dst, src, 'ingress', service);
  if (out === 'deny' || into === 'deny') return 'deny';
  return out === 'allow' && into === 'allow' ? 'allow' : 'indeterminate';
}

function side(
  policies: readonly OraclePolicy[],
  ends: readonly OracleEnd[],
  subject: OracleEnd,
  peer: OracleEnd,
  way: Way,
  service: OracleService,
): 'allow' | 'deny' | 'indeterminate' {
  if (subject.kind !== 'pod') return 'allow';
  const denies: Answer[] = [];
  const allows: Answer[] = [];
  let closed = false;
  for (const policy of policies) {
    if (!isSubject(policy, subject)) continue;
    const { spec } = policy;
    const given = [...(spec[way] ?? []), ...(spec[`${way}Deny`] ?? [])];
    const nothing = [spec.ingress, spec.ingressDeny, spec.egress, spec.egressDeny].every(
      list => !list?.length,
    );
    if (nothing) continue;
    if (spec.enableDefaultDeny?.[way] ?? given.length > 0) closed = true;
    const answer = (rule: OracleRule): Answer =>
      and(
        peers(rule, policy, subject, peer, way),
        ports(rule, ends, way === 'ingress' ? subject : peer, way, service),
      );
    allows.push(...(spec[way] ?? []).map(answer));
    denies.push(...(spec[`${way}Deny`] ?? []).map(answer));
  }
  if (denies.includes('yes')) return 'deny';
  const isLocal = way === 'ingress' && peer.kind === 'node' && peer.node === subject.node;
  const isAllowed: Answer = isLocal || !closed ? 'yes' : anyOf(allows);
  if (isAllowed === 'no') return 'deny';
  return isAllowed === 'yes' && !denies.includes('unknown') ? 'allow' : 'indeterminate';
}

function isSubject(policy: OraclePolicy, pod: OracleEnd): boolean {
  if (policy.kind === 'CiliumNetworkPolicy' && pod.namespace !== policy.namespace) return false;
  return hasLabels(policy.spec.endpointSelector, pod, false) === 'yes';
}

/** `{}` isolates and allows nothing, ports alone mean any peer, an empty list means nobody. */
function peers(
  rule: OracleRule,
  policy: OraclePolicy,
  subject: OracleEnd,
  peer: OracleEnd,
  way: Way,
): Answer {
  const word = way === 'ingress' ? 'from' : 'to';
  const members = Object.keys(rule).filter(key => key.startsWith(word) && key !== 'toPorts');
  if (members.length === 0) return rule['toPorts'] === undefined ? 'no' : 'yes';
  const answers = members.flatMap(member =>
    (rule[member] as readonly unknown[]).map((item): Answer => {
      switch (member.slice(word.length)) {
        case 'Endpoints':
          return endpoints(item as OracleSelector, policy, peer);
        case 'Entities':
          return entity(item as string, subject, peer);
        case 'CIDR':
          return peer.kind === 'world' && inBlock(peer.address, item as string) ? 'yes' : 'no';
        case 'CIDRSet':
          return block(item as Readonly<Record<string, unknown>>, peer);
        default:
          throw new Error(`the oracle does not know ${member}`);
      }
    }),
  );
  return anyOf(answers);
}

/** Managed pods only; unqualified selectors of a namespaced policy mean its own namespace. */
function endpoints(selector: OracleSelector, policy: OraclePolicy, peer: OracleEnd): Answer {
  const keys = [
    ...Object.keys(selector.matchLabels ?? {}),
    ...(selector.matchExpressions ?? []).map(item => item.key),
  ];
  const namesNamespace = keys.some(key => bare(key) === NAMESPACE);
  if (peer.kind !== 'pod') return 'no';
  if (policy.kind === 'CiliumClusterwideNetworkPolicy') return hasLabels(selector, peer, false);
  const inOwn = namesNamespace || peer.namespace === policy.namespace;
  if (!keys.some(key => bare(key).startsWith(NAMESPACE_LABELS)))
    return inOwn ? hasLabels(selector, peer, false) : 'no';
  // Labels of namespaces are ignored by the book and read by the agents: only where both come to the same it is sure.
  const ignored = inOwn ? hasLabels(selector, peer, true) : 'no';
  const read = hasLabels(selector, peer, false);
  return ignored === read ? read : 'unknown';
}

const NAMESPACE = 'io.kubernetes.pod.namespace';
const NAMESPACE_LABELS = 'io.cilium.k8s.namespace.labels.';

function bare(key: string): string {
  return key.replace(/^(k8s|any):/, '');
}

function hasLabels(selector: OracleSelector, pod: OracleEnd, ignoreNamespaceLabels: boolean): Answer {
  const value = (key: string): string | undefined => {
    const name = bare(key);
    if (name === NAMESPACE) return pod.namespace;
    if (name.startsWith(NAMESPACE_LABELS)) return pod.namespaceLabels?.[name.slice(NAMESPACE_LABELS.length)];
    return pod.labels?.[name];
  };
  const counts = (key: string): boolean => !ignoreNamespaceLabels || !bare(key).startsWith(NAMESPACE_LABELS);
  const all = [
    ...Object.entries(selector.matchLabels ?? {})
      .filter(([key]) => counts(key))
      .map(([key, wanted]) => value(key) === wanted),
    ...(selector.matchExpressions ?? [])
      .filter(item => counts(item.key))
      .map(({ key, operator, values }) => {
        const found = value(key);
        if (operator === 'Exists') return found !== undefined;
        if (operator === 'DoesNotExist') return found === undefined;
        const isListed = found !== undefined && (values ?? []).includes(found);
        return operator === 'In' ? isListed : !isListed;
      }),
  ];
  return all.every(Boolean) ? 'yes' : 'no';
}

function entity(name: string, subject: OracleEnd, peer: OracleEnd): Answer {
  const isOwnNode = peer.kind === 'node' && peer.node === subject.node;
  switch (name) {
    case 'all':
      return 'yes';
    case 'world':
      return peer.kind === 'world' ? 'yes' : 'no';
    case 'cluster':
      return peer.kind === 'world' ? 'no' : 'yes';
    case 'host':
      return isOwnNode ? 'yes' : 'no';
    case 'remote-node':
      return peer.kind === 'node' && !isOwnNode ? 'yes' : 'no';
    case 'kube-apiserver':
      return peer.kind === 'pod' ? 'no' : 'unknown';
    default:
      throw new Error(`the oracle does not know entity ${name}`);
  }
}

function block(item: Readonly<Record<string, unknown>>, peer: OracleEnd): Answer {
  if (peer.kind !== 'world') return 'no';
  if (item['cidrGroupRef'] !== undefined) return 'unknown';
  const isHole = ((item['except'] ?? []) as readonly string[]).some(hole => inBlock(peer.address, hole));
  return inBlock(peer.address, item['cidr'] as string) && !isHole ? 'yes' : 'no';
}

function inBlock(address: string, cidr: string): boolean {
  const [base = '', length = '32'] = cidr.split('/');
  const size = 2 ** (32 - Number(length));
  return Math.floor(number(address) / size) === Math.floor(number(base) / size);
}

function number(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** Any entry, any port of it; port 0 is every port, and whether it takes ICMP along is not told. */
function ports(
  rule: OracleRule,
  ends: readonly OracleEnd[],
  destination: OracleEnd,
  way: Way,
  service: OracleService,
): Answer {
  const entries = rule['toPorts'] as readonly { readonly ports: readonly OraclePort[] }[] | undefined;
  if (entries === undefined) return 'yes';
  return anyOf(
    entries.flatMap(entry => entry.ports.map(port => onePort(port, ends, destination, way, service))),
  );
}

interface OraclePort {
  readonly port: string;
  readonly endPort?: number;
  readonly protocol?: string;
}

function onePort(
  { port, endPort, protocol = 'ANY' }: OraclePort,
  ends: readonly OracleEnd[],
  destination: OracleEnd,
  way: Way,
  service: OracleService,
): Answer {
  if (service.port === undefined) return port === '0' && protocol === 'ANY' ? 'unknown' : 'no';
  if (protocol !== 'ANY' && protocol !== service.protocol) return 'no';
  if (/^\d+$/.test(port)) {
    const from = Number(port);
    return from === 0 || (from <= service.port && service.port <= (endPort ?? from)) ? 'yes' : 'no';
  }
  const declares = (end: OracleEnd, number?: number): boolean =>
    (end.ports ?? []).some(
      ([name, at, of]) =>
        name === port &&
        (protocol === 'ANY' || of === protocol) &&
        (number === undefined || (at === number && of === service.protocol)),
    );
  if (way === 'ingress') return declares(destination, service.port) ? 'yes' : 'no';
  // Names of egress rules are looked up over the whole cluster: sure only where one number stands for each protocol.
  const somewhere = ends.some(end => declares(end, service.port));
  if (!somewhere) return 'no';
  const numbers = new Map<string, Set<number>>();
  for (const [name, at, of] of ends.flatMap(end => end.ports ?? []))
    if (name === port && (protocol === 'ANY' || of === protocol))
      numbers.set(of, (numbers.get(of) ?? new Set()).add(at));
  const isClear = [...numbers.values()].every(found => found.size === 1);
  if (!isClear || !declares(destination)) return 'unknown';
  return declares(destination, service.port) ? 'yes' : 'no';
}

function anyOf(answers: readonly Answer[]): Answer {
  if (answers.includes('yes')) return 'yes';
  return answers.includes('unknown') ? 'unknown' : 'no';
}

function and(a: Answer, b: Answer): Answer {
  if (a === 'no' || b === 'no') return 'no';
  return a === 'yes' && b === 'yes' ? 'yes' : 'unknown';
}
