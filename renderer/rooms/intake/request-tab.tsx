// The request list: what is still to be asked of the customer, for which procedures, and how far each has come. It goes
// out as CSV or workbook and comes back filled in; who asks, by when and the answer are noted here.
import { useState, type ReactElement } from 'react';
import {
  printRequests,
  readReturnedFile,
  workbookOfRequests,
} from '../../../shared/engagement/requests/exchange-requests.ts';
import type { EvidenceRequest } from '../../../shared/engagement/requests/request.ts';
import { collect } from '../../../shared/archive/bytes.ts';
import { useAppState, useWorkbench } from '../../data/use-workbench.ts';
import type { Workbench } from '../../data/workbench.ts';
import { Button } from '../../kit/button.tsx';
import { DataTable } from '../../kit/data-table.tsx';
import { SplitPane } from '../../kit/layout.tsx';
import { Mark, type Tone } from '../../kit/mark.tsx';
import type { IconName } from '../../kit/icon.tsx';
import { EmptyState } from '../../kit/notice.tsx';
import type { Column } from '../../kit/table-rows.ts';
import { RequestDetail, STATE_WORDS } from './request-detail.tsx';

/** The list with the item in hand. */
export function RequestTab(): ReactElement {
  const workbench = useWorkbench();
  const requests = useAppState(state => state.judgement?.requests ?? NONE);
  const [selected, setSelected] = useState<string>();
  const chosen = requests.find(item => item.id === selected);
  if (requests.length === 0)
    return (
      <EmptyState title="No list yet">
        Import the first file: the list then says what the case still lacks, and for which procedures.
      </EmptyState>
    );
  return (
    <SplitPane
      name="requests"
      initial={0.66}
      start={
        <DataTable
          label="Requests"
          columns={COLUMNS}
          rows={requests}
          rowKey={item => item.id}
          selected={selected}
          onSelect={setSelected}
          filterLabel="Filter requests"
          tools={
            <>
              <Button small onPress={() => void takeBack(workbench, requests)}>
                Take back a list
              </Button>
              <Button small onPress={() => void saveCsv(workbench, requests)}>
                Save as CSV
              </Button>
              <Button small onPress={() => void saveWorkbook(workbench, requests)}>
                Save as workbook
              </Button>
            </>
          }
        />
      }
      end={
        chosen === undefined ? (
          <EmptyState title="No request selected">
            Select a request to see how to make it, and to note who asks and by when.
          </EmptyState>
        ) : (
          <RequestDetail key={chosen.id} request={chosen} />
        )
      }
    />
  );
}

/** How many still wait for the customer. */
export function openRequests(requests: readonly EvidenceRequest[]): number {
  return requests.filter(item => item.state === 'to-ask' || item.state === 'asked').length;
}

const NONE: readonly EvidenceRequest[] = [];

const MARKS: Readonly<Record<EvidenceRequest['state'], readonly [IconName, Tone]>> = {
  'to-ask': ['circle', 'warn'],
  asked: ['info', 'info'],
  received: ['allow', 'good'],
  refused: ['deny', 'bad'],
  'not-needed': ['none', 'none'],
};
const STATES = Object.keys(MARKS);

const COLUMNS: readonly Column<EvidenceRequest>[] = [
  {
    id: 'state',
    title: 'State',
    width: 104,
    text: item => STATE_WORDS[item.state],
    rank: item => STATES.indexOf(item.state),
    render: item => {
      const [icon, tone] = MARKS[item.state];
      return (
        <Mark icon={icon} tone={tone}>
          {STATE_WORDS[item.state]}
        </Mark>
      );
    },
  },
  { id: 'item', title: 'What is asked for', width: 220, grow: 3, text: item => item.item },
  {
    id: 'procedures',
    title: 'Serves',
    width: 62,
    end: true,
    text: item => String(item.procedures.length),
    rank: item => item.procedures.length,
  },
  { id: 'owner', title: 'Owner', width: 92, text: item => item.owner ?? '' },
  { id: 'due', title: 'Due', width: 92, mono: true, text: item => item.due ?? '' },
];

async function saveCsv(workbench: Workbench, requests: readonly EvidenceRequest[]): Promise<void> {
  await save(workbench, 'requests.csv', new TextEncoder().encode(printRequests(requests)));
}

async function saveWorkbook(workbench: Workbench, requests: readonly EvidenceRequest[]): Promise<void> {
  await save(workbench, 'requests.xlsx', new Uint8Array(await collect(workbookOfRequests(requests))));
}

async function save(workbench: Workbench, name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const saved = await workbench.bridge.saveFile({ purpose: 'table', name, bytes });
  if (!saved.ok) workbench.notify('bad', saved.error.message);
  else if (saved.value.kind === 'saved') workbench.notify('info', `Saved ${saved.value.name}`);
}

/** Reads a list that came back; what it says is noted in one step. */
async function takeBack(workbench: Workbench, requests: readonly EvidenceRequest[]): Promise<void> {
  const opened = await workbench.bridge.openFile({ purpose: 'table' });
  if (!opened.ok) {
    workbench.notify('bad', opened.error.message);
    return;
  }
  if (opened.value.kind !== 'opened') return;
  const { name, bytes } = opened.value;
  const returned = await readReturnedFile(bytes, name, requests);
  if (!returned.ok) {
    workbench.notify('bad', returned.problem.message);
    return;
  }
  const { notes, faults } = returned.value;
  for (const fault of faults) workbench.notify('bad', fault);
  if (notes.length === 0) {
    workbench.notify('info', `${name} says nothing new`);
    return;
  }
  const decided = await workbench.decide({ kind: 'note-requests', notes });
  if (decided.ok) workbench.notify('info', `${notes.length} requests taken over from ${name}`);
  else workbench.notify('bad', decided.problem.message);
}
