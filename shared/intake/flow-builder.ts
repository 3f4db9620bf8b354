// Fills a FlowTable column by column; texts are interned once, rows never become objects that stay.
import type { ClusterId } from '../base/brand.ts';
import { compareText } from '../base/order.ts';
import { FLOW_PART_ROWS, type FlowPart, type FlowTable } from '../model/flow-table.ts';

/** One record on its way into the columns; texts absent = ''. */
export interface FlowRecord {
  readonly start: number;
  readonly end: number;
  readonly srcNamespace: string;
  readonly srcName: string;
  readonly dstNamespace: string;
  readonly dstName: string;
  readonly srcIp: string;
  readonly dstIp: string;
  readonly srcLabels: string;
  readonly dstLabels: string;
  readonly dstService: string;
  readonly dstDomains: string;
  readonly policies: string;
  readonly pendingPolicies: string;
  readonly protocol: string;
  readonly srcKind: number;
  readonly dstKind: number;
  readonly action: number;
  readonly reporter: number;
  readonly srcPort: number;
  readonly dstPort: number;
  readonly connections: number;
  readonly bytesOut: number;
  readonly bytesIn: number;
  readonly packetsOut: number;
  readonly packetsIn: number;
  /** Node that reported, and the cluster the record itself names. */
  readonly node: string;
  readonly cluster: string;
  /** FLOW_OPENER code; absent = the log tells which end opened the connection. */
  readonly opener?: number;
}

const TEXTS = [
  'srcNamespace',
  'srcName',
  'dstNamespace',
  'dstName',
  'srcIp',
  'dstIp',
  'srcLabels',
  'dstLabels',
  'dstService',
  'dstDomains',
  'policies',
  'pendingPolicies',
  'protocol',
] as const;
const CODES = ['srcKind', 'dstKind', 'action', 'reporter', 'opener'] as const;
const PORTS = ['srcPort', 'dstPort'] as const;
const NUMBERS = ['start', 'end', 'connections', 'bytesOut', 'bytesIn', 'packetsOut', 'packetsIn'] as const;

const COPIED = [...CODES, ...PORTS, ...NUMBERS, 'line'] as const;

type Columns = { rows: number } & { [K in Exclude<keyof FlowPart, 'rows'>]: FlowPart[K] };

/** Collects records of one cluster. */
export interface FlowBuilder {
  add(record: FlowRecord, file: string, line: number): void;
  /** Takes over the rows of a table; its texts and files get their numbers here. */
  append(table: FlowTable): void;
  lost(records: number): void;
  /** What forgets everything that is added from here on. */
  mark(): () => void;
  readonly rows: number;
  finish(cluster: ClusterId): FlowTable;
}

/** An empty builder. */
export function makeFlowBuilder(): FlowBuilder {
  const strings: string[] = [''];
  const indexOf = new Map<string, number>([['', 0]]);
  const files: string[] = [];
  const fileIndex = new Map<string, number>();
  const nodes = new Set<string>();
  const parts: Columns[] = [];
  let rows = 0;
  let lost = 0;

  const intern = (text: string): number => {
    if (text === '') return 0;
    const known = indexOf.get(text);
    if (known !== undefined) return known;
    indexOf.set(text, strings.length);
    strings.push(text);
    return strings.length - 1;
  };
  const fileOf = (file: string): number => {
    const known = fileIndex.get(file);
    if (known !== undefined) return known;
    fileIndex.set(file, files.length);
    files.push(file);
    return files.length - 1;
  };
  const openPart = (): Columns => {
    const last = parts.at(-1);
    if (last !== undefined && last.rows < FLOW_PART_ROWS) return last;
    const made = emptyPart(FLOW_PART_ROWS);
    parts.push(made);
    return made;
  };
  return {
    add(record, file, line) {
      const part = openPart();
      const row = part.rows++;
      rows++;
      if (record.node !== '') nodes.add(record.node);
      for (const name of TEXTS) part[name][row] = intern(record[name]);
      for (const name of CODES) part[name][row] = record[name] ?? 0;
      for (const name of PORTS) part[name][row] = record[name];
      for (const name of NUMBERS) part[name][row] = record[name];
      part.file[row] = fileOf(file);
      part.line[row] = line;
    },
    append(table) {
      const texts = table.strings.map(intern);
      const paths = table.files.map(fileOf);
      for (const from of table.parts)
        for (let row = 0; row < from.rows; row++) {
          const part = openPart();
          const at = part.rows++;
          rows++;
          for (const name of TEXTS) part[name][at] = texts[from[name][row] ?? 0] ?? 0;
          for (const name of COPIED) part[name][at] = from[name][row] ?? 0;
          part.file[at] = paths[from.file[row] ?? 0] ?? 0;
        }
      for (const node of table.nodes) nodes.add(node);
      lost += table.lost;
    },
    lost(records) {
      lost += records;
    },
    mark() {
      const was = { rows, lost, strings: strings.length, files: files.length, nodes: nodes.size };
      return () => {
        for (const text of strings.splice(was.strings)) indexOf.delete(text);
        for (const file of files.splice(was.files)) fileIndex.delete(file);
        for (const node of [...nodes].slice(was.nodes)) nodes.delete(node);
        parts.splice(Math.ceil(was.rows / FLOW_PART_ROWS));
        const last = parts.at(-1);
        if (last !== undefined) last.rows = was.rows - (parts.length - 1) * FLOW_PART_ROWS;
        ({ rows, lost } = was);
      };
    },
    get rows() {
      return rows;
    },
    finish: cluster => ({
      flowTableVersion: 1,
      cluster,
      strings,
      files,
      parts: parts.map(trim),
      rows,
      nodes: [...nodes].sort(compareText),
      lost,
    }),
  };
}

function emptyPart(size: number): Columns {
  const of = <A, N extends string>(names: readonly N[], make: () => A): Record<N, A> =>
    Object.fromEntries(names.map(name => [name, make()])) as Record<N, A>;
  return {
    rows: 0,
    ...of(TEXTS, () => new Uint32Array(size)),
    ...of(CODES, () => new Uint8Array(size)),
    ...of(PORTS, () => new Int32Array(size)),
    ...of(NUMBERS, () => new Float64Array(size)),
    file: new Uint32Array(size),
    line: new Uint32Array(size),
  };
}

/** The last part is cut to its rows, so that equal logs give equal columns. */
function trim(part: Columns): FlowPart {
  if (part.rows === FLOW_PART_ROWS) return part;
  const cut = <A extends { slice(from: number, to: number): A }>(column: A): A => column.slice(0, part.rows);
  const of = <N extends Exclude<keyof FlowPart, 'rows'>>(names: readonly N[]): Pick<FlowPart, N> =>
    Object.fromEntries(names.map(name => [name, cut(part[name] as Uint32Array)])) as unknown as Pick<
      FlowPart,
      N
    >;
  return {
    rows: part.rows,
    ...of(TEXTS),
    ...of(CODES),
    ...of(PORTS),
    ...of(NUMBERS),
    file: cut(part.file),
    line: cut(part.line),
  };
}
