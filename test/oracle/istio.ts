// A slow, direct reading of policy-semantics section 5 (AuthorizationPolicy, PeerAuthentication), apart from the product.
// It knows the part that needs no request: identities, addresses and ports on a new TCP connection.
import { inBlock, type Asked, type Labels, type PlainEnd } from './plain.ts';

/** An end, and whether it speaks through a proxy. */
export interface MeshEnd extends PlainEnd {
  readonly proxy: boolean;
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

/** One rule: sources AND operations. */
export interface AuthorizationRule {
  readonly from?: readonly Source[];
  readonly to?: readonly Operation[];
}

/** Values of one source are ORed, its members ANDed. */
export interface Source {
  readonly principals?: readonly string[];
  readonly notPrincipals?: readonly string[];
  readonly namespaces?: readonly string[];
  readonly notNamespaces?: readonly string[];
  readonly ipBlocks?: readonly string[];
  readonly notIpBlocks?: readonly string[];
}

/** Ports of the workload. */
export interface Operation {
  readonly ports?: readonly string[];
  readonly notPorts?: readonly string[];
}

/** How workloads take connections. */
export interface PeerAuthentication {
  readonly namespace: string;
  readonly labels?: Labels;
  readonly mode: Mode;
  /** Only with labels. */
  readonly ports?: Readonly<Record<string, Mode>>;
}

type Mode = 'UNSET' | 'PERMISSIVE' | 'STRICT';

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
  if (modeAt(authentications, dst, asked.port) === 'STRICT' && !src.proxy) return 'deny';
  const mine = policies.filter(policy => policy.dryRun !== true && isFor(policy, dst));
  const matching = (action: Authorization['action']): boolean =>
    mine.some(
      policy =>
        (policy.action ?? 'ALLOW') === action && (policy.rules ?? []).some(rule => matches(rule, src, asked)),
    );
  const isAllowed = !mine.some(policy => (policy.action ?? 'ALLOW') === 'ALLOW') || matching('ALLOW');
  if (matching('DENY') || !isAllowed) return 'deny';
  return matching('CUSTOM') ? 'indeterminate' : 'allow';
}

/** Workload before namespace before root; what is unset inherits. */
function modeAt(all: readonly PeerAuthentication[], dst: MeshEnd, port: number): Mode {
  const own = all.find(
    one => one.namespace === dst.namespace && one.labels !== undefined && has(dst, one.labels),
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

function matches(rule: AuthorizationRule, src: MeshEnd, asked: Asked): boolean {
  return (
    (rule.from === undefined || rule.from.some(source => isSource(source, src))) &&
    (rule.to === undefined || rule.to.some(operation => isOperation(operation, asked)))
  );
}

/** Without a proxy a source has neither principal nor namespace: nothing positive holds, and everything negative does. */
function isSource(source: Source, src: MeshEnd): boolean {
  const principal = src.proxy
    ? `cluster.local/ns/${src.namespace ?? ''}/sa/${src.account ?? 'default'}`
    : undefined;
  const namespace = src.proxy ? src.namespace : undefined;
  const is = (given: readonly string[] | undefined, value: string | undefined): boolean =>
    given === undefined || (value !== undefined && given.some(pattern => fits(pattern, value)));
  const isNot = (given: readonly string[] | undefined, value: string | undefined): boolean =>
    given === undefined || value === undefined || !given.some(pattern => fits(pattern, value));
  return (
    is(source.principals, principal) &&
    isNot(source.notPrincipals, principal) &&
    is(source.namespaces, namespace) &&
    isNot(source.notNamespaces, namespace) &&
    (source.ipBlocks === undefined || source.ipBlocks.some(cidr => inBlock(cidr, src.address))) &&
    (source.notIpBlocks === undefined || !source.notIpBlocks.some(cidr => inBlock(cidr, src.address)))
  );
}

function isOperation({ ports, notPorts }: Operation, { port }: Asked): boolean {
  return (
    (ports === undefined || ports.includes(String(port))) &&
    (notPorts === undefined || !notPorts.includes(String(port)))
  );
}

/** Exact, by prefix, by suffix, or by being there. */
function fits(pattern: string, value: string): boolean {
  if (pattern === '*') return true;
  if (pattern.startsWith('*')) return value.endsWith(pattern.slice(1));
  return pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : value === pattern;
}
