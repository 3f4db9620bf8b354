// The report: what keeps it a draft, and what was made and signed.
import { useMemo, type ReactElement } from 'react';
import { ensure } from '../../../shared/base/assert.ts';
import { catalogueOf } from '../../../shared/catalogue/catalogue.ts';
import { openItems, requirementStates, type OpenItem } from '../../../shared/evidence/requirement-states.ts';
import { navigate, type Route } from '../../data/route.ts';
import { useAppState } from '../../data/use-workbench.ts';
import { DataTable } from '../../kit/data-table.tsx';
import { RoomFrame } from '../../kit/layout.tsx';
import { Mark } from '../../kit/mark.tsx';
import type { Column } from '../../kit/table-rows.ts';

const NO_CHECKS = [] as const;

/** The report room. */
export function ReportRoom({ route }: { readonly route: Route }): ReactElement {
  const engagement = ensure(
    useAppState(state => state.engagement),
    'the shell opens this room only with an engagement',
  );
  const checks = useAppState(state => state.judgement?.checks ?? NO_CHECKS);
  const items = useMemo(
    () =>
      openItems(engagement, requirementStates(engagement, catalogueOf(engagement.header.standard), checks)),
    [engagement, checks],
  );
  return (
    <RoomFrame
      title="Report"
      facts={
        <Mark icon={items.length === 0 ? 'allow' : 'pen'} tone={items.length === 0 ? 'good' : 'warn'}>
          {items.length === 0 ? 'final' : `draft, ${items.length} items open`}
        </Mark>
      }
    >
      <OpenItems items={items} selected={route.selection} />
    </RoomFrame>
  );
}

function OpenItems({
  items,
  selected,
}: {
  readonly items: readonly OpenItem[];
  readonly selected: string | undefined;
}): ReactElement {
  const columns = useMemo<readonly Column<OpenItem>[]>(
    () => [
      { id: 'kind', title: 'What', width: 210, text: item => item.kind.replaceAll('-', ' ') },
      { id: 'text', title: 'Open item', width: 260, grow: 1, text: item => item.text },
    ],
    [],
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
        if (item?.requirement === undefined) navigate('engagement');
        else navigate('controls', item.requirement);
      }}
      filterLabel="Filter open items"
      empty="Nothing is open."
    />
  );
}
