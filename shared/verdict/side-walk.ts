// One walk of one side of a connection through the stages, over a set of ports: egress at the source or ingress at the
// destination. The first final answer wins; a rule that only may match leaves both answers possible, and a port for
// which both allow and deny stay possible is indeterminate (policy-semantics section 0, "never rounded").
import type { SourceSpan } from '../base/source.ts';
import type {
  CompiledPolicy,
  CompiledRule,
  CompiledStage,
  Direction,
  Endpoint,
  PortRange,
  RuleMatch,
  Truth,
  UnsupportedPolicy,
} from '../policy/compiled.ts';
import { intersectPorts, mergePorts, subtractPorts } from '../policy/port-set.ts';
import type { Step } from './verdict.ts';

/** A set of ports. */
export type Ports = readonly PortRange[];

/** Ports of one side by what they come to. */
export interface SideSets {
  readonly allow: Ports;
  readonly indeterminate: Ports;
  /** Ports for which no stage decided, so that the default after all stages holds (or may hold). */
  readonly undecided: Ports;
  /** Steps that let something through, or leave it open. */
  readonly because: readonly Step[];
}

/** Receives every step on the way; without one only the sets are made. */
export type RecordStep = (step: Step) => void;

/** A policy that selects (or may select) an end, in its stage. */
export interface SelectingPolicy {
  readonly stage: CompiledStage;
  readonly policy: CompiledPolicy;
  readonly truth: Truth;
}

/** A rule of a policy that selects an end. */
interface SelectingRule extends SelectingPolicy {
  readonly rule: CompiledRule;
}

/** A stage with those of its policies that have a say, and their rules in the order in which they are asked. */
interface SelectingStage {
  readonly stage: CompiledStage;
  readonly policies: readonly SelectingPolicy[];
  readonly rules: readonly SelectingRule[];
}

/** Every policy that has a say about one end in one direction, at one gate. */
export interface Selection {
  /** Enforced ones. */
  readonly policies: readonly SelectingPolicy[];
  /** Those that are only staged. */
  readonly staged: readonly SelectingPolicy[];
  readonly stages: readonly SelectingStage[];
  readonly open: readonly UnsupportedPolicy[];
}

/** What is asked of a side. */
export interface Question {
  readonly subject: Endpoint;
  readonly peer: Endpoint;
  readonly direction: Direction;
  readonly question: Ports;
  readonly record?: RecordStep;
}

/** The sets are what may still become of each port. */
interface Walk extends Question {
  mayAllow: Ports;
  mayDeny: Ports;
  readonly because: Step[];
}

/** Walks through all stages. */
export function walkSide(asked: Question, selection: Selection, otherwise: 'allow' | 'deny'): SideSets {
  const walk: Walk = { ...asked, mayAllow: [], mayDeny: [], because: [] };
  let rest = asked.question;
  for (const stage of selection.stages) {
    if (rest.length === 0 && walk.record === undefined) break;
    rest = walkStage(walk, stage, rest);
  }
  if (rest.length > 0) applyDefault(walk, otherwise, selection, rest);
  for (const policy of selection.open) leaveOpen(walk, policy);
  return {
    allow: subtract(walk.mayAllow, walk.mayDeny),
    indeterminate: intersect(walk.mayAllow, walk.mayDeny),
    undecided: rest,
    because: walk.because,
  };
}

/** The rules of a stage in the order in which they are asked: in a pool every deny comes before any allow. */
export function rulesInTurn(
  selecting: readonly SelectingPolicy[],
  direction: Direction,
  mode: CompiledStage['mode'],
): readonly SelectingRule[] {
  const all = selecting.flatMap(one => {
    const { policy } = one;
    if (policy.staged) return [];
    const rules = direction === 'ingress' ? policy.ingressRules : policy.egressRules;
    return rules.map(rule => ({ ...one, rule }));
  });
  const acting = (action: CompiledRule['action']): typeof all =>
    all.filter(({ rule }) => rule.action === action);
  switch (mode) {
    case 'ordered':
      return all;
    case 'union':
      return acting('allow');
    case 'pool':
      return [
        ...acting('deny'),
        ...acting('allow').filter(({ rule }) => rule.restricts !== true),
        ...acting('allow').filter(({ rule }) => rule.restricts === true),
      ];
  }
}

/** Returns the ports that go on to the next stage. */
function walkStage(walk: Walk, { stage, policies: selecting, rules }: SelectingStage, rest: Ports): Ports {
  let here = rest;
  let onwards: Ports = [];
  let selected: Truth = 'no';
  for (const { policy, truth } of selecting) {
    if (policy.staged) {
      note(walk, stage, policy, { text: 'staged: selects this end but is not enforced' });
      continue;
    }
    if (selected !== 'yes' && policy.leavesOpen?.includes(walk.direction) !== true) selected = truth;
  }
  for (const { policy, truth, rule } of rules) {
    if (here.length === 0 && (stage.mode === 'ordered' || walk.record === undefined)) break;
    const outcome = askRule(walk, stage, policy, truth, rule, here);
    here = outcome.here;
    onwards = union(onwards, outcome.passed);
  }
  return here.length === 0 ? onwards : union(onwards, endStage(walk, stage, selecting, selected, here));
}

function askRule(
  walk: Walk,
  stage: CompiledStage,
  policy: CompiledPolicy,
  selects: Truth,
  rule: CompiledRule,
  here: Ports,
): { here: Ports; passed: Ports } {
  const { subject, peer, direction, question } = walk;
  const match = rule.match(subject, peer, direction);
  const ports = match.ports === undefined ? here : intersect(here, match.ports);
  const covers =
    match.truth !== 'no' && (match.ports === undefined || intersect(question, match.ports).length > 0);
  if (!covers || ports.length === 0 || rule.action === 'log') {
    note(walk, stage, policy, {
      rule,
      ...fieldOf(match),
      text: covers ? matchedText(match, here.length > 0) : noMatchText(match),
    });
    return { here, passed: [] };
  }
  const truth: Truth = match.truth === 'yes' && selects === 'yes' ? 'yes' : 'unknown';
  if (rule.action === 'allow') walk.mayAllow = union(walk.mayAllow, ports);
  if (rule.action === 'deny') walk.mayDeny = union(walk.mayDeny, ports);
  const step = stepOf(walk, stage, policy, {
    rule,
    action: truth === 'yes' ? rule.action : 'indeterminate',
    decisive: truth === 'yes' && rule.action !== 'pass',
    text:
      truth === 'yes'
        ? restrictedText(match)
        : `may match: ${selects === 'yes' ? restrictedText(match) : 'whether the policy selects this end is open'}`,
    ...fieldOf(match),
    ...(match.restriction === undefined || rule.action !== 'allow' ? {} : { restriction: match.restriction }),
  });
  if (rule.action !== 'pass' && (rule.action === 'allow' || truth === 'unknown')) walk.because.push(step);
  walk.record?.(step);
  return {
    here: truth === 'yes' ? subtract(here, ports) : here,
    passed: rule.action === 'pass' ? ports : [],
  };
}

function endStage(
  walk: Walk,
  stage: CompiledStage,
  selecting: readonly SelectingPolicy[],
  selected: Truth,
  here: Ports,
): Ports {
  if (selected === 'no' || stage.whenSelected === 'next') {
    if (selected !== 'no')
      note(walk, stage, undefined, { text: 'no rule decided; the stage passes on', action: 'pass' });
    return here;
  }
  walk.mayDeny = union(walk.mayDeny, here);
  const closing = selecting
    .map(({ policy }) => policy)
    .filter(policy => !policy.staged && policy.leavesOpen?.includes(walk.direction) !== true);
  const names = closing.map(policy => policy.id);
  const first = closing[0];
  const only = names.length === 1 ? first : undefined;
  note(walk, stage, only, {
    action: selected === 'yes' ? 'deny' : 'indeterminate',
    decisive: selected === 'yes',
    text:
      selected === 'yes'
        ? `selected by ${names.join(', ')}; no rule allows it`
        : `may be selected by ${names.join(', ')}; then no rule allows it`,
    ...(first === undefined ? {} : { source: first.source }),
  });
  return selected === 'yes' ? [] : here;
}

function applyDefault(walk: Walk, otherwise: 'allow' | 'deny', selection: Selection, rest: Ports): void {
  if (otherwise === 'allow') walk.mayAllow = union(walk.mayAllow, rest);
  else walk.mayDeny = union(walk.mayDeny, rest);
  const isSelected = selection.policies.length > 0;
  const step: Step = {
    direction: walk.direction,
    stage: 'default',
    action: otherwise,
    decisive: true,
    text: isSelected
      ? `no stage decided: ${otherwise} by default`
      : `no policy selects ${walk.subject.id} for ${walk.direction}: ${otherwise} by default`,
  };
  if (otherwise === 'allow') walk.because.push(step);
  walk.record?.(step);
}

function leaveOpen(walk: Walk, policy: UnsupportedPolicy): void {
  walk.mayDeny = walk.question;
  if (policy.restrictsOnly !== true) walk.mayAllow = walk.question;
  const step: Step = {
    direction: walk.direction,
    stage: 'not simulated',
    policy: policy.id,
    action: 'indeterminate',
    decisive: false,
    text: policy.reason,
    source: policy.source,
  };
  walk.because.push(step);
  walk.record?.(step);
}

function note(walk: Walk, stage: CompiledStage, policy: CompiledPolicy | undefined, parts: StepParts): void {
  if (walk.record !== undefined) walk.record(stepOf(walk, stage, policy, parts));
}

function stepOf(
  walk: Walk,
  stage: CompiledStage,
  policy: CompiledPolicy | undefined,
  parts: StepParts,
): Step {
  const { rule, source } = parts;
  const at = rule?.source ?? source ?? policy?.source;
  return {
    direction: walk.direction,
    stage: stage.id,
    ...(policy === undefined ? {} : { policy: policy.id }),
    ...(rule === undefined ? {} : { rule: rule.index }),
    ...(rule?.name === undefined ? {} : { ruleName: rule.name }),
    ...(parts.field === undefined ? {} : { field: parts.field }),
    action: parts.action ?? 'none',
    decisive: parts.decisive ?? false,
    text: parts.text,
    ...(parts.restriction === undefined ? {} : { restriction: parts.restriction }),
    ...(at === undefined ? {} : { source: at }),
  };
}

interface StepParts {
  readonly rule?: CompiledRule;
  readonly action?: Step['action'];
  readonly decisive?: boolean;
  readonly text: string;
  readonly field?: string;
  readonly restriction?: string;
  readonly source?: SourceSpan;
}

function restrictedText(match: RuleMatch): string {
  return match.restriction === undefined ? match.text : `${match.text}; ${match.restriction}`;
}

function matchedText(match: RuleMatch, isOpen: boolean): string {
  return isOpen ? match.text : `${match.text}; already decided`;
}

function noMatchText(match: RuleMatch): string {
  if (match.truth === 'no' || match.ports === undefined) return match.text;
  const ports = match.ports.map(
    range => `${range.protocol} ${range.from}${range.to === range.from ? '' : `-${range.to}`}`,
  );
  return `${match.text}, but only ${ports.join(', ')}`;
}

function union(a: Ports, b: Ports): Ports {
  if (a.length === 0) return b;
  return b.length === 0 || a === b ? a : mergePorts([...a, ...b]);
}

function intersect(a: Ports, b: Ports): Ports {
  if (a === b || b.length === 0) return b;
  return a.length === 0 ? a : intersectPorts(a, b);
}

function subtract(a: Ports, b: Ports): Ports {
  if (a === b) return [];
  return a.length === 0 || b.length === 0 ? a : subtractPorts(a, b);
}

function fieldOf(match: RuleMatch): { readonly field?: string } {
  return match.field === undefined ? {} : { field: match.field };
}
