// Connectivity as text: a table for the terminal, CSV, Markdown, Graphviz. The drawn matrix is in connectivity-svg.ts.
import { compareText } from '../base/order.ts';
import type { ConnectivityRow } from './connectivity.ts';
import { printConnectivitySvg } from './connectivity-svg.ts';

/** Formats beside JSON. */
export type ConnectivityFormat = 'table' | 'csv' | 'md' | 'dot' | 'svg';

/** Prints rows in one format, with a final newline. */
export function printConnectivity(rows: readonly ConnectivityRow[], format: ConnectivityFormat): string {
  switch (format) {
    case 'table':
      return printTable(rows);
    case 'csv':
      return printCsv(rows);
    case 'md':
      return printMarkdown(rows);
    case 'dot':
      return printDot(rows);
    case 'svg':
      return printConnectivitySvg(rows);
  }
}

function printTable(rows: readonly ConnectivityRow[]): string {
  const cells = [
    ['SOURCE', 'DESTINATION', 'CONNECTIONS'],
    ...rows.map(row => [row.src, row.dst, wordsOf(row)]),
  ];
  const widths = [0, 1].map(column => Math.max(...cells.map(line => line[column]?.length ?? 0)));
  return lines(
    cells.map(([src = '', dst = '', conns = '']) =>
      `${src.padEnd(widths[0] ?? 0)}  ${dst.padEnd(widths[1] ?? 0)}  ${conns}`.trimEnd(),
    ),
  );
}

function printCsv(rows: readonly ConnectivityRow[]): string {
  const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
  const hasOpen = rows.some(row => row.indeterminate !== undefined);
  const hasTomorrow = rows.some(row => row.exposure !== undefined);
  const header = [
    'src',
    'dst',
    'conns',
    ...(hasOpen ? ['indeterminate'] : []),
    ...(hasTomorrow ? ['exposure'] : []),
  ];
  return lines(
    [
      header,
      ...rows.map(row => [
        row.src,
        row.dst,
        row.conns,
        ...(hasOpen ? [row.indeterminate ?? ''] : []),
        ...(hasTomorrow ? [row.exposure ?? ''] : []),
      ]),
    ].map(line => line.map(quoted).join(',')),
  );
}

function printMarkdown(rows: readonly ConnectivityRow[]): string {
  const escaped = (text: string): string => text.replace(/[\\|[\]]/g, '\\$&');
  return lines([
    '| source | destination | connections |',
    '| --- | --- | --- |',
    ...rows.map(row => `| ${[row.src, row.dst, wordsOf(row)].map(escaped).join(' | ')} |`),
  ]);
}

function printDot(rows: readonly ConnectivityRow[]): string {
  const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`;
  const nodes = [...new Set(rows.flatMap(row => [row.src, row.dst]))].sort(compareText);
  return lines([
    'digraph connectivity {',
    '  rankdir=LR;',
    '  node [shape=box, fontname="sans-serif"];',
    ...nodes.map(
      node => `  ${quoted(node)}${node.endsWith('[External]') ? ' [shape=ellipse, style=dashed]' : ''};`,
    ),
    ...rows.map(row => {
      const style = row.indeterminate === undefined ? '' : ', style=dashed';
      return `  ${quoted(row.src)} -> ${quoted(row.dst)} [label=${quoted(wordsOf(row))}${style}];`;
    }),
    '}',
  ]);
}

/** What a row says in one text; what stays open, and what does not exist yet, is never left out. */
function wordsOf(row: ConnectivityRow): string {
  const told =
    row.indeterminate === undefined ? row.conns : `${row.conns}; indeterminate: ${row.indeterminate}`;
  if (row.exposure === undefined) return told;
  return `${told} (may connect tomorrow${row.unprotected === true ? `, no policy for ${row.exposure}` : ''})`;
}

function lines(texts: readonly string[]): string {
  return `${texts.join('\n')}\n`;
}
