// One line of CSV as its cells: commas between them, quotes around those that hold commas. No cell holds a line break.

/** The cells of a line. */
export function csvCells(line: string): readonly string[] {
  if (!line.includes('"')) return line.split(',');
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, inner, plain]) =>
    inner === undefined ? (plain ?? '') : inner.replaceAll('""', '"'),
  );
}
