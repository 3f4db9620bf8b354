// Where something can be tagged to: every requirement and testing procedure, found by number or words; those that
// the selection suggests and those used last come first.
import type { Catalogue, Requirement } from '../../shared/catalogue/catalogue.ts';
import type { Engagement } from '../../shared/records/engagement.ts';

/** A requirement, or one testing procedure of it. */
export interface TagTarget {
  readonly id: string;
  readonly group: 'Suggested here' | 'Used last' | 'All requirements and procedures';
  readonly requirement: string;
  readonly procedure?: string;
  readonly title: string;
  readonly methods: string;
}

const LIMIT = 60;
const RECENT = 5;

/** Targets for a query, at most 60. */
export function findTargets(
  query: string,
  catalogue: Catalogue,
  engagement: Engagement,
  suggests: readonly string[],
): readonly TagTarget[] {
  const all = catalogue.requirements.filter(item => item.kind === 'requirement').flatMap(targetsOf);
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter(word => word !== '');
  const matches = (target: TagTarget): boolean => words.every(word => matchesWord(target, word));
  const found = all.filter(matches);
  const suggested = found.filter(target => suggests.includes(target.procedure ?? target.requirement));
  const recent = recentNumbers(engagement).flatMap(number =>
    found.filter(target => (target.procedure ?? target.requirement) === number),
  );
  return [
    ...group(suggested, 'Suggested here'),
    ...group(recent, 'Used last'),
    ...group(found, 'All requirements and procedures'),
  ].slice(0, LIMIT);
}

function targetsOf(requirement: Requirement): readonly TagTarget[] {
  const common = {
    group: 'All requirements and procedures' as const,
    requirement: requirement.number,
    title: requirement.title,
  };
  const procedures = requirement.procedures.map(procedure => ({
    ...common,
    id: procedure.number,
    procedure: procedure.number,
    methods: procedure.methods.join(', '),
  }));
  const single = procedures.some(target => target.procedure === requirement.number);
  return single ? procedures : [{ ...common, id: requirement.number, methods: '' }, ...procedures];
}

/** Numbers match from their start, so that `1.3` does not find `11.3`; words match anywhere. */
function matchesWord(target: TagTarget, word: string): boolean {
  const number = (target.procedure ?? target.requirement).toLowerCase();
  if (/^[a-z]?\d/.test(word)) return number.startsWith(word);
  return target.title.toLowerCase().includes(word) || target.methods.includes(word);
}

function recentNumbers(engagement: Engagement): readonly string[] {
  const numbers = engagement.tags.map(tag => tag.procedure ?? tag.requirement).reverse();
  return [...new Set(numbers)].slice(0, RECENT);
}

function group(targets: readonly TagTarget[], name: TagTarget['group']): readonly TagTarget[] {
  return targets.map(target => ({ ...target, group: name, id: `${name}:${target.id}` }));
}
