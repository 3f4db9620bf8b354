// Calico flow logs as Kibana exports them to CSV: the keys of the JSON records flattened into a header
// (`source_labels.labels`), lists in one cell, times in words of a zone that the file does not tell.
import type { JsonObject } from '../../base/json.ts';
import { CALICO_FLOW } from './calico-flow.ts';
import { csvCells } from './csv-cells.ts';
import type { LineFormat, LineReader } from './format.ts';
import { nested, text as textOf } from './values.ts';

const NEEDED = ['start_time', 'source_type', 'dest_type', 'reporter', 'action'];

/** Flow records of Calico Enterprise and Cloud in CSV. */
export const CALICO_FLOW_CSV: LineFormat = {
  name: 'calico-flow',
  begin: ([first = '']) => {
    const columns = csvCells(first);
    return NEEDED.every(name => columns.includes(name))
      ? { reason: 'a CSV header with source_type, dest_type, reporter and action', reader: readerOf(columns) }
      : undefined;
  },
};

function readerOf(columns: readonly string[]): LineReader {
  let hasSpoken = false;
  return (text, place, into) => {
    const cells = csvCells(text.endsWith('\r') ? text.slice(0, -1) : text);
    if (cells.every((cell, index) => cell === columns[index])) return 'remark';
    if (cells.length !== columns.length) return 0;
    const record = recordOf(columns, cells);
    const isInWords = / @ /.test(textOf(record['start_time']));
    if (isInWords && !hasSpoken) {
      hasSpoken = true;
      into.diagnostic({
        code: 'intake.csv.no-zone',
        severity: 'warning',
        message:
          'Times in words of Kibana tell no time zone and are taken as UTC; export with UTC set, or as JSON',
        ...place,
      });
    }
    return CALICO_FLOW.read(record, place, into);
  };
}

/** The record of a row: empty cells are absent, whole numbers may have commas. */
function recordOf(columns: readonly string[], cells: readonly string[]): JsonObject {
  return nested(
    columns.flatMap((column, index) => {
      const cell = (cells[index] ?? '').trim();
      if (cell === '' || cell === '(null)' || cell === 'null') return [];
      return [[column, /^\d{1,3}(?:,\d{3})+$/.test(cell) ? cell.replaceAll(',', '') : cell] as const];
    }),
  );
}
