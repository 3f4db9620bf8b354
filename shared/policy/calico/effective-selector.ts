// How written selectors become effective ones: keys gain prefixes, `all()` and `global()` speak of namespaces (calico.md 3.4, 3.6).
import type { JsonObject } from '../../base/json.ts';
import { refuse, textAt } from './fields.ts';
import { mapSelector, mentions, parseSelector, type Selector } from './selector.ts';

/** The label that every namespaced endpoint carries. */
export const NAMESPACE_LABEL = 'projectcalico.org/namespace';
/** Prefix of labels inherited from the namespace. */
export const NAMESPACE_PREFIX = 'pcns.';
/** Prefix of labels inherited from the service account. */
export const ACCOUNT_PREFIX = 'pcsa.';

/** Parses a selector text at a place; `global()` is refused, it is legal in a rule's namespaceSelector only. */
export function selectorAt(parent: JsonObject, key: string, pointer: string): Selector | undefined {
  const text = textAt(parent, key, pointer);
  if (text === undefined || text.trim() === '') return undefined;
  const parsed = parseSelector(text);
  if (!parsed.ok) return refuse(`${pointer}/${key}`, parsed.problem.message);
  if (mentions(parsed.value, 'global') && parsed.value.kind !== 'global')
    return refuse(`${pointer}/${key}`, '`global()` must stand alone');
  return parsed.value;
}

/** The selector with its label keys prefixed: how namespace and account labels reach an endpoint. */
export function prefixed(selector: Selector, prefix: string): Selector {
  return mapSelector(selector, leaf =>
    'label' in leaf ? { ...leaf, label: `${prefix}${leaf.label}` } : leaf,
  );
}

/** The selector with `all()` and `global()` meaning "has a namespace" and "has none". */
export function inNamespaces(selector: Selector): Selector {
  const has: Selector = { kind: 'has', label: NAMESPACE_LABEL };
  return mapSelector(selector, leaf => {
    if (leaf.kind === 'all') return has;
    return leaf.kind === 'global' ? { kind: 'not', operand: has } : leaf;
  });
}
