// PeerAuthentication: STRICT refuses what comes without the mesh's certificate (policy-semantics section 5). A workload's
// own object wins over its namespace's, that over the root's; of several the oldest, and where ages do not tell, none.
import { millisecondsOf, parseInstant } from '../../base/instant.ts';
import type { KubernetesObject } from '../../model/object.ts';
import { textAt } from '../../model/read.ts';
import type { CompiledPolicy, CompiledRule, Endpoint, PortRange } from '../compiled.ts';
import { allPortsOf, intersectPorts, mergePorts, subtractPorts } from '../port-set.ts';
import { onePort } from './context.ts';
import { isMember } from './mesh-membership.ts';
import { outline, type ReadPolicy } from './outline.ts';
import type { PeerAuthenticationFacts } from './read.ts';

type Item = ReadPolicy<PeerAuthenticationFacts>;
type Ports = readonly PortRange[];

const TCP: Ports = [allPortsOf('TCP')];

/** One policy for each object that may decide; `unread` are those that could not be read, and might. */
export function strictPolicies(
  all: readonly Item[],
  unread: readonly KubernetesObject[],
  root: string,
): readonly CompiledPolicy[] {
  const mesh: Mesh = { all, unread, root, known: new WeakMap() };
  return all.map(item => ({
    ...outline(item.object),
    staged: false,
    ingressRules: [strictRule(item, mesh, 'sure'), strictRule(item, mesh, 'perhaps')],
    selects: (end: Endpoint) => (portsOf(item, mesh, end).length === 0 ? 'no' : isMember(end)),
  }));
}

/** How strict the mesh is with one workload. */
interface Strictness {
  /** Strict whichever of equal objects decides. */
  readonly sure: Ports;
  /** Strict only if some of them do. */
  readonly perhaps: Ports;
  /** Ports that an object makes strict, where it decides. */
  readonly by: ReadonlyMap<Item, Ports>;
}

interface Mesh {
  readonly all: readonly Item[];
  readonly unread: readonly KubernetesObject[];
  readonly root: string;
  readonly known: WeakMap<Endpoint, Strictness>;
}

function strictRule(item: Item, mesh: Mesh, which: 'sure' | 'perhaps'): CompiledRule {
  return {
    index: 0,
    action: 'deny',
    source: item.object.source,
    match: (subject, peer) => {
      const ports = intersectPorts(portsOf(item, mesh, subject), strictnessOf(mesh, subject)[which]);
      const member = isMember(peer);
      if (member === 'yes' || ports.length === 0)
        return { truth: 'no', text: `${peer.id} speaks mutual TLS, or it is not asked for`, field: 'mtls' };
      const why =
        which === 'sure' ? '' : ', if this object decides: its age or a refused one leaves that open';
      const text = `STRICT: ${peer.id} ${member === 'no' ? 'has no proxy' : 'may have no proxy'}${why}`;
      return { truth: member === 'no' && which === 'sure' ? 'yes' : 'unknown', ports, text, field: 'mtls' };
    },
  };
}

function portsOf(item: Item, mesh: Mesh, end: Endpoint): Ports {
  return strictnessOf(mesh, end).by.get(item) ?? [];
}

const NOTHING: Strictness = { sure: [], perhaps: [], by: new Map() };

function strictnessOf(mesh: Mesh, end: Endpoint): Strictness {
  if (end.kind !== 'pod' || isMember(end) === 'no') return NOTHING;
  const before = mesh.known.get(end);
  if (before !== undefined) return before;
  const made = readStrictness(mesh, end);
  mesh.known.set(end, made);
  return made;
}

function readStrictness({ all, unread, root }: Mesh, end: Endpoint): Strictness {
  // ztunnel always speaks mutual TLS and passes over objects that would switch it off.
  const heeded = end.mesh?.how === 'ambient' ? all.filter(({ facts }) => facts.mode !== 'DISABLE') : all;
  const whole = (namespace: string | undefined): readonly (Item | undefined)[] =>
    deciding(
      heeded.filter(
        ({ object, facts }) => object.meta.namespace === namespace && Object.keys(facts.labels).length === 0,
      ),
    );
  // In the root namespace only objects without a selector count.
  const own = deciding(
    heeded.filter(
      ({ object, facts }) =>
        object.meta.namespace === end.namespace && end.namespace !== root && isFor(facts, end),
    ),
  );
  const outcomes = own.flatMap(first =>
    whole(end.namespace).flatMap(second => whole(root).map(third => strictBy(first, second, third))),
  );
  const by = new Map<Item, Ports>();
  for (const [item, ports] of outcomes.flat()) by.set(item, mergePorts([...(by.get(item) ?? []), ...ports]));
  const any = mergePorts([...by.values()].flat());
  const always = outcomes
    .map(outcome => mergePorts(outcome.flatMap(([, ports]) => ports)))
    .reduce((rest, ports) => intersectPorts(rest, ports), TCP);
  const isDoubtful = unread.some(({ meta }) => meta.namespace === root || meta.namespace === end.namespace);
  const sure = isDoubtful ? [] : always;
  return { sure, perhaps: subtractPorts(any, sure), by };
}

/** The ports that each of a workload's three objects makes strict. */
function strictBy(
  own: Item | undefined,
  namespace: Item | undefined,
  root: Item | undefined,
): readonly (readonly [Item, Ports])[] {
  const base = [own, namespace, root].find(item => item !== undefined && item.facts.mode !== 'UNSET');
  const single = [...(own?.facts.ports ?? [])].filter(([, mode]) => mode !== 'UNSET');
  const others = subtractPorts(
    TCP,
    single.map(([port]) => onePort(port)),
  );
  const strictly = single.filter(([, mode]) => mode === 'STRICT').map(([port]) => onePort(port));
  return [
    ...(own === undefined || strictly.length === 0 ? [] : [[own, mergePorts(strictly)] as const]),
    ...(base?.facts.mode === 'STRICT' ? [[base, others] as const] : []),
  ];
}

/** Those of one scope that may be its oldest; nothing where there is none. */
function deciding(items: readonly Item[]): readonly (Item | undefined)[] {
  const ages = items.map(({ object }) => ageOf(object));
  const oldest = Math.min(...ages.flatMap(age => age ?? []));
  const left = items.filter((_, at) => {
    const age = ages[at];
    return age === undefined || age === oldest;
  });
  return left.length === 0 ? [undefined] : left;
}

function ageOf(object: KubernetesObject): number | undefined {
  const written = textAt(object.body, 'metadata', 'creationTimestamp');
  const instant = written === undefined ? undefined : parseInstant(written);
  return instant === undefined ? undefined : millisecondsOf(instant);
}

function isFor({ labels }: PeerAuthenticationFacts, end: Endpoint): boolean {
  const asked = Object.entries(labels);
  return asked.length > 0 && asked.every(([key, value]) => end.labels[key] === value);
}
