// Who settled a port, as numbers in tables: a rule, the end of a stage, or the default after all stages.
import { ensure } from '../../base/assert.ts';
import type { SourceSpan } from '../../base/source.ts';
import type {
  CompiledGate,
  CompiledPolicy,
  CompiledRule,
  CompiledStage,
  Direction,
} from '../../policy/compiled.ts';

/** Who settled a port of one side. */
export interface Decider {
  readonly direction: Direction;
  readonly stage: string;
  /** Absent when no rule matched: then the end of the stage decided, or the default. */
  readonly policy?: string;
  readonly rule?: number;
  readonly action: 'allow' | 'deny';
  readonly source?: SourceSpan;
}

/** The numbers; 0 stands for nobody (all stays open). */
export interface Deciders {
  ofRule(direction: Direction, stage: CompiledStage, policy: CompiledPolicy, rule: CompiledRule): number;
  ofStage(direction: Direction, stage: CompiledStage): number;
  ofDefault(direction: Direction, gate: Pick<CompiledGate, 'id' | 'otherwise'>): number;
  /** Undefined for 0. */
  at(number: number): Decider | undefined;
  /** True for the default after all stages. */
  isDefault(number: number): boolean;
}

/** Makes an empty list. */
export function createDeciders(): Deciders {
  const list: Decider[] = [];
  const known = { ingress: new Map<unknown, number>(), egress: new Map<unknown, number>() };
  const keep = (direction: Direction, thing: unknown, make: () => Decider): number => {
    const before = known[direction].get(thing);
    if (before !== undefined) return before;
    const number = list.push(make());
    known[direction].set(thing, number);
    return number;
  };
  return {
    ofRule: (direction, stage, policy, rule) =>
      keep(direction, rule, () => ({
        direction,
        stage: stage.id,
        policy: policy.id,
        rule: rule.index,
        action: rule.action === 'allow' ? 'allow' : 'deny',
        source: rule.source,
      })),
    ofStage: (direction, stage) =>
      keep(direction, `stage ${stage.id}`, () => ({ direction, stage: stage.id, action: 'deny' })),
    ofDefault: (direction, gate) =>
      keep(direction, `default ${gate.id}`, () => ({ direction, stage: 'default', action: gate.otherwise })),
    at: number => (number === 0 ? undefined : ensure(list[number - 1], 'a decider number comes from here')),
    isDefault: number => number !== 0 && list[number - 1]?.stage === 'default',
  };
}
