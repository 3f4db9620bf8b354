// The table: thousands of rows of 26 px, only the visible ones drawn; sorted, filtered, walked by keys, copied as TSV.
// One tab stop for the rows (the grid owns the focus and names its active row), as the ARIA grid pattern allows.
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  useDeferredValue,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
} from 'react';
import { Button } from './button.tsx';
import { SearchField } from './field.tsx';
import { printCount } from './notice.tsx';
import { useFollowed } from './follow-row.ts';
import { TableHead, Twist } from './table-head.tsx';
import { filterRows, fittingColumns, sortRows, tsvOf, type Column, type Sorting } from './table-rows.ts';
import { arrangeTree } from './tree-rows.ts';

const ROW = 26;
const NONE_OPEN: ReadonlySet<string> = new Set();

/** What a table takes. */
export interface DataTableProps<T> {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly rowKey: (row: T) => string;
  readonly selected?: string | undefined;
  readonly onSelect?: (key: string) => void;
  /** Enter or double click. */
  readonly onOpen?: (key: string) => void;
  readonly filterLabel?: string;
  readonly filter?: string;
  readonly onFilter?: (text: string) => void;
  readonly tools?: ReactNode;
  readonly empty?: ReactNode;
  readonly initialSort?: Sorting;
  /** Makes the rows a tree: key of the row that a row lies in. Right and left open and close. */
  readonly parentOf?: (row: T) => string | undefined;
  /** Key of a row that is brought into view whenever it changes, until a person scrolls or selects. */
  readonly follow?: string | undefined;
}

/** A dense table over rows held in memory. */
export function DataTable<T>(props: DataTableProps<T>): ReactElement {
  const { columns: all, rows, rowKey } = props;
  const id = useId();
  const [ownFilter, setOwnFilter] = useState('');
  const [sorting, setSorting] = useState<Sorting | undefined>(props.initialSort);
  const [extent, setExtent] = useState(0);
  const [room, setRoom] = useState(Number.MAX_SAFE_INTEGER);
  const columns = useMemo(() => fittingColumns(all, room), [all, room]);
  const filter = props.filter ?? ownFilter;
  const asked = useDeferredValue(filter);
  const found = useMemo(() => filterRows(rows, all, asked), [rows, all, asked]);
  const [open, setOpen] = useState<ReadonlySet<string>>(NONE_OPEN);
  const { parentOf } = props;
  const {
    rows: shown,
    places,
    isNested: isTree,
  } = useMemo(() => {
    if (parentOf === undefined)
      return { rows: sortRows(found, all, sorting), places: undefined, isNested: false };
    return arrangeTree({
      sorted: sortRows(rows, all, sorting),
      ...(found === rows ? {} : { found: new Set(found.map(rowKey)) }),
      open,
      keyOf: rowKey,
      parentOf,
    });
  }, [rows, found, all, sorting, open, rowKey, parentOf]);
  const grid = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const frame = grid.current;
    if (frame === null) return;
    const watch = new ResizeObserver(() => setRoom(frame.clientWidth));
    watch.observe(frame);
    return () => watch.disconnect();
  }, []);
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => grid.current,
    estimateSize: () => ROW,
    overscan: 12,
    scrollPaddingStart: ROW,
  });
  const active = useMemo(
    () => shown.findIndex(row => rowKey(row) === props.selected),
    [shown, rowKey, props.selected],
  );
  const isDrawn = active >= 0 && virtual.getVirtualItems().some(item => item.index === active);
  useFollowed(props.follow, props.selected, grid, key => {
    const at = key === undefined ? 0 : shown.findIndex(row => rowKey(row) === key);
    if (at >= 0) virtual.scrollToIndex(at, { align: key === props.follow ? 'center' : 'auto' });
  });
  const template = columns
    .map(column => `minmax(${column.least ?? column.width}px, ${column.grow ?? 0}fr)`)
    .join(' ');
  const width = columns.reduce((sum, column) => sum + (column.least ?? column.width), 0);
  const go = (index: number, extend: boolean): void => {
    const at = Math.max(0, Math.min(shown.length - 1, index));
    const row = shown[at];
    if (row === undefined) return;
    setExtent(extend ? extent + Math.max(active, 0) - at : 0);
    props.onSelect?.(rowKey(row));
    virtual.scrollToIndex(at);
  };
  // Rows lag behind quick typing: when they arrive and the keys are already here, there must be a row to stand on.
  useEffect(() => {
    if (active < 0 && document.activeElement === grid.current) go(0, false);
  });
  const isSelected = (index: number): boolean =>
    active >= 0 && index >= Math.min(active, active + extent) && index <= Math.max(active, active + extent);
  const turn = (key: string, isOpen: boolean): void => {
    const next = new Set(open);
    if (isOpen) next.add(key);
    else next.delete(key);
    setOpen(next);
  };
  const copy = (): void => {
    const chosen = extent === 0 ? shown : shown.filter((_, index) => isSelected(index));
    void navigator.clipboard.writeText(tsvOf(chosen, all));
  };
  const press = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return;
    const page = Math.max(1, Math.floor((grid.current?.clientHeight ?? ROW * 10) / ROW) - 2);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
    };
    const step = steps[event.key];
    if ((event.ctrlKey || event.metaKey) && event.key === 'c') {
      const row = shown[active];
      if (row !== undefined && String(document.getSelection()) === '')
        void navigator.clipboard.writeText(
          tsvOf(
            shown.filter((_, index) => isSelected(index)),
            columns,
          ),
        );
      return;
    }
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const place = places?.get(props.selected ?? '');
    if (event.key === 'ArrowRight' && place?.isOpen === false) turn(props.selected ?? '', true);
    else if (event.key === 'ArrowLeft' && place?.isOpen === true) turn(props.selected ?? '', false);
    else if (event.key === 'ArrowLeft' && place?.parent !== undefined) props.onSelect?.(place.parent);
    else if (step !== undefined) go(active + step, event.shiftKey);
    else if (event.key === 'Home') go(0, event.shiftKey);
    else if (event.key === 'End') go(shown.length - 1, event.shiftKey);
    else if (event.key === 'Enter' && active >= 0) props.onOpen?.(props.selected ?? '');
    else return;
    event.preventDefault();
  };
  return (
    <div className="v-table">
      <div className="v-table__bar">
        <SearchField
          label={props.filterLabel ?? 'Filter'}
          value={filter}
          onChange={text => {
            setExtent(0);
            if (props.onFilter === undefined) setOwnFilter(text);
            else props.onFilter(text);
          }}
          onLeave={() => {
            grid.current?.focus();
            if (active < 0) go(0, false);
          }}
        />
        {props.tools}
        <span className="v-grow" />
        <span className="v-table__count" role="status">
          {found.length === rows.length
            ? printCount(rows.length)
            : `${printCount(found.length)} of ${printCount(rows.length)}`}
        </span>
        <Button kind="quiet" small icon="copy" label="Copy the shown rows as TSV" onPress={copy} />
      </div>
      <div
        ref={grid}
        className="v-table__grid"
        role={isTree ? 'treegrid' : 'grid'}
        aria-label={props.label}
        aria-rowcount={shown.length + 1}
        aria-colcount={columns.length}
        aria-activedescendant={isDrawn ? `${id}-${active}` : undefined}
        tabIndex={0}
        onKeyDown={press}
      >
        <TableHead
          columns={columns}
          template={template}
          width={width}
          sorting={sorting}
          onSort={setSorting}
        />
        <div
          className="v-table__body"
          role="rowgroup"
          style={{ height: virtual.getTotalSize(), minWidth: width }}
        >
          {virtual.getVirtualItems().map(item => {
            const row = shown[item.index];
            if (row === undefined) return undefined;
            const place = isTree ? places?.get(rowKey(row)) : undefined;
            return (
              <div
                key={item.key}
                id={`${id}-${item.index}`}
                role="row"
                className={item.index === active ? 'v-table__row v-table__row--active' : 'v-table__row'}
                aria-rowindex={item.index + 2}
                aria-selected={isSelected(item.index)}
                aria-level={place?.level}
                aria-expanded={place?.isOpen}
                style={{ gridTemplateColumns: template, transform: `translateY(${item.start}px)` }}
                onClick={event => go(item.index, event.shiftKey)}
                onDoubleClick={() => props.onOpen?.(rowKey(row))}
              >
                {columns.map((column, at) => (
                  <div key={column.id} role="gridcell" className={cellClass(column)} title={column.text(row)}>
                    {place === undefined || at > 0 ? undefined : (
                      <Twist place={place} onTurn={isOpen => turn(rowKey(row), isOpen)} />
                    )}
                    {column.render === undefined ? column.text(row) : column.render(row)}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
        {shown.length === 0 ? (
          <div className="v-table__none" role="row">
            <div role="gridcell">
              {rows.length === 0 ? (props.empty ?? 'Nothing here.') : `Nothing matches “${asked}”.`}
            </div>
          </div>
        ) : undefined}
      </div>
    </div>
  );
}

function cellClass<T>(column: Column<T>): string {
  const names = [
    'v-table__cell',
    column.end === true ? 'v-table__cell--end' : '',
    column.mono === true ? 'v-mono' : '',
    column.render === undefined ? '' : 'v-table__cell--dressed',
  ];
  return names.filter(name => name !== '').join(' ');
}
