// Ends to which every question gets the same answer form a class. Groups of like ends are parted question by question;
// what is left together cannot be told apart by any policy.
import type { Endpoint, EndTest } from '../../policy/compiled.ts';
import type { Answers, EndGroups } from './end-groups.ts';

/** Classes, and who is answered what. */
export interface EndClasses {
  readonly count: number;
  /** The first end of each class. */
  readonly ends: readonly Endpoint[];
  /** Class of each group. */
  readonly ofGroup: Int32Array;
  /** Answers of a question by class. */
  answersOf(test: number): Answers;
  /** Answers of all questions by group. */
  readonly asked: readonly Answers[];
}

/** Parts the groups of ends by all questions. */
export function partEnds(groups: EndGroups, tests: readonly EndTest[]): EndClasses {
  const asked = tests.map(test => groups.ask(test));
  const part = partByKind(groups.ends);
  let parts = Math.max(0, ...part) + 1;
  for (const { at, answers } of asked) parts = split(part, parts, at, answers);
  return classesOf(groups, part, parts, asked);
}

/** The same parted further by questions that came later; the same classes, when none of them tells any apart. */
export function partFurther(before: EndClasses, groups: EndGroups, tests: readonly EndTest[]): EndClasses {
  const more = tests.slice(before.asked.length).map(test => groups.ask(test));
  if (more.length === 0) return before;
  const part = before.ofGroup.slice();
  let parts = before.count;
  for (const { at, answers } of more) parts = split(part, parts, at, answers);
  return classesOf(groups, part, parts, [...before.asked, ...more]);
}

function classesOf(
  groups: EndGroups,
  part: Int32Array,
  parts: number,
  asked: readonly Answers[],
): EndClasses {
  const { ofGroup, first } = renumber(part, parts);
  const ends = first.map(group => {
    const end = groups.ends[group];
    if (end === undefined) throw new Error('Invariant broken: a class has a first group');
    return end;
  });
  const kept: (Answers | undefined)[] = [];
  return {
    count: first.length,
    ends,
    ofGroup,
    asked,
    answersOf: test => (kept[test] ??= byClass(asked[test] ?? NOBODY, ofGroup, first)),
  };
}

const NOBODY: Answers = { at: [], answers: [] };

function partByKind(ends: readonly Endpoint[]): Int32Array {
  const kinds = new Map<string, number>();
  const part = new Int32Array(ends.length);
  ends.forEach((end, at) => {
    const kind = kinds.get(end.kind) ?? kinds.size;
    kinds.set(end.kind, kind);
    part[at] = kind;
  });
  return part;
}

/** Moves those with an answer to parts of their own, by old part and answer; returns how many parts there are. */
function split(part: Int32Array, parts: number, at: readonly number[], answers: readonly number[]): number {
  let count = parts;
  const moved = new Map<number, number>();
  for (let i = 0; i < at.length; i++) {
    const group = at[i] ?? 0;
    const key = (part[group] ?? 0) * MOST_ANSWERS + (answers[i] ?? 0);
    let to = moved.get(key);
    if (to === undefined) {
      to = count++;
      moved.set(key, to);
    }
    part[group] = to;
  }
  return count;
}

/** More different answers than any question has; keeps part and answer in one exact number. */
const MOST_ANSWERS = 2 ** 22;

function renumber(part: Int32Array, parts: number): { ofGroup: Int32Array; first: readonly number[] } {
  const names = new Int32Array(parts).fill(-1);
  const ofGroup = new Int32Array(part.length);
  const first: number[] = [];
  part.forEach((old, group) => {
    let name = names[old] ?? -1;
    if (name < 0) {
      name = first.push(group) - 1;
      names[old] = name;
    }
    ofGroup[group] = name;
  });
  return { ofGroup, first };
}

// Within a class all groups have one answer: that of its first group.
function byClass(asked: Answers, ofGroup: Int32Array, first: readonly number[]): Answers {
  const at: number[] = [];
  const answers: number[] = [];
  asked.at.forEach((group, i) => {
    const name = ofGroup[group] ?? 0;
    if (first[name] !== group) return;
    at.push(name);
    answers.push(asked.answers[i] ?? 0);
  });
  return { at, answers };
}
