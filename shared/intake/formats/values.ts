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

/** The texts of an array. */
export function texts(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter(item => typeof item === 'string') : [];
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
  return PROTOCOLS[given.toLowerCase()] ?? given.toUpperCase();
}
