// Controls: every requirement of the standard, what speaks about it, and the assessor's finding. Checks propose;
// people decide.
import { useMemo, useState, type ReactElement } from 'react';
import { catalogueOf, type Catalogue } from '../../../shared/catalogue/catalogue.ts';
import { ensure } from '../../../shared/base/assert.ts';
import { requirementStates, type RequirementState } from '../../../shared/evidence/requirement-states.ts';
import { useCommandHandlers } from '../../data/commands.ts';
import { navigate, type Route } from '../../data/route.ts';
import { useAppState } from '../../data/use-workbench.ts';
import { Choices } from '../../kit/field.tsx';
import { DataTable } from '../../kit/data-table.tsx';
import { counted } from '../../kit/notice.tsx';
import { RoomFrame, SplitPane } from '../../kit/layout.tsx';
import type { Column } from '../../kit/table-rows.ts';
import { CheckMark, checkWord, FindingMark } from '../marks.tsx';
import { RequirementDetail } from './requirement-detail.tsx';

const NO_CHECKS = [] as const;

/** The controls room. */
export function ControlsRoom({ route }: { readonly route: Route }): ReactElement {
  const engagement = ensure(
    useAppState(state => state.engagement),
    'the shell opens this room only with an engagement',
  );
  const checks = useAppState(state => state.judgement?.checks ?? NO_CHECKS);
  const states = useMemo(
    () => requirementStates(engagement, catalogueOf(engagement.header.standard), checks),
    [engagement, checks],
  );
  const selected = states.find(state => state.requirement.number === route.selection);
  const decided = states.filter(state => state.finding !== undefined).length;
  useCommandHandlers(
    useMemo(
      () => ({
        'controls.next': () => {
          const next = nextOpen(states, route.selection);
          if (next !== undefined) navigate('controls', next, {}, true);
        },
      }),
      [states, route.selection],
    ),
  );
  return (
    <RoomFrame
      title="Controls"
      facts={
        <>
          <span>PCI DSS v{engagement.header.standard}</span>
          <span>
            {decided} of {states.length} requirements have a finding
          </span>
          <span>
            {counted(
              checks.filter(check => check.outcome === 'fail').length,
              'check contradicts',
              'checks contradict',
            )}
          </span>
        </>
      }
    >
      <SplitPane
        name="controls"
        initial={0.56}
        start={
          <RequirementTable
            catalogue={catalogueOf(engagement.header.standard)}
            states={states}
            selected={route.selection}
          />
        }
        end={<RequirementDetail state={selected} engagement={engagement} />}
      />
    </RoomFrame>
  );
}

type Shown = 'all' | 'open' | 'contradicts' | 'cited';

const SHOWN: readonly { readonly value: Shown; readonly text: string }[] = [
  { value: 'all', text: 'All' },
  { value: 'open', text: 'Open' },
  { value: 'contradicts', text: 'Contradicted' },
  { value: 'cited', text: 'With evidence' },
];

function RequirementTable({
  catalogue,
  states,
  selected,
}: {
  readonly catalogue: Catalogue;
  readonly states: readonly RequirementState[];
  readonly selected: string | undefined;
}): ReactElement {
  const [shown, setShown] = useState<Shown>('all');
  const [chapter, setChapter] = useState('');
  const chapters = catalogue.requirements.filter(item => item.parent === undefined);
  const rows = useMemo(
    () =>
      states.filter(
        state =>
          (chapter === '' || state.requirement.number.startsWith(`${chapter}.`)) &&
          (shown === 'all' ||
            (shown === 'open' && state.finding === undefined) ||
            (shown === 'contradicts' && worst(state) === 'fail') ||
            (shown === 'cited' && evidenceCount(state) > 0)),
      ),
    [states, chapter, shown],
  );
  const columns = useMemo<readonly Column<RequirementState>[]>(
    () => [
      {
        id: 'number',
        title: 'No',
        width: 72,
        mono: true,
        text: state => state.requirement.number,
        rank: state => states.indexOf(state),
      },
      {
        id: 'title',
        title: 'Requirement',
        width: 200,
        grow: 4,
        text: state => state.requirement.title,
      },
      {
        id: 'checks',
        title: 'Checks',
        width: 126,
        text: state => checkText(worst(state)),
        render: state => {
          const outcome = worst(state);
          return outcome === undefined ? undefined : <CheckMark outcome={outcome} />;
        },
      },
      {
        id: 'evidence',
        title: 'Evidence',
        width: 72,
        spare: true,
        end: true,
        text: state => (evidenceCount(state) === 0 ? '' : String(evidenceCount(state))),
        rank: evidenceCount,
      },
      {
        id: 'finding',
        title: 'Finding',
        width: 122,
        text: state => state.finding?.finding ?? 'Open',
        render: state => <FindingMark finding={state.finding?.finding} />,
      },
    ],
    [states],
  );
  return (
    <DataTable
      label="Requirements"
      columns={columns}
      rows={rows}
      rowKey={state => state.requirement.number}
      selected={selected}
      onSelect={number => navigate('controls', number, {}, true)}
      filterLabel="Filter requirements"
      tools={
        <>
          <select
            className="v-input v-chapter"
            aria-label="Chapter"
            value={chapter}
            onChange={event => setChapter(event.target.value)}
          >
            <option value="">Every chapter</option>
            {chapters.map(item => (
              <option key={item.number} value={item.number}>
                {item.number} {item.title}
              </option>
            ))}
          </select>
          <Choices label="Shown requirements" value={shown} options={SHOWN} onChange={setShown} />
        </>
      }
    />
  );
}

function worst(state: RequirementState): 'fail' | 'assess' | 'no-data' | 'pass' | undefined {
  return (['fail', 'assess', 'no-data', 'pass'] as const).find(outcome =>
    state.checks.some(check => check.outcome === outcome),
  );
}

function checkText(outcome: 'fail' | 'assess' | 'no-data' | 'pass' | undefined): string {
  return outcome === undefined ? '' : checkWord(outcome);
}

function evidenceCount(state: RequirementState): number {
  return state.evidence.length + state.procedures.reduce((sum, item) => sum + item.evidence.length, 0);
}

function nextOpen(states: readonly RequirementState[], from: string | undefined): string | undefined {
  const at = states.findIndex(state => state.requirement.number === from);
  const order = [...states.slice(at + 1), ...states.slice(0, at + 1)];
  return order.find(state => state.finding === undefined)?.requirement.number;
}
