// Small readers of foreign JSON members: what is missing or of another type is empty, never guessed.
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';

/** A text, or ''. */
export function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** A text, with `-` meaning absent. */
export function name(value: JsonValue | undefined): string {
  return typeof value === 'string' && value !== '-' ? value : '';
}

/** A number (also when written as text), or the given one. */
export function number(value: JsonValue | undefined, otherwise = 0): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  return otherwise;
}

/** An object, or an empty one. */
export function object(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** The texts of a list, also where only one was written, or all of them in one text with `, ` between them. */
export function listed(value: JsonValue | undefined): readonly string[] {
  return typeof value === 'string'
    ? name(value)
        .split(', ')
        .filter(item => item !== '')
    : texts(value);
}

/** An object of members under dotted keys: `policies.all_policies` becomes a member of `policies`. */
export function nested(members: readonly (readonly [string, JsonValue])[]): JsonObject {
  const made: Record<string, JsonValue> = {};
  for (const [key, value] of members) {
    const dot = key.indexOf('.');
    const [outer, inner] = dot < 0 ? [key, ''] : [key.slice(0, dot), key.slice(dot + 1)];
    if (outer === '__proto__' || inner === '__proto__') continue;
    made[outer] = inner === '' ? value : { ...object(made[outer]), [inner]: value };
  }
  return made;
}

/** Milliseconds since 1970 of a time in seconds, in milliseconds, or in words; NaN where it is none. */
export function timeOf(value: JsonValue | undefined): number {
  const given = number(value, Number.NaN);
  if (!Number.isNaN(given)) return given > LAST_SECOND ? given : given * 1000;
  const words = text(value);
  const kibana = KIBANA_TIME.exec(words);
  if (kibana === null) return Date.parse(words);
  return Date.parse(`${kibana[2] ?? ''} ${kibana[1] ?? ''} ${kibana[3] ?? ''} ${kibana[4] ?? ''} UTC`);
}

const LAST_SECOND = 99_999_999_999;
/** `Mar 1, 2026 @ 08:00:00.000`, in the time zone of the browser, which the text does not tell. */
const KIBANA_TIME = /^([A-Z][a-z]{2}) (\d{1,2}), (\d{4}) @ (\d\d:\d\d:\d\d(?:\.\d+)?)$/;

/** The texts of an array. */
export function texts(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter(item => typeof item === 'string') : [];
}

/** What a table says of a foreign word; names that every object has (`constructor`) are no words of ours. */
export function known<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}

const PROTOCOLS: Readonly<Record<string, string>> = {
  '1': 'ICMP',
  '6': 'TCP',
  '17': 'UDP',
  '58': 'ICMPV6',
  icmp6: 'ICMPV6',
  'ipv6-icmp': 'ICMPV6',
  '132': 'SCTP',
};

/** The name of a protocol in capitals, given its name or IANA number; a number without a name we use stays one. */
export function protocolName(given: string): string {
  return known(PROTOCOLS, given.toLowerCase()) ?? given.toUpperCase();
}
