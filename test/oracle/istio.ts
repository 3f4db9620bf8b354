// A slow, direct reading of policy-semantics section 5 (AuthorizationPolicy, PeerAuthentication), apart from the product.
// It is asked about new TCP connections: what only a request or the wire could tell is unknown to it, and said so.
import { inBlock, type Asked, type Labels, type PlainEnd } from './plain.ts';

/** An end, and whether it speaks through a proxy of its own or that of its node (ambient). */
export interface MeshEnd extends PlainEnd {
  readonly proxy: boolean;
  readonly ambient?: boolean;
  /** Ports that its Services declare as plain TCP. */
  readonly plain?: readonly number[];
  /** The only ports that its proxy handles; absent = all. */
  readonly handled?: readonly number[];
}

/** A policy as written. */
export interface Authorization {
  readonly namespace: string;
  readonly action?: 'ALLOW' | 'DENY' | 'CUSTOM' | 'AUDIT';
  readonly labels?: Labels;
  readonly dryRun?: boolean;
  /** Absent rules never match. */
  readonly rules?: readonly AuthorizationRule[];
}

/** One rule: sources AND operations AND conditions. */
export interface AuthorizationRule {
  readonly from?: readonly Source[];
  readonly to?: readonly Operation[];
  readonly when?: readonly When[];
}

/** A condition by the name of an attribute. */
export interface When {
  readonly key: string;
  readonly values?: readonly string[];
  readonly notValues?: readonly string[];
}

/** Values of one source are ORed, its members ANDed. */
export interface Source {
  readonly principals?: readonly string[];
  readonly notPrincipals?: readonly string[];
  readonly namespaces?: readonly string[];
  readonly notNamespaces?: readonly string[];
  readonly ipBlocks?: readonly string[];
  readonly notIpBlocks?: readonly string[];
  readonly serviceAccounts?: readonly string[];
  readonly notServiceAccounts?: readonly string[];
  readonly remoteIpBlocks?: readonly string[];
  readonly requestPrincipals?: readonly string[];
  readonly notRequestPrincipals?: readonly string[];
}

/** Ports of the workload, and what is asked of requests. */
export interface Operation {
  readonly ports?: readonly string[];
  readonly notPorts?: readonly string[];
  readonly methods?: readonly string[];
  readonly notPaths?: readonly string[];
}

/** How workloads take connections. */
export interface PeerAuthentication {
  readonly namespace: string;
  readonly labels?: Labels;
  readonly mode: Mode;
  /** Only with labels. */
  readonly ports?: Readonly<Record<string, Mode>>;
}

type Mode = 'UNSET' | 'DISABLE' | 'PERMISSIVE' | 'STRICT';

const ROOT = 'istio-system';

/** What the proxy at the destination does with a connection. */
export function askMesh(
  policies: readonly Authorization[],
  authentications: readonly PeerAuthentication[],
  src: MeshEnd,
  dst: MeshEnd,
  asked: Asked,
): 'allow' | 'deny' | 'indeterminate' {
  if (src.name === dst.name) return 'allow';
  if (dst.kind !== 'pod' || !dst.proxy || asked.protocol !== 'TCP') return 'allow';
  if (src.kind === 'node' && src.node === dst.node) return 'allow';
  if (dst.handled !== undefined && !dst.handled.includes(asked.port)) return 'allow';
  if (modeAt(authentications, dst, asked.port) === 'STRICT' && !src.proxy) return 'deny';
  const isSwitchedOff = authentications.some(
    one => one.mode === 'DISABLE' || Object.values(one.ports ?? {}).includes('DISABLE'),
  );
  const question: Question = { src, dst, port: asked.port, isSwitchedOff };
  const mine = policies.filter(policy => policy.dryRun !== true && isFor(policy, dst));
  const rulesOf = (action: Authorization['action']): Told =>
    anyOf(
      mine
        .filter(policy => (policy.action ?? 'ALLOW') === action)
        .flatMap(policy => (policy.rules ?? []).map(rule => matches(rule, policy, question))),
    );
  const custom = rulesOf('CUSTOM');
  const denied = rulesOf('DENY');
  const allowed = mine.some(policy => (policy.action ?? 'ALLOW') === 'ALLOW') ? rulesOf('ALLOW') : 'yes';
  if (denied === 'yes' || allowed === 'no') return 'deny';
  return custom === 'no' && denied === 'no' && allowed === 'yes' ? 'allow' : 'indeterminate';
}

/** What can be told. */
type Told = 'yes' | 'no' | 'unknown';

interface Question {
  readonly src: MeshEnd;
  readonly dst: MeshEnd;
  readonly port: number;
  /** Mutual TLS may be off somewhere: nobody then has an identity for sure. */
  readonly isSwitchedOff: boolean;
}

function anyOf(list: readonly Told[]): Told {
  if (list.includes('yes')) return 'yes';
  return list.includes('unknown') ? 'unknown' : 'no';
}

function allOf(list: readonly Told[]): Told {
  if (list.includes('no')) return 'no';
  return list.includes('unknown') ? 'unknown' : 'yes';
}

function told(is: boolean): Told {
  return is ? 'yes' : 'no';
}

function opposite(is: Told): Told {
  return is === 'unknown' ? is : told(is === 'no');
}

/** Workload before namespace before root; what is unset inherits; ztunnel passes over what switches it off. */
function modeAt(given: readonly PeerAuthentication[], dst: MeshEnd, port: number): Mode {
  const all = dst.ambient === true ? given.filter(one => one.mode !== 'DISABLE') : given;
  const own = all.find(
    one =>
      one.namespace === dst.namespace &&
      one.namespace !== ROOT &&
      one.labels !== undefined &&
      has(dst, one.labels),
  );
  const single = own?.ports?.[String(port)];
  if (single !== undefined && single !== 'UNSET') return single;
  const whole = (namespace: string | undefined): PeerAuthentication | undefined =>
    all.find(one => one.namespace === namespace && one.labels === undefined);
  const chain = [own, whole(dst.namespace), whole(ROOT)];
  return chain.find(one => one !== undefined && one.mode !== 'UNSET')?.mode ?? 'PERMISSIVE';
}

function isFor(policy: Authorization, dst: MeshEnd): boolean {
  return (policy.namespace === ROOT || policy.namespace === dst.namespace) && has(dst, policy.labels ?? {});
}

function has(end: MeshEnd, labels: Labels): boolean {
  return Object.entries(labels).every(([key, value]) => end.labels?.[key] === value);
}

function matches(rule: AuthorizationRule, policy: Authorization, question: Question): Told {
  const isDeny = policy.action === 'DENY';
  // Where no request is read, an allow that asks about one never matches, and a deny takes it for matched.
  const isUnread =
    policy.action !== 'CUSTOM' &&
    (question.dst.ambient === true || (question.dst.plain ?? []).includes(question.port));
  const request: Told = isUnread ? told(isDeny) : 'unknown';
  const matched = allOf([
    rule.from === undefined
      ? 'yes'
      : anyOf(rule.from.map(source => isSource(source, policy.namespace, question, request))),
    rule.to === undefined
      ? 'yes'
      : anyOf(rule.to.map(operation => isOperation(operation, question, request))),
    ...(rule.when ?? []).map(one => isWhen(one, question, request)),
  ]);
  return policy.action === 'CUSTOM' && matched === 'yes' ? 'unknown' : matched;
}

/** Without a proxy a source has neither principal nor namespace: nothing positive holds, and everything negative does. */
function isSource(source: Source, own: string, question: Question, request: Told): Told {
  const { src } = question;
  const is = (values: readonly string[] | undefined, one: (value: string) => Told): Told =>
    values === undefined ? 'yes' : anyOf(values.map(one));
  const isNot = (values: readonly string[] | undefined, one: (value: string) => Told): Told =>
    values === undefined ? 'yes' : opposite(anyOf(values.map(one)));
  const principal = (value: string): Told => identity(question, fits(value, principalOf(src)));
  const namespace = (value: string): Told => identity(question, fits(value, src.namespace ?? ''));
  const account = (value: string): Told =>
    identity(
      question,
      (value.includes('/') ? value : `${own}/${value}`) ===
        `${src.namespace ?? ''}/${src.account ?? 'default'}`,
    );
  const block = (value: string): Told => told(inBlock(value, src.address));
  return allOf([
    is(source.principals, principal),
    isNot(source.notPrincipals, principal),
    is(source.namespaces, namespace),
    isNot(source.notNamespaces, namespace),
    is(source.serviceAccounts, account),
    isNot(source.notServiceAccounts, account),
    is(source.ipBlocks, block),
    isNot(source.notIpBlocks, block),
    source.remoteIpBlocks === undefined ? 'yes' : 'unknown',
    source.requestPrincipals === undefined ? 'yes' : request,
    source.notRequestPrincipals === undefined ? 'yes' : request,
  ]);
}

function principalOf(src: MeshEnd): string {
  return `cluster.local/ns/${src.namespace ?? ''}/sa/${src.account ?? 'default'}`;
}

function identity({ src, isSwitchedOff }: Question, is: boolean): Told {
  if (!src.proxy || !is) return 'no';
  return isSwitchedOff ? 'unknown' : 'yes';
}

function isOperation(operation: Operation, { port }: Question, request: Told): Told {
  const { ports, notPorts, methods, notPaths } = operation;
  return allOf([
    told(ports === undefined || ports.includes(String(port))),
    told(notPorts === undefined || !notPorts.includes(String(port))),
    methods === undefined ? 'yes' : request,
    notPaths === undefined ? 'yes' : request,
  ]);
}

function isWhen({ key, values, notValues }: When, question: Question, request: Told): Told {
  const one = (value: string): Told => {
    const { src, dst, port } = question;
    if (key === 'source.ip') return told(inBlock(value, src.address));
    if (key === 'destination.ip') return told(inBlock(value, dst.address));
    if (key === 'destination.port') return told(value === String(port));
    if (key === 'source.namespace') return identity(question, fits(value, src.namespace ?? ''));
    if (key === 'source.principal') return identity(question, fits(value, principalOf(src)));
    return 'unknown';
  };
  const isOfRequest = key.startsWith('request.');
  const positive = values === undefined ? 'yes' : isOfRequest ? request : anyOf(values.map(one));
  const negative =
    notValues === undefined ? 'yes' : isOfRequest ? request : opposite(anyOf(notValues.map(one)));
  return allOf([positive, negative]);
}

/** Exact, by prefix, by suffix, or by being there. */
function fits(pattern: string, value: string): boolean {
  if (pattern === '*') return true;
  if (pattern.startsWith('*')) return value.endsWith(pattern.slice(1));
  return pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : value === pattern;
}
