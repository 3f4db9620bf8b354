// Rows of a tree as arithmetic: children right below their parent, those of closed parents left out; a filter keeps the
// way down to whatever it found. No view here.

/** Where a shown row stands. */
export interface TreePlace {
  /** 1 for rows without a parent. */
  readonly level: number;
  /** Absent for rows without children. */
  readonly isOpen?: boolean;
  readonly parent?: string;
}

/** Rows in the order they are shown, and the place of each by its key. */
export interface Tree<T> {
  readonly rows: readonly T[];
  readonly places: ReadonlyMap<string, TreePlace>;
  /** Whether any row has children. */
  readonly isNested: boolean;
}

/** What is needed to arrange a tree. */
export interface TreeQuestion<T> {
  /** All rows, sorted: siblings keep this order. */
  readonly sorted: readonly T[];
  /** Keys of the rows that a filter found; absent = no filter. */
  readonly found?: ReadonlySet<string>;
  readonly open: ReadonlySet<string>;
  readonly keyOf: (row: T) => string;
  /** A parent that is no row itself counts as none. */
  readonly parentOf: (row: T) => string | undefined;
}

/** Arranges rows as a tree; what a filter found is shown even where its parent is closed. */
export function arrangeTree<T>({ sorted, found, open, keyOf, parentOf }: TreeQuestion<T>): Tree<T> {
  const parents = new Map<string, string | undefined>(sorted.map(row => [keyOf(row), parentOf(row)]));
  const known = (key: string | undefined): string | undefined =>
    key !== undefined && parents.has(key) ? key : undefined;
  const kept = found === undefined ? undefined : withAncestors(found, key => known(parents.get(key)));
  const children = new Map<string | undefined, T[]>();
  for (const row of sorted) {
    if (kept?.has(keyOf(row)) === false) continue;
    const parent = known(parentOf(row));
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [row]);
    else siblings.push(row);
  }
  const rows: T[] = [];
  const places = new Map<string, TreePlace>();
  const place = (parent: string | undefined, level: number): void => {
    for (const row of children.get(parent) ?? []) {
      const key = keyOf(row);
      const isParent = children.has(key);
      const isOpen = open.has(key) || (kept !== undefined && isParent);
      rows.push(row);
      places.set(key, {
        level,
        ...(isParent ? { isOpen } : {}),
        ...(parent === undefined ? {} : { parent }),
      });
      if (isParent && isOpen) place(key, level + 1);
    }
  };
  place(undefined, 1);
  return { rows, places, isNested: rows.length > 0 && children.size > 1 };
}

function withAncestors(
  found: ReadonlySet<string>,
  parentOf: (key: string) => string | undefined,
): ReadonlySet<string> {
  const kept = new Set(found);
  for (const key of found)
    for (let up = parentOf(key); up !== undefined && !kept.has(up); up = parentOf(up)) kept.add(up);
  return kept;
}
