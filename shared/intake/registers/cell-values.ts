// What cells mean, by the type of their column. A cell that says nothing (`-`, `n/a`, `tbd`) is empty, whatever its
// column; one that cannot be read has no value, and no value is ever guessed.
import type { RegisterPorts, RegisterProtocol } from '../../model/register.ts';
import type { Protocol } from '../../model/snapshot.ts';
import type { CellType } from './definition.ts';
import { parseDate, type DateOrder } from './dates.ts';

/** A cell that could be read, or why it could not. */
export type CellValue = { readonly value: unknown } | { readonly fault: string };

/** How the dates of a table are written, and whether a column says that its times are UTC. */
export interface CellContext {
  readonly order: DateOrder;
  readonly utc: boolean;
}

/** Reads a trimmed cell that is not blank. */
export function readCell(type: CellType, text: string, context: CellContext): CellValue {
  switch (type) {
    case 'text':
      return { value: text };
    case 'list':
      return { value: splitList(text) };
    case 'date': {
      const date = parseDate(text, context.order, context.utc);
      return typeof date === 'string' ? { fault: DATE_FAULTS[date] } : { value: date };
    }
    case 'number':
      return valueOr(parseCount(text), 'is not a whole number');
    case 'yes-no':
      return valueOr(parseYesNo(text), 'is neither yes nor no');
    case 'protocols':
      return valueOr(parseProtocols(text), 'is not a transport protocol (TCP, UDP, SCTP, ICMP, any)');
    case 'ports':
      return valueOr(parsePorts(text), 'is not a list of ports (443, 8000-8010, 443/tcp, any)');
  }
}

const DATE_FAULTS = {
  none: 'is not a date; write YYYY-MM-DD',
  ambiguous: 'may be two dates, day or month first, and nothing in the file tells; write YYYY-MM-DD',
} as const;

/** Whether a cell says nothing. */
export function isBlank(text: string): boolean {
  return BLANK.test(text.trim());
}

const BLANK =
  /^(?:|[-–—_.?/]+|n\.?\s?\/?\s?a\.?|not applicable|tbd|tba|tbc|todo|to be (?:defined|determined|done|confirmed)|unknown|none|nil|null|#n\/?a|#(?:ref|value|name|div\/0)[!?]?|k\.?\s?a\.?|keine?r?|unbekannt|aucune?|inconnue?|n[eé]ant)$/i;

function valueOr(value: unknown, fault: string): CellValue {
  return value === undefined ? { fault } : { value };
}

/** Items between semicolons, line ends or commas; names as of LDAP keep their commas. */
function splitList(text: string): readonly string[] {
  const words = text.split(/[\s;,]+/).filter(word => word !== '');
  if (words.every(word => /^[0-9a-f.:/%*-]+$/i.test(word) && /[.:]/.test(word))) return words;
  const hasOwnCommas = /\w=[^;\n]*,/.test(text);
  return text
    .split(hasOwnCommas ? /[;\r\n]+/ : /[;,\r\n]+/)
    .map(item => item.trim())
    .filter(item => item !== '');
}

function parseCount(text: string): number | undefined {
  const bare = text
    .replace(/^(?:rsa|dsa|dh|ecdsa|ecc?|aes|ed|p|secp)[\s-]*(?=\d)/i, '')
    .replace(/\s*bits?$/i, '');
  if (/^\d{1,3}(?:[,.'’\u00a0\u202f ]\d{3})+$/.test(bare)) return Number(bare.replace(/\D/g, ''));
  return /^\d{1,15}(?:\.0+)?$/.test(bare) ? Number(bare) : undefined;
}

function parseYesNo(text: string): boolean | undefined {
  const word = text.toLowerCase();
  if (/^(?:y|yes|true|x|1|✓|✔|ja|j|wahr|oui|o|vrai)$/.test(word)) return true;
  return /^(?:n|no|false|0|✗|✘|nein|falsch|non|faux)$/.test(word) ? false : undefined;
}

const PROTOCOLS: ReadonlyMap<string, RegisterProtocol> = new Map<string, RegisterProtocol>([
  ['tcp', 'TCP'],
  ['6', 'TCP'],
  ['udp', 'UDP'],
  ['17', 'UDP'],
  ['sctp', 'SCTP'],
  ['132', 'SCTP'],
  ['icmp', 'ICMP'],
  ['1', 'ICMP'],
  ['any', 'any'],
  ['all', 'any'],
  ['ip', 'any'],
  ['*', 'any'],
  ['alle', 'any'],
  ['tous', 'any'],
]);

function parseProtocols(text: string): readonly RegisterProtocol[] | undefined {
  const words = text.toLowerCase().split(/[\s,;/+&|]+|\band\b|\bund\b|\bet\b/);
  const found = words.filter(word => word !== '').map(word => PROTOCOLS.get(word));
  if (found.length === 0 || found.includes(undefined)) return undefined;
  const protocols = found.filter(protocol => protocol !== undefined);
  return protocols.includes('any') ? ['any'] : [...new Set(protocols)].sort();
}

const LAST_PORT = 65_535;

/** Ports item by item; one that cannot be read makes the whole cell unreadable. */
function parsePorts(text: string): readonly RegisterPorts[] | undefined {
  const words = text
    .toLowerCase()
    .replace(/\s*([-–:/])\s*/g, '$1')
    .split(/[\s,;&+]+/)
    .filter(word => !['', 'and', 'und', 'et', 'port', 'ports'].includes(word));
  const ports: RegisterPorts[] = [];
  let before: Protocol | undefined;
  for (const word of words) {
    const leading = transport(word);
    if (leading !== undefined) {
      before = leading;
      continue;
    }
    const [, first, body, last] = /^(?:(tcp|udp|sctp)[/:])?(.+?)(?:\/(tcp|udp|sctp))?$/.exec(word) ?? [];
    const range = rangeOf(body ?? '');
    if (range === undefined) return undefined;
    const protocol = transport(first ?? last ?? '') ?? before;
    ports.push({ ...range, ...(protocol === undefined ? {} : { protocol }) });
  }
  if (ports.length > 0) return ports;
  return before === undefined ? undefined : [{ from: 1, to: LAST_PORT, protocol: before }];
}

function transport(word: string): Protocol | undefined {
  return word === 'tcp' ? 'TCP' : word === 'udp' ? 'UDP' : word === 'sctp' ? 'SCTP' : undefined;
}

function rangeOf(text: string): { readonly from: number; readonly to: number } | undefined {
  if (['any', 'all', '*', 'alle', 'tous'].includes(text)) return { from: 1, to: LAST_PORT };
  const [, low, high] = /^(\d{1,5})(?:[-–:](\d{1,5}))?$/.exec(text) ?? [];
  const from = low === undefined ? SERVICES.get(text) : Number(low);
  const to = high === undefined ? from : Number(high);
  if (from === undefined || to === undefined) return undefined;
  return from >= 1 && to >= from && to <= LAST_PORT ? { from, to } : undefined;
}

/** Ports that IANA names, as far as lists use the names. */
const SERVICES: ReadonlyMap<string, number> = new Map([
  ['ftp', 21],
  ['ssh', 22],
  ['telnet', 23],
  ['smtp', 25],
  ['dns', 53],
  ['domain', 53],
  ['tftp', 69],
  ['http', 80],
  ['pop3', 110],
  ['ntp', 123],
  ['imap', 143],
  ['snmp', 161],
  ['ldap', 389],
  ['https', 443],
  ['syslog', 514],
  ['ldaps', 636],
  ['rdp', 3389],
]);
