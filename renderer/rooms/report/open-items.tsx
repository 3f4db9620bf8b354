// Everything that keeps a report a draft; Enter goes to the place where it is settled.
import { useMemo, type ReactElement } from 'react';
import type { Catalogue } from '../../../shared/catalogue/catalogue.ts';
import type { OpenItem } from '../../../shared/evidence/requirement-states.ts';
import { navigate } from '../../data/route.ts';
import { DataTable } from '../../kit/data-table.tsx';
import type { Column } from '../../kit/table-rows.ts';

/** The table of open items. */
export function OpenItems({
  items,
  catalogue,
  selected,
}: {
  readonly items: readonly OpenItem[];
  readonly catalogue: Catalogue;
  readonly selected: string | undefined;
}): ReactElement {
  const columns = useMemo<readonly Column<OpenItem>[]>(
    () => [
      { id: 'what', title: 'What', width: 150, text: item => item.kind.replaceAll('-', ' ') },
      { id: 'text', title: 'Open item', width: 330, grow: 1, text: item => item.text },
      {
        id: 'requirement',
        title: 'Requirement',
        width: 220,
        grow: 3,
        spare: true,
        text: item =>
          item.requirement === undefined ? '' : (catalogue.byNumber.get(item.requirement)?.title ?? ''),
      },
    ],
    [catalogue],
  );
  return (
    <DataTable
      label="Open items"
      columns={columns}
      rows={items}
      rowKey={item => item.text}
      selected={selected}
      onSelect={text => navigate('report', text, {}, true)}
      onOpen={text => {
        const item = items.find(one => one.text === text);
        if (item?.requirement !== undefined) navigate('controls', item.requirement);
        else navigate(item?.kind === 'account-data-unconfirmed' ? 'intake' : 'engagement');
      }}
      filterLabel="Filter open items"
      empty="Nothing is open."
    />
  );
}
