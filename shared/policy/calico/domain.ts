// Domain names as rules write them (calico.md 3.5): exact, or with one `*` that stands for one or more whole labels and is
// never the last.
import { refuse } from './fields.ts';

/** Whether a name is one of those that a pattern stands for; letters of either case are alike. */
export function matchesDomain(pattern: string, name: string): boolean {
  const [wanted, given] = [labelsOf(pattern), labelsOf(name)];
  const star = wanted.indexOf('*');
  if (star < 0) return wanted.join('.') === given.join('.');
  const after = wanted.slice(star + 1);
  if (given.length < wanted.length) return false;
  return (
    wanted.slice(0, star).every((label, at) => label === given[at]) &&
    after.every((label, at) => label === given[given.length - after.length + at])
  );
}

/** The pattern in lower case; refuses one whose `*` is not a whole label, is not alone, or comes last. */
export function readDomain(text: string, pointer: string): string {
  const labels = labelsOf(text);
  const stars = labels.filter(label => label.includes('*'));
  const isOne = stars.length === 0 || (stars.length === 1 && stars[0] === '*' && labels.at(-1) !== '*');
  if (!isOne || labels.some(label => label === ''))
    refuse(
      pointer,
      `${JSON.stringify(text)} is no domain: one \`*\` may stand for whole labels, never the last`,
    );
  return labels.join('.');
}

function labelsOf(text: string): readonly string[] {
  return text.toLowerCase().replace(/\.$/, '').split('.');
}
