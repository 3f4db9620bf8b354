// Parts of a table: the heading row with a button per column that turns its order up, down, off; the sign that opens a row
// of a tree.
import type { ReactElement } from 'react';
import { Icon } from './icon.tsx';
import type { Column, Sorting } from './table-rows.ts';
import type { TreePlace } from './tree-rows.ts';

/** Headings of the shown columns. */
export function TableHead<T>({
  columns,
  template,
  width,
  sorting,
  onSort,
}: {
  readonly columns: readonly Column<T>[];
  readonly template: string;
  readonly width: number;
  readonly sorting: Sorting | undefined;
  readonly onSort: (sorting: Sorting | undefined) => void;
}): ReactElement {
  return (
    <div role="rowgroup" className="v-table__head" style={{ minWidth: width }}>
      <div role="row" aria-rowindex={1} style={{ display: 'grid', gridTemplateColumns: template }}>
        {columns.map(column => {
          const direction = sorting?.column === column.id ? sorting.direction : undefined;
          return (
            <div
              key={column.id}
              role="columnheader"
              aria-sort={direction === undefined ? 'none' : direction === 'up' ? 'ascending' : 'descending'}
              style={{ display: 'grid' }}
            >
              <button
                type="button"
                className={
                  column.end === true ? 'v-table__heading v-table__heading--end' : 'v-table__heading'
                }
                onClick={() => onSort(nextSorting(column.id, direction))}
              >
                <span className="v-clip">{column.title}</span>
                {direction === undefined ? undefined : <Icon name={direction} small />}
              </button>
            </div>
          );
        })}
      </div>
    </div>
  );
}

function nextSorting(column: string, direction: 'up' | 'down' | undefined): Sorting | undefined {
  if (direction === undefined) return { column, direction: 'up' };
  return direction === 'up' ? { column, direction: 'down' } : undefined;
}

/** Indent of a row of a tree, and the sign that opens and closes it; keys do the same, so it takes no focus. */
export function Twist({
  place,
  onTurn,
}: {
  readonly place: TreePlace;
  readonly onTurn: (isOpen: boolean) => void;
}): ReactElement {
  const { isOpen } = place;
  return (
    <span className="v-twist" style={{ marginLeft: (place.level - 1) * 14 }} aria-hidden="true">
      {isOpen === undefined ? undefined : (
        <span
          className={isOpen ? 'v-twist__sign v-twist__sign--open' : 'v-twist__sign'}
          onClick={event => {
            event.stopPropagation();
            onTurn(!isOpen);
          }}
        >
          <Icon name="right" small />
        </span>
      )}
    </span>
  );
}
