// IPv4 and IPv6 addresses and inclusive ranges as numbers, so that "inside this CIDR" is arithmetic, not text.
// Host bits of a CIDR are masked; an IPv4 range never holds an IPv6 address nor the reverse (RFC 4291, RFC 5952 for text).

/** One address. */
export interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/** Addresses of one family from `from` to `to`, both included. */
export interface AddressRange {
  readonly family: 4 | 6;
  readonly from: bigint;
  readonly to: bigint;
}

const BITS = { 4: 32n, 6: 128n } as const;

/** Parses one IPv4 or IPv6 address; undefined when the text is none. */
export function parseAddress(text: string): Address | undefined {
  const value = text.includes(':') ? parseV6(text) : parseV4(text);
  return value === undefined ? undefined : { family: text.includes(':') ? 6 : 4, value };
}

/** Parses an address, a CIDR (host bits masked) or `first-last`; undefined when the text is none. */
export function parseAddressRange(text: string): AddressRange | undefined {
  const slash = text.indexOf('/');
  const dash = text.indexOf('-');
  if (slash >= 0) return parseCidr(text.slice(0, slash), text.slice(slash + 1));
  const first = parseAddress(dash < 0 ? text : text.slice(0, dash));
  const last = dash < 0 ? first : parseAddress(text.slice(dash + 1));
  if (first === undefined || last?.family !== first.family || last.value < first.value) return undefined;
  return { family: first.family, from: first.value, to: last.value };
}

/** Prints an address: dotted IPv4, RFC 5952 IPv6. */
export function printAddress(address: Address): string {
  return address.family === 4 ? printV4(address.value) : printV6(address.value);
}

/** Prints a range as an address, a CIDR where it is one, else `first-last`. */
export function printAddressRange(range: AddressRange): string {
  const first = printAddress({ family: range.family, value: range.from });
  if (range.from === range.to) return first;
  const size = range.to - range.from + 1n;
  const isBlock = (size & (size - 1n)) === 0n && range.from % size === 0n;
  if (!isBlock) return `${first}-${printAddress({ family: range.family, value: range.to })}`;
  return `${first}/${BITS[range.family] - BigInt(size.toString(2).length - 1)}`;
}

/** How much of `inner` lies in `outer`. */
export function coverOf(outer: AddressRange, inner: AddressRange): 'all' | 'some' | 'none' {
  if (outer.family !== inner.family || inner.to < outer.from || outer.to < inner.from) return 'none';
  return outer.from <= inner.from && inner.to <= outer.to ? 'all' : 'some';
}

/** The ranges without what `minus` holds, sorted and merged. */
export function subtractRanges(
  ranges: readonly AddressRange[],
  minus: readonly AddressRange[],
): readonly AddressRange[] {
  let rest = mergeRanges(ranges);
  for (const hole of minus) {
    rest = rest.flatMap(range => {
      if (coverOf(hole, range) === 'none') return [range];
      const parts: AddressRange[] = [];
      if (range.from < hole.from) parts.push({ ...range, to: hole.from - 1n });
      if (hole.to < range.to) parts.push({ ...range, from: hole.to + 1n });
      return parts;
    });
  }
  return rest;
}

/** The same addresses as few ranges as possible, in order: IPv4 first, then by first address. */
export function mergeRanges(ranges: readonly AddressRange[]): readonly AddressRange[] {
  const merged: AddressRange[] = [];
  for (const range of [...ranges].sort(compareRanges)) {
    const last = merged.at(-1);
    if (last?.family === range.family && range.from <= last.to + 1n)
      merged[merged.length - 1] = { ...last, to: range.to > last.to ? range.to : last.to };
    else merged.push(range);
  }
  return merged;
}

/** Orders ranges: IPv4 before IPv6, then by first and last address. */
export function compareRanges(a: AddressRange, b: AddressRange): number {
  if (a.family !== b.family) return a.family - b.family;
  if (a.from !== b.from) return a.from < b.from ? -1 : 1;
  return a.to === b.to ? 0 : a.to < b.to ? -1 : 1;
}

function parseCidr(base: string, length: string): AddressRange | undefined {
  const address = parseAddress(base);
  if (address === undefined || !/^\d{1,3}$/.test(length)) return undefined;
  const bits = BITS[address.family];
  const prefix = BigInt(length);
  if (prefix > bits) return undefined;
  const size = 1n << (bits - prefix);
  const from = address.value - (address.value % size);
  return { family: address.family, from, to: from + size - 1n };
}

function parseV4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    value = value * 256 + Number(part);
  }
  return BigInt(value);
}

function parseV6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = wordsOf(halves[0] ?? '');
  const tail = halves.length === 2 ? wordsOf(halves[1] ?? '') : [];
  if (head === undefined || tail === undefined) return undefined;
  const zeros = 8 - head.length - tail.length;
  if (halves.length === 1 ? zeros !== 0 : zeros < 1) return undefined;
  return [...head, ...Array<number>(zeros).fill(0), ...tail].reduce(
    (value, word) => value * 65536n + BigInt(word),
    0n,
  );
}

function wordsOf(text: string): number[] | undefined {
  if (text === '') return [];
  const words: number[] = [];
  const parts = text.split(':');
  for (const [at, part] of parts.entries()) {
    const v4 = at === parts.length - 1 && part.includes('.') ? parseV4(part) : undefined;
    if (v4 !== undefined) words.push(Number(v4 >> 16n), Number(v4 & 65535n));
    else if (/^[0-9A-Fa-f]{1,4}$/.test(part)) words.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return words;
}

function printV4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map(shift => String((value >> shift) & 255n)).join('.');
}

function printV6(value: bigint): string {
  const words = Array.from({ length: 8 }, (_, at) => Number((value >> BigInt(112 - 16 * at)) & 65535n));
  let run = { at: 0, length: 1 };
  for (let at = 0; at < 8; at++) {
    let length = 0;
    while (at + length < 8 && words[at + length] === 0) length++;
    if (length > run.length) run = { at, length };
  }
  const text = (some: readonly number[]): string => some.map(word => word.toString(16)).join(':');
  if (run.length < 2) return text(words);
  return `${text(words.slice(0, run.at))}::${text(words.slice(run.at + run.length))}`;
}
