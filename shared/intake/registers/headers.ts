// Names of columns, compared without case, blanks, punctuation and accents; what stands in brackets may be left out.
import { compareBy } from '../../base/order.ts';
import type { RegisterKind } from '../../model/register.ts';
import type { Column } from './definition.ts';
import { REGISTER_KINDS, REGISTERS } from './kinds.ts';

/** Which column of a table stands for which field. */
export interface MatchedHeader {
  /** Field of each column; undefined for those that no field stands for. */
  readonly fields: readonly (string | undefined)[];
  readonly count: number;
  /** Columns that name a field another column was taken for. */
  readonly twice: readonly string[];
}

/** A name as it is compared. */
export function foldName(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** The forms in which a header is looked up: whole, without brackets, without a unit behind a slash or comma. */
export function foldHeader(header: string): readonly string[] {
  const bare = header.replace(/\([^)]*\)|\[[^\]]*\]/g, '');
  return [...new Set([foldName(header), foldName(bare)])].filter(name => name !== '');
}

/** Columns of a kind, by field. */
export function columnsOf(kind: RegisterKind): ReadonlyMap<string, Column> {
  return new Map(Object.entries(REGISTERS[kind].columns as Readonly<Record<string, Column>>));
}

/** Matches a row of names against one kind: the name a field lists first wins, then the column that comes first. */
export function matchHeader(cells: readonly string[], kind: RegisterKind): MatchedHeader {
  const known = NAMES[kind];
  const found = cells.flatMap((cell, index) => {
    const name = foldHeader(cell).find(folded => known.has(folded));
    const hit = name === undefined ? undefined : known.get(name);
    return hit === undefined ? [] : [{ ...hit, index, cell: cell.trim() }];
  });
  const fields: (string | undefined)[] = cells.map(() => undefined);
  const taken = new Set<string>();
  const twice: { readonly index: number; readonly cell: string }[] = [];
  for (const { field, index, cell } of [...found].sort(
    compareBy(
      item => item.rank,
      item => item.index,
    ),
  )) {
    if (taken.has(field)) twice.push({ index, cell });
    else fields[index] = field;
    taken.add(field);
  }
  return {
    fields,
    count: taken.size,
    twice: twice.sort(compareBy(item => item.index)).map(item => item.cell),
  };
}

interface KnownName {
  readonly field: string;
  /** Place among the names of its field. */
  readonly rank: number;
}

const NAMES = Object.fromEntries(REGISTER_KINDS.map(kind => [kind, namesOf(kind)])) as Readonly<
  Record<RegisterKind, ReadonlyMap<string, KnownName>>
>;

function namesOf(kind: RegisterKind): ReadonlyMap<string, KnownName> {
  const names = new Map<string, KnownName>();
  for (const [field, { names: given }] of columnsOf(kind))
    for (const [rank, name] of [...given, field].entries()) {
      const folded = foldName(name);
      if (!names.has(folded)) names.set(folded, { field, rank });
    }
  return names;
}
