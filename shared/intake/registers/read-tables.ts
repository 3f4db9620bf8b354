// Tables of one file as the customer's lists: what each was, why, and what no list is known by.
import type { RegisterRow } from '../../model/register.ts';
import type { Diagnostic } from '../intake.ts';
import type { Table, TableRow } from '../table/table.ts';
import { REGISTERS } from './kinds.ts';
import { readRegister } from './read-register.ts';
import { recogniseRegister, type ColumnMapping, type RegisterRecognition } from './recognise-register.ts';

/** What the tables of a file gave. */
export interface ReadTables {
  readonly rows: readonly RegisterRow[];
  /** Why it is a list; undefined where no table is one. */
  readonly reason: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Recognises and reads all tables. */
export function readTables(
  tables: readonly Table[],
  file: string,
  mappings: readonly ColumnMapping[],
): ReadTables {
  const rows: RegisterRow[] = [];
  const reasons: string[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const table of tables) {
    const recognition = recogniseRegister(table, mappings);
    if (recognition.outcome !== 'recognised') {
      diagnostics.push(...describeTable(recognition, file, table.sheet));
      continue;
    }
    const read = readRegister(table, recognition.register, file);
    const { reason } = recognition.register;
    reasons.push(table.sheet === undefined ? reason : `sheet ${JSON.stringify(table.sheet)}: ${reason}`);
    for (const row of read.rows) rows.push(row);
    diagnostics.push(...read.diagnostics);
  }
  return { rows, reason: reasons.length === 0 ? undefined : reasons.join('; '), diagnostics };
}

/** A table that no list is known by, or more than one: its columns, and what to do. */
export function describeTable(
  recognition: RegisterRecognition,
  file: string,
  sheet?: string,
): readonly Diagnostic[] {
  if (recognition.outcome === 'recognised' || recognition.outcome === 'none') return [];
  const { header } = recognition;
  const what = sheet === undefined ? 'A table' : `Sheet ${JSON.stringify(sheet)}, a table`;
  const columns = `${what} with the columns ${columnNames(header)}`;
  if (recognition.outcome === 'unknown')
    return [
      {
        code: 'intake.register.unknown',
        severity: 'info',
        message: `${columns}, by which no list is known; map its columns to fields, or fill in a template`,
        file,
        line: header.line,
      },
    ];
  const kinds = recognition.kinds.map(kind => REGISTERS[kind].title.toLowerCase()).join(' and ');
  return [
    {
      code: 'intake.register.ambiguous',
      severity: 'warning',
      message: `${columns} fits ${kinds} equally well and is not read; map its columns to fields, or name the list in a title above them`,
      file,
      line: header.line,
    },
  ];
}

const NAMED = 16;
const LONGEST = 40;

function columnNames({ cells }: TableRow): string {
  const names = cells.map(cell => cell.trim().replace(/\s+/g, ' ')).filter(name => name !== '');
  const shown = names.slice(0, NAMED).map(name => JSON.stringify(name.slice(0, LONGEST)));
  return shown.join(', ') + (names.length > NAMED ? ` and ${names.length - NAMED} more` : '');
}
