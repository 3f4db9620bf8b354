// Rows of a table: what a filter keeps, in which order, and what is copied.
import { describe, expect, it } from 'vitest';
import { filterRows, sortRows, tsvOf, type Column } from './table-rows.ts';

interface Row {
  readonly name: string;
  readonly size: number;
}
const columns: readonly Column<Row>[] = [
  { id: 'name', title: 'Name', width: 1, text: row => row.name },
  { id: 'size', title: 'Size', width: 1, text: row => String(row.size), rank: row => row.size },
];
const rows = [
  { name: 'vault api', size: 10 },
  { name: 'web', size: 9 },
  { name: 'vault db', size: 100 },
];
const names = (found: readonly Row[]): readonly string[] => found.map(row => row.name);

describe('a filter', () => {
  it('keeps rows that hold every word', () => {
    expect(names(filterRows(rows, columns, 'vault 10'))).toEqual(['vault api', 'vault db']);
  });
  it('asks one column by name, and leaves out what is excluded', () => {
    expect(names(filterRows(rows, columns, 'size:10'))).toEqual(['vault api', 'vault db']);
    expect(names(filterRows(rows, columns, 'vault -db'))).toEqual(['vault api']);
  });
});

describe('sorting', () => {
  it('orders by number where a column has one, and keeps the order of equals', () => {
    expect(names(sortRows(rows, columns, { column: 'size', direction: 'up' }))).toEqual([
      'web',
      'vault api',
      'vault db',
    ]);
    expect(sortRows(rows, columns, undefined)).toBe(rows);
  });
});

describe('a copied table', () => {
  it('has a heading and one line a row, whatever a cell holds', () => {
    expect(tsvOf([{ name: 'a\tb\nc', size: 1 }], columns)).toBe('Name\tSize\na b c\t1\n');
  });
});
