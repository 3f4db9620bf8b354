// Predicts each probe of a test plan, in the plan's order, and compares with what the plan expects.
import { printSpan } from '../base/source.ts';
import type { Protocol } from '../model/snapshot.ts';
import { chooseQuery } from './ends.ts';
import type { Outcome, SideVerdict, Simulator, Step } from './verdict.ts';

/** One line of a test plan. */
export interface PlannedProbe {
  readonly src: string;
  readonly dst: string;
  readonly protocol: Protocol;
  /** Absent for ICMP. */
  readonly port?: number;
  readonly expected?: Outcome;
}

/** The prediction for one probe. */
export interface ProbeResult extends PlannedProbe {
  readonly ingress: SideVerdict['verdict'];
  readonly egress: SideVerdict['verdict'];
  readonly verdict: Outcome;
  readonly because: readonly string[];
  readonly agrees?: boolean;
}

/** The document of the command line. */
export interface ProbeReport {
  readonly schema: 'vouch.probe/1';
  readonly probes: readonly ProbeResult[];
}

/** Predicts a plan. */
export function probe(simulator: Simulator, plan: readonly PlannedProbe[]): ProbeReport {
  return { schema: 'vouch.probe/1', probes: plan.map(planned => predict(simulator, planned)) };
}

function predict(simulator: Simulator, planned: PlannedProbe): ProbeResult {
  const chosen = chooseQuery(simulator, planned);
  if (!chosen.ok) {
    return withAgreement({
      ...planned,
      ingress: 'indeterminate',
      egress: 'indeterminate',
      verdict: 'indeterminate',
      because: [chosen.problem.message],
    });
  }
  const verdict = simulator.evaluate(chosen.value.query);
  return withAgreement({
    ...planned,
    ingress: verdict.ingress.verdict,
    egress: verdict.egress.verdict,
    verdict: verdict.outcome,
    because: [verdict.egress, verdict.ingress].flatMap(side =>
      side.steps.filter(step => step.decisive || step.action === 'indeterminate').map(printStep),
    ),
  });
}

function withAgreement(result: ProbeResult): ProbeResult {
  return result.expected === undefined ? result : { ...result, agrees: result.expected === result.verdict };
}

/** One step as a line: side, policy and rule, what it says, file and line. */
export function printStep(step: Step): string {
  const rule = step.rule === undefined ? '' : ` rule ${step.rule}`;
  const name = step.ruleName === undefined ? '' : ` "${step.ruleName}"`;
  const who = step.policy === undefined ? step.stage : `${step.policy}${rule}${name}`;
  const where = step.source === undefined ? '' : ` (${printSpan(step.source)})`;
  return `${step.direction}: ${step.action} by ${who}: ${step.text}${where}`;
}
