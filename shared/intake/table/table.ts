// Tables as texts alone: rows of cells with the place each row stands at. What a cell means is not decided here.

/** One row. */
export interface TableRow {
  /** 1-based: the line of a text file, the row number of a sheet. */
  readonly line: number;
  /** Last line, where quoted cells hold line ends. */
  readonly endLine: number;
  readonly cells: readonly string[];
}

/** Rows of a text file or of one sheet of a workbook. */
export interface Table {
  /** Name of the sheet. */
  readonly sheet?: string;
  readonly rows: readonly TableRow[];
}

/** Something wrong with a table: the reading went on. */
export interface TableFault {
  readonly code: string;
  readonly message: string;
  readonly line: number;
}
