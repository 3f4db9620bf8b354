// Connectivity as a drawn matrix: sources down, destinations across, one cell per pair. Full = all connections,
// half = some ports, hatched = the files cannot tell; the connections themselves are the title of each cell.
import { sortedUnique } from '../base/order.ts';
import { ALL_CONNECTIONS } from '../base/ports.ts';
import type { ConnectivityRow } from './connectivity.ts';

const CELL = 18;
const PAD = 16;
const LETTER = 6.7;

/** Prints the matrix as an SVG document without scripts, fonts or links. */
export function printConnectivitySvg(rows: readonly ConnectivityRow[]): string {
  const sources = sortedUnique(rows.map(row => row.src));
  const targets = sortedUnique(rows.map(row => row.dst));
  const left = PAD + widthOf(sources) + 8;
  const top = PAD + widthOf(targets) + 8;
  const width = left + targets.length * CELL + PAD;
  const height = top + sources.length * CELL + 44;
  const column = new Map(targets.map((name, at) => [name, left + at * CELL]));
  const line = new Map(sources.map((name, at) => [name, top + at * CELL]));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="11">`,
    '<title>Who may talk to whom</title>',
    '<defs><pattern id="open" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="4" height="4" fill="#fff"/><rect width="2" height="4" fill="#b45309"/></pattern></defs>',
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...sources.map((name, at) => label(name, left - 8, top + at * CELL + 13, 'end')),
    ...targets.map((name, at) => column90(name, left + at * CELL + 13, top - 8)),
    ...gridLines(left, top, targets.length, sources.length),
    ...rows.map(row => cell(row, column.get(row.dst) ?? 0, line.get(row.src) ?? 0)),
    ...legend(PAD, top + sources.length * CELL + 20),
    '</svg>',
    '',
  ].join('\n');
}

function cell(row: ConnectivityRow, x: number, y: number): string {
  const isAll = row.conns === ALL_CONNECTIONS;
  const fill = row.indeterminate !== undefined ? 'url(#open)' : isAll ? '#1d4ed8' : '#93c5fd';
  const open = row.indeterminate === undefined ? '' : `; indeterminate: ${row.indeterminate}`;
  const title = `${row.src} to ${row.dst}: ${row.conns}${open}`;
  return `<rect x="${x + 2}" y="${y + 2}" width="${CELL - 3}" height="${CELL - 3}" fill="${fill}"><title>${escapeXml(title)}</title></rect>`;
}

function gridLines(left: number, top: number, columns: number, rows: number): readonly string[] {
  const right = left + columns * CELL;
  const bottom = top + rows * CELL;
  const across = Array.from({ length: rows + 1 }, (_, at) => `M${left} ${top + at * CELL}H${right}`);
  const down = Array.from({ length: columns + 1 }, (_, at) => `M${left + at * CELL} ${top}V${bottom}`);
  return [`<path d="${[...across, ...down].join('')}" stroke="#e5e7eb" fill="none"/>`];
}

function legend(x: number, y: number): readonly string[] {
  const entries = [
    ['#1d4ed8', 'all connections'],
    ['#93c5fd', 'some ports'],
    ['url(#open)', 'indeterminate'],
  ] as const;
  return entries.map(([fill, text], at) => {
    const here = x + at * 130;
    return `<rect x="${here}" y="${y}" width="12" height="12" fill="${fill}" stroke="#9ca3af"/>${label(text, here + 18, y + 10, 'start')}`;
  });
}

function label(text: string, x: number, y: number, anchor: 'start' | 'end'): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="#111827">${escapeXml(text)}</text>`;
}

function column90(text: string, x: number, y: number): string {
  return `<text transform="translate(${x} ${y}) rotate(-90)" fill="#111827">${escapeXml(text)}</text>`;
}

function widthOf(names: readonly string[]): number {
  return Math.ceil(Math.max(60, ...names.map(name => name.length * LETTER)));
}

function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
