// What all slow readings share: ends, label selectors and address blocks, as the texts define them. Nothing of the product.

/** One end of a connection as the texts speak of it. */
export interface PlainEnd {
  readonly kind: 'pod' | 'node' | 'outside';
  readonly name: string;
  readonly address: string;
  readonly namespace?: string;
  readonly labels?: Labels;
  readonly namespaceLabels?: Labels;
  /** Of a pod: where it runs; of a node: its own name. */
  readonly node?: string;
  readonly nodeLabels?: Labels;
  readonly account?: string;
  readonly accountLabels?: Labels;
  readonly ports?: readonly (readonly [name: string, port: number, protocol: string])[];
}

/** Labels by key. */
export type Labels = Readonly<Record<string, string>>;

/** One question about one port. */
export interface Asked {
  readonly protocol: string;
  readonly port: number;
}

/** From the point of view of the end that policies select. */
export type Way = 'ingress' | 'egress';

/** A metav1.LabelSelector. */
export interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** Whether labels satisfy a selector (section 1). */
export function picks(selector: Selector, labels: Labels): boolean {
  for (const [key, value] of Object.entries(selector.matchLabels ?? {}))
    if (labels[key] !== value) return false;
  for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
    const found = labels[key];
    if (operator === 'In' && (found === undefined || !values.includes(found))) return false;
    if (operator === 'NotIn' && found !== undefined && values.includes(found)) return false;
    if (operator === 'Exists' && found === undefined) return false;
    if (operator === 'DoesNotExist' && found !== undefined) return false;
  }
  return true;
}

/** Whether an IPv4 address lies in a CIDR. */
export function inBlock(cidr: string, address: string): boolean {
  const [base = '', bits = '32'] = cidr.split('/');
  const size = 2 ** (32 - Number(bits));
  return Math.floor(numberOf(base) / size) === Math.floor(numberOf(address) / size);
}

function numberOf(ip: string): number {
  return ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
