// One side of one pair of classes over all ports: the walk of side-walk.ts port by port instead of set by set, for a list
// of rules whose answers are known. Both must agree; a property test holds them together.
import type { PortTables } from './port-tables.ts';
import { DECIDED } from './port-tables.ts';
import type { PortMatch, ViewedRule } from './rule-views.ts';

/** A rule of a policy that selects (or may select) the subject. */
export interface Slot {
  readonly rule: ViewedRule;
  readonly action: 'allow' | 'deny' | 'pass' | 'log';
  /** False when it is open whether the policy selects the subject. */
  readonly isSelected: boolean;
  /** Number of the rule as decider. */
  readonly decider: number;
}

/** A stage that has a say about a subject: the places of its rules, and what ends it. */
export interface RowStage {
  readonly from: number;
  readonly to: number;
  readonly selected: 'yes' | 'no' | 'unknown';
  readonly closes: boolean;
  readonly decider: number;
}

/** A gate that has a say about a subject. */
export interface RowGate {
  readonly stages: readonly RowStage[];
  readonly otherwise: 'allow' | 'deny';
  readonly decider: number;
  /** Policies that were not understood may deny, or do anything. */
  readonly open: 'nothing' | 'deny' | 'anything';
}

/** Everything that decides about one subject in one direction. */
export interface RowPlan {
  readonly slots: readonly Slot[];
  readonly gates: readonly RowGate[];
}

/** Makes tables from the answers of the rules of a plan, in the order of its slots. */
export type Sweep = (plan: RowPlan, matches: readonly (PortMatch | undefined)[]) => number;

/** Makes a sweep into a store; scratch space is shared by all its tables. */
export function createSweep(tables: PortTables): Sweep {
  let starts = new Int32Array(256);
  let values = new Int32Array(256);
  return (plan, matches) => {
    const cuts = cutsOf(plan, matches);
    if (cuts.length + tables.universe.length > starts.length) {
      starts = new Int32Array(2 * (cuts.length + tables.universe.length));
      values = new Int32Array(starts.length);
    }
    let rows = 0;
    let next = 0;
    for (const { from, to } of tables.universe) {
      while (next < cuts.length && (cuts[next] ?? 0) <= from) next++;
      let key = from;
      let last = -1;
      for (;;) {
        const value = decideAt(plan, matches, key);
        if (value !== last) {
          starts[rows] = key;
          values[rows] = value;
          rows++;
          last = value;
        }
        while (next < cuts.length && cuts[next] === key) next++;
        const cut = cuts[next];
        if (cut === undefined || cut > to) break;
        key = cut;
        next++;
      }
    }
    return tables.keep(starts, values, rows);
  };
}

function cutsOf(plan: RowPlan, matches: readonly (PortMatch | undefined)[]): number[] {
  const cuts: number[] = [];
  for (let slot = 0; slot < plan.slots.length; slot++) {
    const match = matches[slot];
    if (match?.from === undefined) continue;
    for (const from of match.from) cuts.push(from);
    for (const to of match.to ?? []) cuts.push(to + 1);
  }
  return cuts.sort((a, b) => a - b);
}

const MAY_ALLOW = 1;
const MAY_DENY = 2;
const UNDECIDED = 4;

function decideAt(plan: RowPlan, matches: readonly (PortMatch | undefined)[], key: number): number {
  let best = -1;
  let decider = 0;
  let undecided = true;
  for (const gate of plan.gates) {
    const value = walkGate(gate, plan.slots, matches, key);
    const flags = value & 7;
    undecided &&= (flags & UNDECIDED) !== 0;
    const mayAllow = (flags & MAY_ALLOW) !== 0;
    const outcome = !mayAllow ? 0 : (flags & MAY_DENY) !== 0 ? 1 : 2;
    if (best >= 0 && outcome >= best) continue;
    best = outcome;
    decider = value >> 3;
  }
  const outcome = best === 2 ? DECIDED.allow : best === 1 ? DECIDED.indeterminate : 0;
  return decider * 8 + outcome + (undecided ? DECIDED.undecided : 0);
}

/** What may become of one port at one gate, as flags, and its first decider times 8. */
function walkGate(
  gate: RowGate,
  slots: readonly Slot[],
  matches: readonly (PortMatch | undefined)[],
  key: number,
): number {
  let may = 0;
  let decider = 0;
  let goesOn = true;
  for (const stage of gate.stages) {
    let isHere = true;
    let passes = false;
    for (let at = stage.from; at < stage.to && isHere; at++) {
      const match = matches[at];
      const slot = slots[at];
      if (match === undefined || slot === undefined || slot.action === 'log' || !covers(match, key)) continue;
      if (slot.action === 'allow') may |= MAY_ALLOW;
      else if (slot.action === 'deny') may |= MAY_DENY;
      else passes = true;
      if (!match.isSure || !slot.isSelected) continue;
      isHere = false;
      if (decider === 0 && slot.action !== 'pass') decider = slot.decider;
    }
    if (isHere && stage.closes && stage.selected !== 'no') {
      may |= MAY_DENY;
      if (stage.selected === 'yes') {
        isHere = false;
        if (decider === 0) decider = stage.decider;
      }
    }
    goesOn = isHere || passes;
    if (!goesOn) break;
  }
  if (goesOn) {
    may |= gate.otherwise === 'allow' ? MAY_ALLOW : MAY_DENY;
    if (decider === 0) ({ decider } = gate);
  }
  if (gate.open !== 'nothing') may |= gate.open === 'anything' ? MAY_ALLOW | MAY_DENY : MAY_DENY;
  return decider * 8 + may + (goesOn ? UNDECIDED : 0);
}

function covers(match: PortMatch, key: number): boolean {
  const { from, to } = match;
  if (from === undefined || to === undefined) return true;
  for (let i = 0; i < from.length; i++) if ((from[i] ?? 0) <= key && key <= (to[i] ?? 0)) return true;
  return false;
}
