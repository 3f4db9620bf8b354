// The label selectors that claim the CDE: as given (`PCI=true`, `team in (pay,card)`), or the family of keys that people
// use for it. A label is a claim of the customer; a negative value is a claim too, the opposite one.
import { compareText } from '../base/order.ts';
import type { JsonValue } from '../base/json.ts';
import { failed, type Result } from '../base/result.ts';
import {
  matchesLabels,
  parseLabelSelector,
  printLabelSelector,
  type LabelSelector,
} from '../base/label-selector.ts';
import type { Labels } from '../model/snapshot.ts';

/** What one set of labels says: texts such as `PCI=true` for and against. */
export interface LabelClaim {
  readonly yes: readonly string[];
  readonly no: readonly string[];
}

/** Reads the claim of a set of labels. */
export type ReadClaim = (labels: Labels) => LabelClaim;

/** Reads a selector as kubectl writes it: `k=v`, `k!=v`, `k in (a,b)`, `k notin (a,b)`, `k`, `!k`, joined by commas. */
export function parseScopeSelector(text: string): Result<LabelSelector> {
  const expressions: JsonValue[] = [];
  for (const term of text.split(/,(?![^(]*\))/).map(part => part.trim())) {
    const expression = expressionOf(term);
    if (expression === undefined)
      return failed('scope.selector', `cannot read "${term}" in the label selector "${text}"`);
    expressions.push(expression);
  }
  return parseLabelSelector({ matchExpressions: expressions });
}

/** The claim by given selectors: any that matches claims; one whose keys are there with other values denies. */
export function claimBySelectors(selectors: readonly LabelSelector[]): ReadClaim {
  return labels => ({
    yes: selectors
      .filter(selector => matchesLabels(selector, labels))
      .map(printLabelSelector)
      .sort(compareText),
    no: selectors
      .filter(selector => !matchesLabels(selector, labels) && speaksOf(selector, labels))
      .map(selector => printKeys(selector, labels))
      .sort(compareText),
  });
}

/** The claim by the usual keys: `pci`, `PCI`, `pci-scope`, `cardholder-data` ... with a true value, prefix or not. */
export function claimByUsualKeys(labels: Labels): LabelClaim {
  const yes: string[] = [];
  const no: string[] = [];
  for (const key of Object.keys(labels).sort(compareText)) {
    const value = labels[key] ?? '';
    if (!isUsualKey(key)) continue;
    if (TRUE_VALUES.has(value.toLowerCase())) yes.push(`${key}=${value}`);
    else if (FALSE_VALUES.has(value.toLowerCase())) no.push(`${key}=${value}`);
  }
  return { yes, no };
}

/** The usual keys in their plain form, for saying what was assumed. */
export const USUAL_CLAIMS: readonly string[] = [
  'cardholder-data',
  'cardholder-data-environment',
  'cde',
  'chd',
  'in-pci-scope',
  'pci',
  'pci-dss',
  'pci-in-scope',
  'pci-scope',
  'pcidss',
].map(key => `${key}=true`);

const USUAL_KEYS = new Set(USUAL_CLAIMS.map(claim => claim.replace('=true', '')));
const TRUE_VALUES = new Set(['true', 'yes', 'y', '1', 'on', 'in', 'in-scope', 'inscope', 'cde']);
const FALSE_VALUES = new Set(['false', 'no', 'n', '0', 'off', 'out', 'out-of-scope', 'none']);

function isUsualKey(key: string): boolean {
  const name = key.slice(key.lastIndexOf('/') + 1);
  return USUAL_KEYS.has(name.toLowerCase().replaceAll(/[_.]/g, '-'));
}

function expressionOf(term: string): JsonValue | undefined {
  const listed = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(term);
  if (listed !== null) {
    const [, key = '', operator, values = ''] = listed;
    const items = values.split(',').map(value => value.trim());
    return { key, operator: operator === 'in' ? 'In' : 'NotIn', values: items };
  }
  const compared = /^([^\s=!]+)\s*(==|=|!=)\s*([^\s=!]*)$/.exec(term);
  if (compared !== null) {
    const [, key = '', operator, value = ''] = compared;
    return { key, operator: operator === '!=' ? 'NotIn' : 'In', values: [value] };
  }
  const bare = /^(!?)\s*([^\s=!()]+)$/.exec(term);
  return bare === null
    ? undefined
    : { key: bare[2] ?? '', operator: bare[1] === '!' ? 'DoesNotExist' : 'Exists' };
}

function speaksOf(selector: LabelSelector, labels: Labels): boolean {
  return (
    selector.requirements.length > 0 && selector.requirements.every(item => Object.hasOwn(labels, item.key))
  );
}

function printKeys(selector: LabelSelector, labels: Labels): string {
  return selector.requirements.map(item => `${item.key}=${labels[item.key] ?? ''}`).join(',');
}
