// Tables: heads repeat on every page (the repeats are artifacts for readers), cells wrap, rows are kept whole while
// they fit on a page and are split by lines where they cannot. Hairlines only, no zebra.
import type { Block, Inline, TableColumn } from '../tree.ts';
import {
  draw,
  drawLine,
  drawParagraph,
  drawText,
  linesOf,
  need,
  newPage,
  roomOf,
  type Flow,
} from './flow.ts';
import { addNode, type StructureNode } from './page.ts';
import { PAPER, TYPE } from './theme.ts';
import type { Line } from './wrap.ts';

const GAP = 10;
const PAD = 4;

interface Column extends TableColumn {
  readonly x: number;
  readonly points: number;
}

/** Rows laid out before a long table lets its caller breathe. */
const ROWS_AT_ONCE = 250;

/** Lays out a table with its caption; stops between parts of a long one, for progress and cancelling. */
export function* layoutTable(flow: Flow, block: Block & { kind: 'table' }): Generator<void> {
  const columns = columnsOf(flow, block.columns);
  const table = addNode(flow.node, 'Table');
  const first = block.rows[0];
  const firstHeight = first === undefined ? 20 : heightOfRow(cellsOf(flow, first, columns));
  need(flow, 16 + headHeight(flow, columns) + Math.min(firstHeight, 120) + 4);
  if (block.caption !== '') {
    drawParagraph(
      flow,
      [{ text: block.caption, style: 'strong' }],
      TYPE.source,
      { ink: 'muted' },
      addNode(table, 'Caption'),
    );
    flow.y += 3;
  }
  drawHead(flow, columns, addNode(table, 'TR'));
  if (block.rows.length === 0) {
    const row = addNode(addNode(table, 'TR'), 'TD');
    flow.y += PAD;
    drawParagraph(flow, [{ text: block.empty, style: 'em' }], TYPE.cell, { ink: 'muted' }, row);
    flow.y += PAD;
    rule(flow, 'hairline', 0.5);
  }
  for (const [index, row] of block.rows.entries()) {
    drawRow(flow, cellsOf(flow, row, columns), columns, addNode(table, 'TR'));
    if (index % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) yield;
  }
  flow.y += 14;
}

function columnsOf(flow: Flow, columns: readonly TableColumn[]): readonly Column[] {
  const shares = columns.reduce((sum, column) => sum + column.width, 0);
  const free = flow.width - GAP * (columns.length - 1);
  let x = flow.left;
  return columns.map(column => {
    const points = (column.width / shares) * free;
    const placed = { ...column, x, points };
    x += points + GAP;
    return placed;
  });
}

function headLines(flow: Flow, columns: readonly Column[]): readonly (readonly Line[])[] {
  return columns.map(column =>
    linesOf(flow, [{ text: column.title }], TYPE.head, { face: 'semibold', ink: 'muted' }, column.points),
  );
}

function headHeight(flow: Flow, columns: readonly Column[]): number {
  return Math.max(...headLines(flow, columns).map(lines => lines.length)) * TYPE.head.leading + 2 * PAD;
}

function drawHead(flow: Flow, columns: readonly Column[], row: StructureNode | undefined): void {
  rule(flow, 'rule', 0.9);
  const cells = headLines(flow, columns);
  const height = headHeight(flow, columns);
  const most = Math.max(...cells.map(lines => lines.length));
  cells.forEach((lines, index) => {
    const column = columns[index];
    if (column === undefined) return;
    const node = row === undefined ? {} : { node: addNode(row, 'TH') };
    lines.forEach((line, at) => {
      const top = flow.y + PAD + (most - lines.length + at) * TYPE.head.leading;
      drawLine(flow, line, { x: startOf(column, line), top, style: TYPE.head, ...node });
    });
  });
  flow.y += height;
  rule(flow, 'hairline', 0.5);
}

function cellsOf(
  flow: Flow,
  row: readonly Inline[],
  columns: readonly Column[],
): readonly (readonly Line[])[] {
  return columns.map((column, index) =>
    linesOf(flow, row[index] ?? [], TYPE.cell, column.kind === 'mono' ? { face: 'mono' } : {}, column.points),
  );
}

function heightOfRow(cells: readonly (readonly Line[])[]): number {
  return Math.max(1, ...cells.map(lines => lines.length)) * TYPE.cell.leading + 2 * PAD;
}

/** A row goes to the next page whole; a tall one is split between lines, so that no page stays half empty. */
function drawRow(
  flow: Flow,
  cells: readonly (readonly Line[])[],
  columns: readonly Column[],
  row: StructureNode,
): void {
  const nodes = columns.map(() => addNode(row, 'TD'));
  const most = Math.max(1, ...cells.map(lines => lines.length));
  const page = PAPER.bottom - PAPER.top;
  if (heightOfRow(cells) > roomOf(flow) && (heightOfRow(cells) < page / 6 || roomOf(flow) < 60))
    continueOnNextPage(flow, columns);
  let done = 0;
  while (done < most) {
    const fitting = Math.max(1, Math.floor((roomOf(flow) - 2 * PAD) / TYPE.cell.leading));
    const count = linesHere(fitting, most - done);
    drawRowPart(
      flow,
      cells.map(lines => lines.slice(done, done + count)),
      columns,
      nodes,
    );
    flow.y += count * TYPE.cell.leading + 2 * PAD;
    rule(flow, 'hairline', 0.5);
    done += count;
    if (done < most) continueOnNextPage(flow, columns);
  }
}

/** Lines of a split row that go on this page: never is one line left alone for the next. */
function linesHere(fitting: number, left: number): number {
  const count = Math.min(fitting, left);
  const over = left - count;
  return over > 0 && over < 3 && count > 5 ? count - (3 - over) : count;
}

function drawRowPart(
  flow: Flow,
  cells: readonly (readonly Line[])[],
  columns: readonly Column[],
  nodes: readonly StructureNode[],
): void {
  cells.forEach((lines, index) => {
    const column = columns[index];
    const node = nodes[index];
    if (column === undefined || node === undefined) return;
    lines.forEach((line, at) => {
      const top = flow.y + PAD + at * TYPE.cell.leading;
      drawLine(flow, line, { x: startOf(column, line), top, style: TYPE.cell, node });
    });
  });
}

function continueOnNextPage(flow: Flow, columns: readonly Column[]): void {
  drawText(flow, 'continued on the next page', {
    x: flow.left + flow.width,
    y: Math.min(flow.y + 10, PAPER.bottom + 8),
    size: 6.5,
    face: 'italic',
    ink: 'muted',
    anchor: 'end',
  });
  newPage(flow);
  drawHead(flow, columns, undefined);
}

function startOf(column: Column, line: Line): number {
  return column.kind === 'number' ? column.x + column.points - line.width : column.x;
}

function rule(flow: Flow, ink: 'rule' | 'hairline', weight: number): void {
  draw(flow, {
    kind: 'path',
    points: [
      [flow.left, flow.y],
      [flow.left + flow.width, flow.y],
    ],
    closed: false,
    stroke: ink,
    weight,
    dash: 'solid',
  });
}
