// Quick filters of the intake table: by kind of source, and by what asks for a look. Within a kind of filter any one is
// enough, between them all must hold. No view here.
import type { FilterChip } from '../../kit/filter-chips.tsx';
import {
  isProblem,
  isUnrecognised,
  kindOf,
  maskedOf,
  SOURCE_KINDS,
  type IntakeRow,
  type SourceKind,
} from './intake-rows.ts';

const LOOKS: readonly {
  readonly id: string;
  readonly text: string;
  readonly holds: (row: IntakeRow) => boolean;
}[] = [
  { id: 'problems', text: 'Problems', holds: isProblem },
  { id: 'masked', text: 'Masked', holds: row => maskedOf(row) > 0 },
  { id: 'unrecognised', text: 'Unrecognised', holds: isUnrecognised },
];

/** The filters that would keep something, with how much; a chosen one stays though it keeps nothing. */
export function quickFilters(rows: readonly IntakeRow[], chosen: ReadonlySet<string>): readonly FilterChip[] {
  const counts = new Map<string, number>();
  const count = (id: string): void => void counts.set(id, (counts.get(id) ?? 0) + 1);
  for (const row of rows) {
    const kind = kindOf(row);
    if (kind !== undefined) count(kind);
    for (const look of LOOKS) if (look.holds(row)) count(look.id);
  }
  const chipOf = (id: string, text: string): FilterChip => ({ id, text, count: counts.get(id) ?? 0 });
  const kinds = Object.entries(SOURCE_KINDS).map(([id, text]) => chipOf(id, text));
  const looks = LOOKS.map(({ id, text }) => chipOf(id, text));
  const shown = (chip: FilterChip): boolean => chip.count > 0 || chosen.has(chip.id);
  return [
    ...kinds.filter(shown),
    ...looks.filter(shown).map((chip, at) => (at === 0 ? { ...chip, isApart: true } : chip)),
  ];
}

/** The rows that the chosen filters keep: members without the archive they lie in, unless it is kept itself. */
export function keptRows(rows: readonly IntakeRow[], chosen: ReadonlySet<string>): readonly IntakeRow[] {
  if (chosen.size === 0) return rows;
  const kinds = (Object.keys(SOURCE_KINDS) as SourceKind[]).filter(kind => chosen.has(kind));
  const looks = LOOKS.filter(look => chosen.has(look.id));
  const holds = (row: IntakeRow): boolean => {
    const kind = kindOf(row);
    return (
      (kinds.length === 0 || (kind !== undefined && kinds.includes(kind))) &&
      (looks.length === 0 || looks.some(look => look.holds(row)))
    );
  };
  return rows.filter(holds);
}
