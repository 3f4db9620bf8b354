// Old Calico compliance reports as downloaded: tables known by their header row, which stands indented below an empty
// line. Rows become claims with their place; what a table cannot hold is a line that cannot be read, never a guess in
// silence.
import { millisecondsOf } from '../../base/instant.ts';
import type { CalicoReportRow } from '../../model/calico-report.ts';
import { reportTableOf, type ReportTable } from './calico-report-tables.ts';
import type { LineFormat, LineReader, RecordPlace, RecordSink } from './format.ts';

/** A row before its cluster is known. */
export type UnplacedReportRow = Omit<CalicoReportRow, 'cluster'>;

/** Tables of compliance reports. */
export const CALICO_REPORT_TABLES: LineFormat = {
  name: 'calico-report',
  begin: ([header = '']) => {
    const table = reportTableOf(header);
    return table === undefined
      ? undefined
      : { reason: `header of the ${table.title} table of ${table.type} reports`, reader: readerOf(table) };
  },
};

/** Reads rows; a header anywhere begins its table. */
function readerOf(begun: ReportTable): LineReader {
  let table = begun;
  return (line, place, into) => {
    const next = reportTableOf(line);
    if (next !== undefined) {
      table = next;
      return 'remark';
    }
    const read = table.read(line.trim());
    if (read === 'continued') return 'remark';
    if (read === undefined) return 0;
    addReportRow(read.row, place, into);
    if (read.isUnsure) into.diagnostic(unsure(place));
    return 1;
  };
}

/** Puts a row into the sink, with the interval that it tells. */
export function addReportRow(
  row: Omit<UnplacedReportRow, 'source'>,
  { file, line }: RecordPlace,
  into: RecordSink,
): void {
  into.report({ ...row, source: { file, line } });
  if (row.interval !== undefined)
    into.spanned(millisecondsOf(row.interval.from), millisecondsOf(row.interval.to));
}

function unsure({ file, line }: RecordPlace): Parameters<RecordSink['diagnostic']>[0] {
  return {
    code: 'intake.calico-report.columns',
    severity: 'warning',
    message: 'A selector holds commas that cannot be told from those between columns; it is read as one text',
    file,
    line,
  };
}
