// Reads a CiliumNetworkPolicy or CiliumClusterwideNetworkPolicy: `spec` and every item of `specs`, whole or not at all.
// What Cilium itself refuses is a problem here (policy-semantics section 4); so is a field that is not known.
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { failed, ok, type Result } from '../../base/result.ts';
import type { KubernetesObject } from '../../model/object.ts';
import type { Direction } from '../compiled.ts';
import { directionOf, type RuleFacts, type Section, type SpecFacts } from './facts.ts';
import { parseRule } from './parse-rule.ts';
import { parseCiliumSelector } from './selector.ts';

/** Reads all rules of a policy. */
export function parseCiliumPolicy(object: KubernetesObject): Result<readonly SpecFacts[]> {
  const places = specsOf(object);
  if (!places.ok) return places;
  if (places.value.length === 0) return refuse('a policy needs spec or specs');
  const facts: SpecFacts[] = [];
  for (const { pointer, value } of places.value) {
    const read = parseSpec(pointer, value, object.kind);
    if (!read.ok) return read;
    facts.push(read.value);
  }
  return ok(facts);
}

/** The subject of every spec that can be read; undefined when one cannot. */
export function parseSubjects(object: KubernetesObject): readonly SpecFacts['subject'][] | undefined {
  const places = specsOf(object);
  if (!places.ok) return undefined;
  const subjects = places.value.map(({ pointer, value }) => parseSubject(value, pointer, object.kind));
  const read = subjects.flatMap(subject => (subject.ok ? [subject.value] : []));
  return read.length === subjects.length && read.length > 0 ? read : undefined;
}

interface Place {
  readonly pointer: string;
  readonly value: JsonObject;
}

function specsOf(object: KubernetesObject): Result<readonly Place[]> {
  const places: Place[] = [];
  const spec = object.body['spec'] ?? undefined;
  const specs = object.body['specs'] ?? [];
  if (spec !== undefined) {
    if (!isObject(spec)) return refuse('spec must be an object');
    places.push({ pointer: '/spec', value: spec });
  }
  if (!Array.isArray(specs)) return refuse('specs must be a list');
  for (const [index, item] of (specs as readonly JsonValue[]).entries()) {
    if (!isObject(item)) return refuse(`specs[${index}] must be an object`);
    places.push({ pointer: `/specs/${index}`, value: item });
  }
  return ok(places);
}

const SECTIONS: readonly Section[] = ['ingress', 'ingressDeny', 'egress', 'egressDeny'];
const KNOWN = new Set<string>([
  ...SECTIONS,
  'endpointSelector',
  'nodeSelector',
  'enableDefaultDeny',
  'description',
  'labels',
  'log',
]);

function parseSpec(pointer: string, spec: JsonObject, kind: string): Result<SpecFacts> {
  const place = pointer.slice(1).replace(/\/(\d+)$/, '[$1]');
  const unknown = Object.keys(spec).find(key => !KNOWN.has(key));
  if (unknown !== undefined) return refuse(`${place}: field ${unknown} is not known`);
  const subject = parseSubject(spec, pointer, kind);
  if (!subject.ok) return subject;
  const rules: RuleFacts[] = [];
  for (const section of SECTIONS) {
    const given = spec[section] ?? [];
    if (!Array.isArray(given)) return refuse(`${place}.${section} must be a list`);
    for (const [index, item] of (given as readonly JsonValue[]).entries()) {
      const rule = parseRule(item ?? {}, section, index, `${place}.${section}[${index}]`);
      if (!rule.ok) return rule;
      if (subject.value.kind === 'nodes' && rule.value.parts.some(part => part.restriction?.startsWith('L7')))
        return refuse(`${place}.${section}[${index}]: host policies take no L7 rules`);
      rules.push(rule.value);
    }
  }
  const closes = parseDefaultDeny(spec['enableDefaultDeny'] ?? {}, rules, place);
  if (!closes.ok) return closes;
  const acts = (direction: Direction): boolean =>
    rules.length > 0 &&
    (closes.value[direction] || rules.some(rule => directionOf(rule.section) === direction));
  return ok({
    pointer,
    subject: subject.value,
    rules,
    closes: closes.value,
    acts: { ingress: acts('ingress'), egress: acts('egress') },
    body: spec,
  });
}

function parseSubject(spec: JsonObject, pointer: string, kind: string): Result<SpecFacts['subject']> {
  const place = pointer.slice(1).replace(/\/(\d+)$/, '[$1]');
  const pods = spec['endpointSelector'] ?? undefined;
  const nodes = spec['nodeSelector'] ?? undefined;
  if (pods !== undefined && nodes !== undefined)
    return refuse(`${place}: endpointSelector and nodeSelector exclude each other`);
  if (pods === undefined && nodes === undefined)
    return refuse(`${place}: one of endpointSelector and nodeSelector is needed`);
  if (nodes !== undefined && kind === 'CiliumNetworkPolicy')
    return refuse(`${place}.nodeSelector: only a CiliumClusterwideNetworkPolicy selects nodes`);
  const word = pods === undefined ? 'nodeSelector' : 'endpointSelector';
  const selector = parseCiliumSelector(pods ?? nodes);
  if (!selector.ok) return refuse(`${place}.${word}: ${selector.problem.message}`);
  return ok({ kind: pods === undefined ? 'nodes' : 'pods', selector: selector.value });
}

/** A direction closes as soon as it has a section, unless the policy says otherwise. */
function parseDefaultDeny(
  given: JsonValue,
  rules: readonly RuleFacts[],
  place: string,
): Result<SpecFacts['closes']> {
  if (!isObject(given)) return refuse(`${place}.enableDefaultDeny must be an object`);
  const closes = { ingress: false, egress: false };
  for (const direction of ['ingress', 'egress'] as const) {
    const asked = given[direction] ?? undefined;
    if (asked !== undefined && typeof asked !== 'boolean')
      return refuse(`${place}.enableDefaultDeny.${direction} must be true or false`);
    closes[direction] = asked ?? rules.some(rule => directionOf(rule.section) === direction);
  }
  return ok(closes);
}

function refuse(message: string): Result<never> {
  return failed('policy.cilium.invalid', message);
}
