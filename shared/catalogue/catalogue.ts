// The standard as data: requirements, testing procedures and the way from the old numbers to the new.
// Titles are our paraphrases; the standard's own text is copyrighted and never here. A successor is a data file.
import v321 from '../../assets/catalogue/pci-dss-3.2.1.json';
import v401 from '../../assets/catalogue/pci-dss-4.0.1.json';
import type { ProcedureId, RequirementId } from '../base/brand.ts';
import { isObject, type JsonObject, type JsonValue } from '../base/json.ts';
import { assert, ensure } from '../base/assert.ts';

/** Versions of the standard that are held as data. */
export type StandardVersion = '4.0.1' | '3.2.1';

/** A testing procedure and the methods it uses. */
export interface Procedure {
  readonly id: ProcedureId;
  /** `1.3.1.b`. */
  readonly number: string;
  readonly methods: readonly string[];
}

/** A principal, section or requirement. Only requirements take findings. */
export interface Requirement {
  readonly id: RequirementId;
  /** `1.3.1`; unique within a version only. */
  readonly number: string;
  readonly parent?: string;
  readonly kind: 'principal' | 'section' | 'requirement';
  /** Own-words paraphrase. */
  readonly title: string;
  /** Predecessors in v3.2.1 (for v4.0.1) or successors in v4.0.1 (for v3.2.1). */
  readonly other: readonly string[];
  /** Rows of the ten control groups (`S1` ... `S10`) it belongs to. */
  readonly seedRows: readonly string[];
  readonly procedures: readonly Procedure[];
  /** Kinds of evidence that a cluster's files can give for it; only v4.0.1 names them. */
  readonly evidenceKinds: readonly string[];
  readonly serviceProviderOnly: boolean;
  /** Day from which a future-dated item is mandatory. */
  readonly effective?: string;
  readonly supersededBy?: string;
}

/** One version of the standard, in its own order. */
export interface Catalogue {
  readonly version: StandardVersion;
  readonly requirements: readonly Requirement[];
  readonly byNumber: ReadonlyMap<string, Requirement>;
}

const loaded = new Map<StandardVersion, Catalogue>();

/** The catalogue of a version; parsed once. */
export function catalogueOf(version: StandardVersion): Catalogue {
  const known = loaded.get(version);
  if (known !== undefined) return known;
  const raw: unknown = version === '4.0.1' ? v401 : v321;
  assert(isObject(raw), `catalogue ${version} is an object`);
  const entries = listOf(raw['entries']);
  const requirements = entries.map(entry => parseRequirement(version, entry));
  const catalogue = {
    version,
    requirements,
    byNumber: new Map(requirements.map(item => [item.number, item])),
  };
  assert(catalogue.byNumber.size === requirements.length, `numbers of catalogue ${version} are unique`);
  loaded.set(version, catalogue);
  return catalogue;
}

/** The procedure of a number such as `1.3.1.b`, with its requirement; undefined when there is none. */
export function procedureOf(
  catalogue: Catalogue,
  number: string,
): { readonly requirement: Requirement; readonly procedure: Procedure } | undefined {
  for (const requirement of catalogue.requirements) {
    const procedure = requirement.procedures.find(item => item.number === number);
    if (procedure !== undefined) return { requirement, procedure };
  }
  return undefined;
}

/** Orders requirement and procedure numbers by their parts: 1.2 < 1.10, 12.x < A1.x. */
export function compareNumbers(a: string, b: string): number {
  const left = a.split('.');
  const right = b.split('.');
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const [x, xText] = rankOf(left[i]);
    const [y, yText] = rankOf(right[i]);
    if (x !== y) return x - y;
    if (xText !== yText) return xText < yText ? -1 : 1;
  }
  return 0;
}

function rankOf(part: string | undefined): readonly [number, string] {
  if (part === undefined) return [-1, ''];
  return /^\d+$/.test(part) ? [Number(part), ''] : [1_000_000, part];
}

function parseRequirement(version: StandardVersion, entry: JsonValue): Requirement {
  assert(isObject(entry), 'a catalogue entry is an object');
  const number = ensure(textOf(entry, 'id'), 'a catalogue entry has an id');
  const parent = textOf(entry, 'parent');
  const effective = textOf(entry, 'effective');
  const supersededBy = textOf(entry, 'superseded_by');
  return {
    id: `${version}:${number}` as RequirementId,
    number,
    ...(parent === undefined ? {} : { parent }),
    kind: kindOf(entry, parent),
    title: textOf(entry, 'title') ?? '',
    other: textsOf(entry, version === '4.0.1' ? 'v321' : 'successors'),
    seedRows: textsOf(entry, version === '4.0.1' ? 'seed_rows' : 'seed_row'),
    procedures: listOf(entry['procedures']).map(item => parseProcedure(version, item)),
    evidenceKinds: textsOf(entry, 'kubernetes_evidence'),
    serviceProviderOnly: entry['service_provider_only'] === true,
    ...(effective === undefined ? {} : { effective }),
    ...(supersededBy === undefined ? {} : { supersededBy }),
  };
}

/** v3.2.1 data has no kinds: what has no parent is a principal; below it every number takes findings. */
function kindOf(entry: JsonObject, parent: string | undefined): Requirement['kind'] {
  const kind = textOf(entry, 'kind');
  if (kind === 'principal' || kind === 'section' || kind === 'requirement') return kind;
  assert(kind === undefined, 'the kind of a catalogue entry is known');
  return parent === undefined ? 'principal' : 'requirement';
}

function parseProcedure(version: StandardVersion, item: JsonValue): Procedure {
  assert(isObject(item), 'a procedure is an object');
  const number = ensure(textOf(item, 'id'), 'a procedure has an id');
  return { id: `${version}:${number}` as ProcedureId, number, methods: textsOf(item, 'methods') };
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

function textOf(entry: JsonObject, key: string): string | undefined {
  const value = entry[key];
  return typeof value === 'string' ? value : undefined;
}

function textsOf(entry: JsonObject, key: string): readonly string[] {
  const value = entry[key];
  if (typeof value === 'string') return [value];
  return listOf(value).filter(item => typeof item === 'string');
}
