// CSV as RFC 4180 quotes it, with LF line ends: a cell holding a comma, a quote or a line break is quoted, nothing else is.

/** Prints a header row and rows of cells. */
export function printCsv(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return [columns, ...rows].map(row => `${row.map(printCell).join(',')}\n`).join('');
}

function printCell(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
