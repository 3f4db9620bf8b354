// Gives names to flow ends of which a log knows the address alone (clouds, packet sensors): the pod that held the address
// at the time of the record, a node, a service, a network set, the outside, or "unclear". What a log says itself is kept.
import type { AddressBook, Holder } from './address-book.ts';
import { FLOW_END, type FlowPart, type FlowTable } from './flow-table.ts';

/** The table with names for addresses; the same table where its log names every end. */
export function attributeFlows(flows: FlowTable, book: AddressBook): FlowTable {
  if (!flows.parts.some(hasBareAddress)) return flows;
  const strings = [...flows.strings];
  const numbers = new Map(strings.map((text, index) => [text, index]));
  const intern = (text: string): number => {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, strings.length);
    strings.push(text);
    return strings.length - 1;
  };
  const parts = flows.parts.map(part =>
    hasBareAddress(part) ? attributePart(part, flows.strings, intern, book) : part,
  );
  return { ...flows, strings, parts };
}

function hasBareAddress(part: FlowPart): boolean {
  for (let row = 0; row < part.rows; row++)
    if (
      isBare(part.srcKind[row], part.srcName[row], part.srcIp[row]) ||
      isBare(part.dstKind[row], part.dstName[row], part.dstIp[row])
    )
      return true;
  return false;
}

/** An end without a name, of which the log did not claim to know what it is. */
function isBare(kind: number | undefined, name: number | undefined, ip: number | undefined): boolean {
  return (kind === FLOW_END.unknown || kind === FLOW_END.pod) && name === 0 && ip !== undefined && ip !== 0;
}

function attributePart(
  part: FlowPart,
  strings: readonly string[],
  intern: (text: string) => number,
  book: AddressBook,
): FlowPart {
  const made = {
    srcKind: part.srcKind.slice(),
    srcNamespace: part.srcNamespace.slice(),
    srcName: part.srcName.slice(),
    dstKind: part.dstKind.slice(),
    dstNamespace: part.dstNamespace.slice(),
    dstName: part.dstName.slice(),
  };
  for (let row = 0; row < part.rows; row++)
    for (const side of ['src', 'dst'] as const) {
      const ip = part[`${side}Ip`][row];
      if (!isBare(part[`${side}Kind`][row], part[`${side}Name`][row], ip)) continue;
      const holder = book.holderOf(strings[ip ?? 0] ?? '', part.start[row] ?? 0);
      made[`${side}Kind`][row] = kindOf(holder);
      made[`${side}Namespace`][row] = 'namespace' in holder ? intern(holder.namespace) : 0;
      made[`${side}Name`][row] = 'name' in holder ? intern(holder.name) : 0;
    }
  return { ...part, ...made };
}

function kindOf(holder: Holder): number {
  switch (holder.kind) {
    case 'pod':
      return holder.assumed ? FLOW_END.podAssumed : FLOW_END.podThen;
    case 'node':
      return FLOW_END.host;
    case 'service':
      return FLOW_END.service;
    case 'network-set':
      return FLOW_END.networkSet;
    case 'outside':
      return FLOW_END.network;
    case 'unclear':
      return FLOW_END.unclear;
  }
}
