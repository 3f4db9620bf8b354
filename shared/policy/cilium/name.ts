// Names as `toFQDNs` writes them (policy-semantics section 4): whole, or with stars. A star stands for letters of one label,
// none included; two at the start for one or more whole labels; alone it is any name. Nothing here resolves a name.
import { matchesStars } from '../../base/stars.ts';

/** Whether a name is one of those that a `matchPattern` stands for; letters of either case are alike. */
export function matchesPattern(pattern: string, name: string): boolean {
  const wanted = labelsOf(pattern);
  const given = labelsOf(name);
  const [first = '', ...rest] = wanted;
  if (rest.length === 0 && /^\*+$/.test(first)) return true;
  if (!/^\*{2,}$/.test(first)) return matchesLabels(wanted, given);
  return given.length > rest.length && matchesLabels(rest, given.slice(given.length - rest.length));
}

/** Whether a name is the one that `matchName` gives. */
export function matchesName(wanted: string, name: string): boolean {
  return labelsOf(wanted).join('.') === labelsOf(name).join('.');
}

function matchesLabels(wanted: readonly string[], given: readonly string[]): boolean {
  return wanted.length === given.length && wanted.every((label, at) => matchesStars(label, given[at] ?? ''));
}

function labelsOf(name: string): readonly string[] {
  return name.toLowerCase().replace(/\.$/, '').split('.');
}
