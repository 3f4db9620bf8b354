// What a kind of list is: its columns with the names people give them, and which of them tell it from others.
import type {
  RegisterDate,
  RegisterFields,
  RegisterKind,
  RegisterPorts,
  RegisterProtocol,
} from '../../model/register.ts';

/** How a cell is read. */
export type CellType = 'text' | 'list' | 'date' | 'number' | 'yes-no' | 'protocols' | 'ports';

/** The type of cell that gives a value. */
type CellTypeOf<V> = V extends string
  ? 'text'
  : V extends RegisterDate
    ? 'date'
    : V extends readonly RegisterPorts[]
      ? 'ports'
      : V extends readonly RegisterProtocol[]
        ? 'protocols'
        : V extends readonly string[]
          ? 'list'
          : V extends number
            ? 'number'
            : 'yes-no';

/** One column. */
export interface Column<T extends CellType = CellType> {
  readonly type: T;
  /** As the template names it. */
  readonly header: string;
  /** What to write there, for the template. */
  readonly about: string;
  /** Other names of it, folded when they are compared. */
  readonly names: readonly string[];
}

/** One kind of list. */
export interface RegisterDefinition<K extends RegisterKind = RegisterKind> {
  readonly kind: K;
  readonly title: string;
  /** Requirements of v4.0.1 that ask for it. */
  readonly requirements: readonly string[];
  readonly columns: {
    readonly [F in keyof RegisterFields[K]]-?: Column<CellTypeOf<NonNullable<RegisterFields[K][F]>>>;
  };
  /** Of each group one column must be there. */
  readonly needs: readonly (readonly (keyof RegisterFields[K] & string)[])[];
  /** Words of titles and sheet names; they decide only between kinds that fit equally well. */
  readonly words: readonly string[];
}

/** Makes a column; `names` are separated by commas. */
export function column<T extends CellType>(type: T, header: string, about: string, names: string): Column<T> {
  return { type, header, about, names: [header, ...names.split(',').map(name => name.trim())] };
}
