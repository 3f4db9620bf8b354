// How one rule sees every class of ends, and what it answers about a pair of views: asked once, then remembered.
import type { CompiledRule, Direction, Endpoint, RuleMatch } from '../../policy/compiled.ts';
import { portKey } from './port-tables.ts';
import type { EndClasses } from './end-classes.ts';
import type { Answers } from './end-groups.ts';
import type { RuleTests } from './end-tests.ts';

/** The view of every class: most have `usual`, the others are listed. */
export interface View {
  readonly usual: number;
  /** A class with the usual view. */
  readonly usualEnd: Endpoint | undefined;
  readonly at: readonly number[];
  readonly views: readonly number[];
}

/** What a rule answers, with ports as keys; undefined for a rule that does not match. */
export interface PortMatch {
  readonly isSure: boolean;
  /** Absent = every port. First keys and last keys of ranges. */
  readonly from?: readonly number[];
  readonly to?: readonly number[];
}

/** Makes views; equal lists of questions share one. */
export function createViews(classes: EndClasses): (groups: readonly (readonly number[])[]) => View {
  const kept = new Map<string, View>();
  return groups => {
    const key = groups.map(group => group.join()).join(';');
    const before = kept.get(key);
    if (before !== undefined) return before;
    const view = viewOf(classes, groups);
    kept.set(key, view);
    return view;
  };
}

function viewOf(classes: EndClasses, groups: readonly (readonly number[])[]): View {
  const [group, ...more] = groups;
  if (group === undefined) return { usual: 0, usualEnd: classes.ends[0], at: [], views: [] };
  if (more.length === 0) {
    const { at, answers } = largestOf(classes, group);
    if (at.length * 2 <= classes.count) return sparse(classes, at, answers);
  }
  const full = new Int32Array(classes.count);
  const names = new Map<string, number>();
  groups.forEach((tests, index) => {
    const answers = largest(classes, tests);
    if (index === 0) full.set(answers);
    else combine(full, answers, names, index);
  });
  return dense(classes, full);
}

function sparse(classes: EndClasses, at: readonly number[], views: readonly number[]): View {
  let usual = 0;
  while (at[usual] === usual) usual++;
  return { usual: 0, usualEnd: classes.ends[usual], at, views };
}

/** The largest answers of a group, where any is not 0. */
function largestOf(classes: EndClasses, tests: readonly number[]): Answers {
  return tests.map(test => classes.answersOf(test)).reduce(merged, NOBODY);
}

const NOBODY: Answers = { at: [], answers: [] };

function merged(a: Answers, b: Answers): Answers {
  const at: number[] = [];
  const answers: number[] = [];
  let x = 0;
  let y = 0;
  while (x < a.at.length || y < b.at.length) {
    const left = a.at[x] ?? Infinity;
    const right = b.at[y] ?? Infinity;
    at.push(Math.min(left, right));
    answers.push(Math.max(left <= right ? (a.answers[x] ?? 0) : 0, right <= left ? (b.answers[y] ?? 0) : 0));
    if (left <= right) x++;
    if (right <= left) y++;
  }
  return { at, answers };
}

function largest(classes: EndClasses, tests: readonly number[]): Int32Array {
  const full = new Int32Array(classes.count);
  const { at, answers } = largestOf(classes, tests);
  for (let i = 0; i < at.length; i++) full[at[i] ?? 0] = answers[i] ?? 0;
  return full;
}

function combine(full: Int32Array, more: Int32Array, names: Map<string, number>, index: number): void {
  for (let at = 0; at < full.length; at++) {
    const key = `${index} ${full[at] ?? 0} ${more[at] ?? 0}`;
    const name = names.get(key) ?? names.size;
    names.set(key, name);
    full[at] = name;
  }
}

function dense(classes: EndClasses, full: Int32Array): View {
  const counts = new Map<number, number>();
  for (const view of full) counts.set(view, (counts.get(view) ?? 0) + 1);
  let usual = 0;
  let most = -1;
  for (const [view, count] of counts) {
    if (count <= most) continue;
    usual = view;
    most = count;
  }
  const at: number[] = [];
  const views: number[] = [];
  let usualEnd: Endpoint | undefined;
  full.forEach((view, name) => {
    if (view === usual) usualEnd ??= classes.ends[name];
    else {
      at.push(name);
      views.push(view);
    }
  });
  return { usual, usualEnd, at, views };
}

/** A rule ready to be asked about views. */
export interface ViewedRule {
  readonly rule: CompiledRule;
  readonly subject: View;
  readonly peer: View;
  ask(subjectView: number, peerView: number, subject: Endpoint, peer: Endpoint): PortMatch | undefined;
}

/** Prepares a rule. */
export function viewRule(
  rule: CompiledRule,
  direction: Direction,
  tests: RuleTests,
  viewsOf: (groups: readonly (readonly number[])[]) => View,
): ViewedRule {
  const known = new Map<number, PortMatch | undefined>();
  return {
    rule,
    subject: viewsOf(tests.subject),
    peer: viewsOf(tests.peer),
    ask: (subjectView, peerView, subject, peer) => {
      const key = subjectView * MOST_VIEWS + peerView;
      const before = known.get(key);
      if (before !== undefined || known.has(key)) return before;
      const match = portMatch(rule.match(subject, peer, direction));
      known.set(key, match);
      return match;
    },
  };
}

/** More views than there are classes; keeps a pair of them one exact number. */
const MOST_VIEWS = 2 ** 26;

function portMatch(match: RuleMatch): PortMatch | undefined {
  if (match.truth === 'no') return undefined;
  const isSure = match.truth === 'yes';
  if (match.ports === undefined) return { isSure };
  return {
    isSure,
    from: match.ports.map(range => portKey(range.protocol, range.from)),
    to: match.ports.map(range => portKey(range.protocol, range.to)),
  };
}

/** The view of one class. */
export function viewAt(view: View, name: number): number {
  let low = 0;
  let high = view.at.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = view.at[middle] ?? 0;
    if (found === name) return view.views[middle] ?? 0;
    if (found < name) low = middle + 1;
    else high = middle - 1;
  }
  return view.usual;
}
