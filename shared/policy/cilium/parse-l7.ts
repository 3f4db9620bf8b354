// L7 rules of a port in words. A flow log row without method and path cannot be held against them, so they are a
// restriction of what the port lets through, never a verdict of their own (policy-semantics section 4).
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { failed, ok, type Result } from '../../base/result.ts';

/** One kind of L7 rules, in words. */
export interface L7Facts {
  readonly protocol: string;
  readonly text: string;
}

const PROTOCOLS = ['http', 'kafka', 'dns', 'l7'] as const;

/** Reads `rules`; undefined when there are none. */
export function parseL7(rules: JsonValue, where: string): Result<L7Facts | undefined> {
  if (!isObject(rules)) return refuse(`${where}.rules must be an object`);
  const given = PROTOCOLS.filter(protocol => (rules[protocol] ?? undefined) !== undefined);
  const proto = rules['l7proto'] ?? '';
  if (typeof proto !== 'string') return refuse(`${where}.rules.l7proto must be a text`);
  if (given.includes('l7') && proto === '') return refuse(`${where}.rules.l7 needs l7proto`);
  const kinds = [...given.filter(protocol => protocol !== 'l7'), ...(proto === '' ? [] : [proto])];
  const [protocol] = kinds;
  if (kinds.length > 1) return refuse(`${where}.rules: only one of ${kinds.join(', ')} may be given`);
  const unknown = Object.keys(rules).find(
    key => key !== 'l7proto' && !PROTOCOLS.some(known => known === key),
  );
  if (unknown !== undefined) return refuse(`${where}.rules.${unknown} is not known`);
  if (protocol === undefined) return ok(undefined);
  const list = rules[protocol === proto ? 'l7' : protocol] ?? [];
  if (!Array.isArray(list)) return refuse(`${where}.rules.${protocol} must be a list`);
  const items = (list as readonly JsonValue[]).filter(isObject);
  if (items.length === 0)
    return ok(protocol === proto ? { protocol, text: `only ${protocol} requests` } : undefined);
  return ok({ protocol, text: `only ${protocol.toUpperCase()} ${items.map(printItem).join(' or ')}` });
}

/** The fields of a rule in the order in which they are written by Cilium; none means every request. */
function printItem(item: JsonObject): string {
  const parts = Object.keys(item)
    .sort()
    .map(key => {
      const value = item[key];
      return `${key} ${typeof value === 'string' ? value : JSON.stringify(value ?? null)}`;
    });
  return parts.length === 0 ? 'any request' : parts.join(', ');
}

function refuse(message: string): Result<never> {
  return failed('policy.cilium.invalid', message);
}
