// The customer's lists as a workbook. Cells are masked and then read; where anything had to be masked or stands outside
// the cells, the stored copy is a workbook of names of sheets and masked values alone, which gives the same rows.
import { collect } from '../archive/bytes.ts';
import { NOT_COUNTED, type UnpackCounter } from '../archive/limits.ts';
import { ProblemError } from '../base/result.ts';
import { isDamage } from './containers.ts';
import type { Diagnostic, RedactionKind } from './intake.ts';
import { accountDataOf, countKinds, EMPTY_LEAF, type Leaf, type LeafContext } from './leaf.ts';
import { accountDataIn, isAccountData } from './redact/mask.ts';
import { maskName, maskSheet, searchParts, type OutsideCells } from './redact/redact-xlsx.ts';
import { readTables } from './registers/read-tables.ts';
import { recogniseRegister } from './registers/recognise-register.ts';
import { readParts } from './table/xlsx/parts.ts';
import { printXlsx } from './table/xlsx/print-xlsx.ts';
import { readXlsx, type ReadXlsx, type SheetTable } from './table/xlsx/read-xlsx.ts';

/** Imports a workbook. Hostile archives are refused as all archives are; what is wrong inside withholds the file. */
export async function importXlsx(path: string, bytes: Uint8Array, context: LeafContext): Promise<Leaf> {
  try {
    return leafOf(path, await maskWorkbook(path, bytes, context, context.unpack), context);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { code, message } = error.problem;
    if (!/^intake\.(?:xlsx|xml)\./.test(code) && !isDamage(code)) throw error;
    return {
      ...EMPTY_LEAF,
      format: 'unrecognised',
      reason: 'a workbook that cannot be read',
      withheld: true,
      diagnostics: [{ code, severity: 'error', message: `${message}; it is not stored`, file: path }],
    };
  }
}

interface MaskedWorkbook {
  readonly sheets: readonly SheetTable[];
  readonly kinds: readonly RedactionKind[];
  readonly missing: ReadXlsx['missing'];
  readonly outside: OutsideCells;
}

async function maskWorkbook(
  path: string,
  bytes: Uint8Array,
  context: LeafContext,
  counter: UnpackCounter,
): Promise<MaskedWorkbook> {
  const parts = await readParts(path, bytes, counter);
  const { sheets, cellParts, missing } = readXlsx(parts);
  const masked = sheets.map(sheet => {
    const recognition = recogniseRegister(sheet, context.mappings);
    const header = recognition.outcome === 'recognised' ? recognition.register.header : undefined;
    return maskSheet(sheet, header, context.masker);
  });
  return {
    sheets: masked.map(({ sheet }) => sheet),
    kinds: masked.flatMap(({ kinds }) => kinds),
    missing: missing.map(name => maskName(name, context.masker).text),
    outside: searchParts(parts, cellParts),
  };
}

function leafOf(path: string, workbook: MaskedWorkbook, context: LeafContext): Leaf {
  const { sheets, kinds, outside } = workbook;
  const read = readTables(sheets, path, context.mappings);
  const accountData = accountDataOf(path, [
    ...sheets.flatMap(({ rows }) =>
      rows.flatMap(({ line, cells }) =>
        cells.flatMap(cell => accountDataIn(cell).map(({ kind }) => ({ kind, line }))),
      ),
    ),
    ...outside.finds.filter(isAccountData).map(({ kind }) => ({ kind, line: 1 })),
  ]);
  const isChanged = kinds.length > 0 || outside.finds.length > 0;
  return {
    ...EMPTY_LEAF,
    format: read.reason === undefined ? 'unrecognised' : 'register',
    reason: read.reason ?? `a workbook with ${sheets.length} sheets, none of them a list that is known`,
    records: read.rows.length,
    registers: read.rows,
    redactions: countKinds([...kinds, ...outside.finds.map(({ kind }) => kind)]),
    accountData: accountData.hits,
    diagnostics: [
      ...accountData.diagnostics,
      ...workbookDiagnostics(path, workbook, isChanged),
      ...read.diagnostics,
    ],
    ...(isChanged
      ? {
          masked: async function* (open) {
            const whole = await collect(open());
            const again = await maskWorkbook(path, whole, context, NOT_COUNTED);
            yield* printXlsx(again.sheets);
          },
        }
      : {}),
  };
}

function workbookDiagnostics(
  file: string,
  { sheets, missing, outside }: MaskedWorkbook,
  isChanged: boolean,
): readonly Diagnostic[] {
  const say = (
    code: string,
    severity: Diagnostic['severity'],
    message: string,
    line?: number,
  ): Diagnostic => ({
    code,
    severity,
    message,
    file,
    ...(line === undefined ? {} : { line }),
  });
  const found = [...new Set(outside.finds.map(({ part }) => part))];
  const hidden = sheets.filter(({ isHidden }) => isHidden).map(({ sheet }) => JSON.stringify(sheet));
  return [
    ...(found.length === 0 ? [] : [say('intake.xlsx.outside-cells', 'warning', outsideMessage(found))]),
    ...(isChanged ? [say('intake.xlsx.values-only', 'info', VALUES_ONLY)] : []),
    ...(isChanged || outside.opaque.length === 0
      ? []
      : [say('intake.attachment.needs-confirmation', 'warning', opaqueMessage(outside.opaque))]),
    ...missing.map(name =>
      say('intake.xlsx.missing-part', 'error', `Sheet ${JSON.stringify(name)} is named, but not in the file`),
    ),
    ...(hidden.length === 0
      ? []
      : [say('intake.xlsx.hidden-sheet', 'info', `Hidden sheets are read too: ${hidden.join(', ')}`)]),
    ...sheets.flatMap(({ sheet, faults }) =>
      faults.map(({ code, message, line }) =>
        say(code, 'warning', `Sheet ${JSON.stringify(sheet)}: ${message}`, line),
      ),
    ),
  ];
}

const VALUES_ONLY =
  'The stored copy holds names of sheets and masked values of cells; formulas, formats, comments and pictures are left out';

function outsideMessage(parts: readonly string[]): string {
  return `Holds what must not be kept outside its cells (${parts.join(', ')}); those parts are not stored`;
}

function opaqueMessage(parts: readonly string[]): string {
  return `Parts of the workbook cannot be searched (${parts.join(', ')}); a named person must confirm that no account data is seen in them`;
}
