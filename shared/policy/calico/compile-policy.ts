// Compiles one Calico policy: whom it selects among pods and nodes, its rules, and the addresses that they tell apart.
// Where it stands is decided in compile.ts; policies of host endpoints are placed in host-stages.ts.
import type { AddressRange } from '../../base/address.ts';
import type {
  CompiledPolicy,
  CompiledRule,
  Direction,
  Endpoint,
  EndTest,
  Truth,
  UnsupportedPolicy,
} from '../compiled.ts';
import { answerOf } from '../end-test.ts';
import { isWorkload, selectsEnd, type RuleContext } from './entity.ts';
import { targetTest } from './factor.ts';
import { either, selectorTruth } from './labels.ts';
import type { CalicoPolicy, CalicoRule } from './policy-object.ts';
import type { PolicyOutline } from './read-policy.ts';
import { compileRule } from './rule.ts';
import { printSelector, type Selector } from './selector.ts';

/** Whom a selector is asked about: pods and guarded nodes, nodes alone, or pods by the host endpoint of their node. */
export type Subjects = 'own' | 'hosts' | 'forwarded';

/** How a rule is compiled; host endpoints see some traffic before its destination is translated. */
export type CompileRule = (rule: CalicoRule, direction: Direction) => CompiledRule;

/** Compiles a policy. */
export function compilePolicy(
  policy: CalicoPolicy,
  context: RuleContext,
  subjects: Subjects = 'own',
  compile: CompileRule = (rule, direction) => compileRule(rule, direction, context),
): CompiledPolicy {
  return {
    id: policy.id,
    kind: policy.kind,
    ...(policy.namespace === undefined ? {} : { namespace: policy.namespace }),
    name: policy.name,
    tier: policy.tier,
    ...(policy.order === undefined ? {} : { order: policy.order }),
    staged: policy.stagedAction !== undefined,
    ingress: policy.types.ingress,
    egress: policy.types.egress,
    ingressRules: policy.rules.ingress.map(rule => compile(rule, 'ingress')),
    egressRules: policy.rules.egress.map(rule => compile(rule, 'egress')),
    addresses: addressesIn(policy, context),
    source: policy.object.source,
    ...requireSelects(policy.selector, context, subjects),
  };
}

/** Whom a policy that was not understood could touch, as far as its outline tells. */
export function touchOf(
  outline: PolicyOutline,
  context: RuleContext,
): Pick<UnsupportedPolicy, 'selects' | 'target' | 'directions'> {
  const { selector, directions = DIRECTIONS, hostStage, forwarded } = outline;
  if (hostStage !== 'normal' && context.hosts.all.length === 0) return { directions: [] };
  if (selector === undefined)
    return hostStage === 'normal'
      ? { directions }
      : { directions, selects: end => (mayBeGuarded(end, context) ? 'unknown' : 'no') };
  const own = requireSelects(selector, context, hostStage === 'normal' ? 'own' : 'hosts');
  if (hostStage === 'normal' && !(forwarded && context.hosts.all.length > 0)) return { directions, ...own };
  const transit = requireSelects(selector, context, 'forwarded');
  return { directions, selects: end => either(own.selects(end), transit.selects(end)) };
}

/** Whom any of several texts could touch. */
export function touchOfAny(touches: readonly ReturnType<typeof touchOf>[]): ReturnType<typeof touchOf> {
  const [first, ...others] = touches;
  if (first === undefined || others.length === 0) return first ?? {};
  const asked = touches.flatMap(touch => touch.selects ?? []);
  return {
    directions: DIRECTIONS.filter(direction =>
      touches.some(touch => touch.directions?.includes(direction) !== false),
    ),
    ...(asked.length < touches.length
      ? {}
      : { selects: end => asked.map(selects => selects(end)).reduce(either, 'no') }),
  };
}

const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];

function mayBeGuarded(end: Endpoint, context: RuleContext): boolean {
  return (end.kind === 'host' || end.kind === 'pod') && context.hosts.at(end).length > 0;
}

function requireSelects(
  selector: Selector,
  context: RuleContext,
  subjects: Subjects,
): { readonly selects: (endpoint: Endpoint) => Truth; readonly target: EndTest } {
  const kept = new WeakMap<Endpoint, Truth>();
  const ask = askerOf(selector, context, subjects);
  const selects = (endpoint: Endpoint): Truth => {
    const before = kept.get(endpoint);
    if (before !== undefined) return before;
    const truth = ask(endpoint);
    kept.set(endpoint, truth);
    return truth;
  };
  if (subjects === 'own') return { selects, target: targetTest(selector, ask) };
  const key = `calico ${subjects} ${printSelector(selector)}`;
  return { selects, target: { key, labels: [], needs: [], ask: end => answerOf(ask(end)) } };
}

function askerOf(selector: Selector, context: RuleContext, subjects: Subjects): (end: Endpoint) => Truth {
  const { profile, hosts } = context;
  if (subjects === 'forwarded')
    return end => (isWorkload(end, profile) ? hosts.selects(selector, end) : 'no');
  return end => {
    if (end.kind === 'host') return hosts.selects(selector, end);
    if (subjects === 'hosts') return 'no';
    const isSubject = isWorkload(end, profile) || end.kind === 'host-endpoint';
    return isSubject ? selectsEnd(selector, end, context) : 'no';
  };
}

// Ranges that the rules tell apart: nets of both sides, and the sets that their selectors pick.
function addressesIn(policy: CalicoPolicy, context: RuleContext): readonly AddressRange[] {
  const ranges: AddressRange[] = [];
  for (const rule of [...policy.rules.ingress, ...policy.rules.egress]) {
    for (const entity of [rule.source, rule.destination]) {
      ranges.push(...entity.nets, ...entity.notNets);
      for (const selector of [entity.selector, entity.notSelector]) {
        if (selector === undefined) continue;
        for (const set of context.sets)
          if (selectorTruth(selector, set.labels) !== 'no') ranges.push(...set.ranges);
      }
    }
  }
  return ranges;
}
