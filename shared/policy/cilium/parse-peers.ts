// The members of a rule's L3 part, `fromX` and `toX`, each with its reader (policy-semantics section 4).
// CIDRs may hold host bits (masked); exceptions must lie inside; entities must be known words.
import { coverOf, parseAddressRange, subtractRanges, type AddressRange } from '../../base/address.ts';
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { parseLabelSelector, printLabelSelector, type LabelSelector } from '../../base/label-selector.ts';
import { failed, ok, type Result } from '../../base/result.ts';
import type { Direction } from '../compiled.ts';
import { ENTITIES, type PeerFacts, type ServiceReference } from './facts.ts';
import { parseCiliumSelector } from './selector.ts';

/** One member of the L3 part. */
export interface PeerMember {
  readonly key: string;
  readonly direction: Direction;
  readonly parse: (item: JsonValue, field: string) => Result<PeerFacts>;
}

/** Every member that is known. */
export const PEER_MEMBERS: readonly PeerMember[] = [
  ...bothWays('Endpoints', parseEndpoints),
  ...bothWays('Entities', parseEntity),
  ...bothWays('CIDR', parseCidr),
  ...bothWays('CIDRSet', parseCidrSet),
  ...bothWays('Nodes', parseNodes),
  ...bothWays('Groups', parseGroups),
  { key: 'toServices', direction: 'egress', parse: parseService },
  { key: 'toFQDNs', direction: 'egress', parse: parseName },
];

function bothWays(name: string, parse: PeerMember['parse']): readonly PeerMember[] {
  return [
    { key: `from${name}`, direction: 'ingress', parse },
    { key: `to${name}`, direction: 'egress', parse },
  ];
}

function parseEndpoints(item: JsonValue, field: string): Result<PeerFacts> {
  const selector = parseCiliumSelector(item);
  if (!selector.ok) return selector;
  return ok({ kind: 'endpoints', field, text: selector.value.text, selector: selector.value });
}

function parseEntity(item: JsonValue, field: string): Result<PeerFacts> {
  const entity = ENTITIES.find(known => known === item);
  if (entity === undefined) return refuse(`unknown entity ${JSON.stringify(item)}`);
  return ok({ kind: 'entity', field, text: `entity ${entity}`, entity });
}

function parseCidr(item: JsonValue, field: string): Result<PeerFacts> {
  const range = typeof item === 'string' && !item.includes('-') ? parseAddressRange(item) : undefined;
  if (range === undefined || typeof item !== 'string') return refuse(`${JSON.stringify(item)} is not a CIDR`);
  return ok({ kind: 'block', field, text: item, ranges: [range] });
}

function parseCidrSet(item: JsonValue, field: string): Result<PeerFacts> {
  if (!isObject(item)) return refuse('must be an object');
  const cidr = item['cidr'] ?? undefined;
  const name = item['cidrGroupRef'] ?? undefined;
  const labels = item['cidrGroupSelector'] ?? undefined;
  if ([cidr, name, labels].filter(one => one !== undefined).length !== 1)
    return refuse('exactly one of cidr, cidrGroupRef and cidrGroupSelector is needed');
  const holes = parseExcept(item['except'] ?? []);
  if (!holes.ok) return holes;
  const except = holes.value.map(hole => hole.range);
  const minus = holes.value.length === 0 ? '' : ` except ${holes.value.map(hole => hole.text).join(', ')}`;
  if (cidr !== undefined) {
    const range = asBlock(cidr);
    if (range === undefined || typeof cidr !== 'string')
      return refuse(`${JSON.stringify(cidr)} is not a CIDR`);
    const outside = holes.value.find(hole => coverOf(range, hole.range) !== 'all');
    if (outside !== undefined) return refuse(`except ${outside.text} does not lie inside ${cidr}`);
    return ok({
      kind: 'block',
      field,
      text: `${cidr}${minus}`,
      ranges: subtractRanges([range], except),
    });
  }
  if (name !== undefined) {
    if (typeof name !== 'string' || name === '') return refuse('cidrGroupRef must be a name');
    return ok({ kind: 'cidr-group', field, text: `group ${name}${minus}`, group: name, except });
  }
  const selector = parseLabelSelector(labels);
  if (!selector.ok) return selector;
  const text = `groups ${printLabelSelector(selector.value)}${minus}`;
  return ok({ kind: 'cidr-group', field, text, group: selector.value, except });
}

function parseExcept(
  given: JsonValue,
): Result<readonly { readonly text: string; readonly range: AddressRange }[]> {
  if (!Array.isArray(given)) return refuse('except must be a list');
  const holes: { readonly text: string; readonly range: AddressRange }[] = [];
  for (const item of given as readonly JsonValue[]) {
    const range = asBlock(item);
    if (range === undefined || typeof item !== 'string')
      return refuse(`except ${JSON.stringify(item)} is not a CIDR`);
    holes.push({ text: item, range });
  }
  return ok(holes);
}

function asBlock(item: JsonValue): AddressRange | undefined {
  return typeof item === 'string' && item.includes('/') ? parseAddressRange(item) : undefined;
}

function parseNodes(item: JsonValue, field: string): Result<PeerFacts> {
  const selector = parseCiliumSelector(item);
  return selector.ok ? ok({ kind: 'nodes', field, text: `nodes ${selector.value.text}` }) : selector;
}

function parseGroups(item: JsonValue, field: string): Result<PeerFacts> {
  if (!isObject(item)) return refuse('must be an object');
  return ok({ kind: 'outside', field, text: 'a group of the cloud provider' });
}

function parseName(item: JsonValue, field: string): Result<PeerFacts> {
  const name = isObject(item) ? item['matchName'] : undefined;
  const pattern = isObject(item) ? item['matchPattern'] : undefined;
  const given = name ?? pattern ?? undefined;
  if (typeof given !== 'string' || given === '') return refuse('matchName or matchPattern is needed');
  const isPattern = name === undefined || name === null;
  const letters = isPattern ? /^[-a-zA-Z0-9_.*]+$/ : /^[-a-zA-Z0-9_.]+$/;
  if (!letters.test(given)) return refuse(`${JSON.stringify(given)} is no name`);
  return ok({ kind: 'name', field, text: `name ${given}`, name: given, pattern: isPattern });
}

function parseService(item: JsonValue, field: string): Result<PeerFacts> {
  const service = isObject(item) ? parseReference(item) : refuse('must be an object');
  if (!service.ok) return service;
  return ok({ kind: 'service', field, text: printReference(service.value), service: service.value });
}

function parseReference(item: JsonObject): Result<ServiceReference> {
  const byLabels = item['k8sServiceSelector'] ?? undefined;
  const byName = item['k8sService'] ?? undefined;
  const given = byLabels ?? byName;
  if (!isObject(given)) return refuse('k8sService or k8sServiceSelector is needed');
  const namespace = given['namespace'] ?? '';
  if (typeof namespace !== 'string') return refuse('namespace must be a text');
  const place = namespace === '' ? {} : { namespace };
  if (byLabels === undefined) {
    const name = given['serviceName'];
    return typeof name === 'string' && name !== ''
      ? ok({ kind: 'name', ...place, name })
      : refuse('k8sService.serviceName is needed');
  }
  const selector = parseLabelSelector(given['selector']);
  return selector.ok ? ok({ kind: 'labels', ...place, selector: selector.value }) : selector;
}

function printReference(service: ServiceReference): string {
  const namespace = service.namespace ?? '*';
  return service.kind === 'name'
    ? `Service ${namespace}/${service.name}`
    : `Services ${namespace}/${printLabelSelector(service.selector satisfies LabelSelector)}`;
}

function refuse(message: string): Result<never> {
  return failed('policy.cilium.invalid', message);
}
