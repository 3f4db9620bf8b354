// Which policies have a say about each class of ends in one direction, as plans: classes with equal plans share a row.
import type {
  CompiledGate,
  CompiledPolicy,
  CompiledPolicySet,
  CompiledStage,
  Direction,
  UnsupportedPolicy,
} from '../../policy/compiled.ts';
import { truthOf } from '../../policy/end-test.ts';
import { rulesInTurn } from '../side-walk.ts';
import type { Deciders } from './deciders.ts';
import type { EndClasses } from './end-classes.ts';
import { gatesOf, type EndTests } from './end-tests.ts';
import { createViews, viewAt, viewRule, type View, type ViewedRule } from './rule-views.ts';
import type { RowGate, RowPlan, RowStage, Slot } from './sweep.ts';

/** A plan, and the key that is equal for classes that share it. */
export interface KeyedPlan {
  readonly key: string;
  readonly plan: () => RowPlan;
}

/** Gives the plan of a class. */
export type PlanOf = (subject: number) => KeyedPlan;

/** What a plan is made from. */
export interface PlanSources {
  readonly policies: CompiledPolicySet;
  readonly classes: EndClasses;
  readonly tests: EndTests;
  readonly deciders: Deciders;
}

interface Selected {
  readonly policy: CompiledPolicy;
  readonly number: number;
  readonly answer: number;
}

/** Prepares plans of one direction. */
export function createPlans(sources: PlanSources, direction: Direction): PlanOf {
  const { policies, classes, tests } = sources;
  const stages = gatesOf(policies).map((gate, at) => ({
    gate,
    open: at === 0 ? openTo(policies, direction) : [],
    stages: gate[direction].map(stage => ({ stage, byClass: selectedByClass(stage, sources, direction) })),
  }));
  const viewed = ruleViewer(sources, direction);
  return subject => {
    let key = '';
    for (const { stages: some, open } of stages) {
      for (const { byClass } of some) {
        for (const { policy, number, answer } of byClass[subject] ?? []) {
          key += `${number}:${answer}`;
          for (const rule of rulesOf(policy, direction)) {
            const view = viewed(rule).subject;
            if (view.at.length > 0) key += `.${viewAt(view, subject)}`;
          }
          key += ',';
        }
        key += ';';
      }
      key += `${openness(open, subject, classes, tests)}|`;
    }
    return {
      key,
      plan: () => {
        const slots: Slot[] = [];
        const gates = stages.map(({ gate, open, stages: some }): RowGate => ({
          stages: some.flatMap(({ stage, byClass }) =>
            stageOf(stage, byClass[subject] ?? [], direction, sources.deciders, viewed, slots),
          ),
          otherwise: gate.otherwise,
          decider: sources.deciders.ofDefault(direction, gate),
          open: openness(open, subject, classes, tests),
        }));
        return { slots, gates };
      },
    };
  };
}

type RuleViewer = (rule: CompiledPolicy['ingressRules'][number]) => ViewedRule;

function ruleViewer(sources: PlanSources, direction: Direction): RuleViewer {
  const kept = new Map<object, ViewedRule>();
  const viewsOf: (groups: readonly (readonly number[])[]) => View = createViews(sources.classes);
  return rule => {
    const before = kept.get(rule);
    if (before !== undefined) return before;
    const made = viewRule(rule, direction, sources.tests.factorOf(rule), viewsOf);
    kept.set(rule, made);
    return made;
  };
}

function rulesOf(policy: CompiledPolicy, direction: Direction): CompiledPolicy['ingressRules'] {
  return direction === 'ingress' ? policy.ingressRules : policy.egressRules;
}

function selectedByClass(
  stage: CompiledStage,
  { classes, tests }: PlanSources,
  direction: Direction,
): readonly (Selected[] | undefined)[] {
  const byClass: (Selected[] | undefined)[] = new Array<undefined>(classes.count).fill(undefined);
  stage.policies.forEach((policy, number) => {
    if (policy.staged || !policy[direction]) return;
    const asked = classes.answersOf(tests.targetOf(policy));
    asked.at.forEach((name, i) => {
      const selected = { policy, number, answer: asked.answers[i] ?? 0 };
      const before = byClass[name];
      if (before === undefined) byClass[name] = [selected];
      else before.push(selected);
    });
  });
  return byClass;
}

function stageOf(
  stage: CompiledStage,
  selected: readonly Selected[],
  direction: Direction,
  deciders: Deciders,
  viewed: RuleViewer,
  slots: Slot[],
): readonly RowStage[] {
  if (selected.length === 0) return [];
  const selecting = selected.map(({ policy, answer }) => ({ stage, policy, truth: truthOf(answer) }));
  const from = slots.length;
  for (const { policy, rule, truth } of rulesInTurn(selecting, direction, stage.mode))
    slots.push({
      rule: viewed(rule),
      action: rule.action,
      isSelected: truth === 'yes',
      decider: deciders.ofRule(direction, stage, policy, rule),
    });
  const closing = selecting.filter(({ policy }) => policy.leavesOpen?.includes(direction) !== true);
  return [
    {
      from,
      to: slots.length,
      selected: closing.some(one => one.truth === 'yes') ? 'yes' : closing.length > 0 ? 'unknown' : 'no',
      closes: stage.whenSelected === 'deny',
      decider: deciders.ofStage(direction, stage),
    },
  ];
}

function openTo(policies: CompiledPolicySet, direction: Direction): readonly UnsupportedPolicy[] {
  return [...policies.unsupported, ...policies.refused].filter(
    policy => policy.directions?.includes(direction) !== false,
  );
}

function openness(
  open: readonly UnsupportedPolicy[],
  subject: number,
  classes: EndClasses,
  tests: EndTests,
): RowGate['open'] {
  const touching = open.filter(policy => {
    const target = tests.openTargetOf(policy);
    return target === undefined || classes.answersOf(target).at.includes(subject);
  });
  if (touching.length === 0) return 'nothing';
  return touching.every(policy => policy.restrictsOnly === true) ? 'deny' : 'anything';
}

/** A gate as deciders know it. */
export type DecidingGate = Pick<CompiledGate, 'id' | 'otherwise'>;
