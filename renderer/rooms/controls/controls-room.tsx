// Controls: every requirement of the standard, what speaks about it, and the assessor's finding. Checks propose;
// people decide.
import { useMemo, type ReactElement } from 'react';
import { catalogueOf } from '../../../shared/catalogue/catalogue.ts';
import { ensure } from '../../../shared/base/assert.ts';
import { requirementStates, type RequirementState } from '../../../shared/evidence/requirement-states.ts';
import { useCommandHandlers } from '../../data/commands.ts';
import { navigate, type Route } from '../../data/route.ts';
import { useAppState } from '../../data/use-workbench.ts';
import { DataTable } from '../../kit/data-table.tsx';
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
  const worst = (state: RequirementState): 'fail' | 'assess' | 'no-data' | 'pass' | undefined =>
    (['fail', 'assess', 'no-data', 'pass'] as const).find(outcome =>
      state.checks.some(check => check.outcome === outcome),
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
          <span>{checks.filter(check => check.outcome === 'fail').length} checks contradict</span>
        </>
      }
    >
      <SplitPane
        name="controls"
        initial={0.5}
        start={<RequirementTable states={states} selected={route.selection} worst={worst} />}
        end={<RequirementDetail state={selected} engagement={engagement} />}
      />
    </RoomFrame>
  );
}

function RequirementTable({
  states,
  selected,
  worst,
}: {
  readonly states: readonly RequirementState[];
  readonly selected: string | undefined;
  readonly worst: (state: RequirementState) => 'fail' | 'assess' | 'no-data' | 'pass' | undefined;
}): ReactElement {
  const columns = useMemo<readonly Column<RequirementState>[]>(
    () => [
      {
        id: 'number',
        title: 'No',
        width: 84,
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
        width: 134,
        text: state => checkText(worst(state)),
        render: state => {
          const outcome = worst(state);
          return outcome === undefined ? undefined : <CheckMark outcome={outcome} />;
        },
      },
      {
        id: 'evidence',
        title: 'Evidence',
        width: 76,
        end: true,
        text: state => (evidenceCount(state) === 0 ? '' : String(evidenceCount(state))),
        rank: evidenceCount,
      },
      {
        id: 'finding',
        title: 'Finding',
        width: 128,
        text: state => state.finding?.finding ?? 'Open',
        render: state => <FindingMark finding={state.finding?.finding} />,
      },
    ],
    [states, worst],
  );
  return (
    <DataTable
      label="Requirements"
      columns={columns}
      rows={states}
      rowKey={state => state.requirement.number}
      selected={selected}
      onSelect={number => navigate('controls', number, {}, true)}
      filterLabel="Filter requirements"
    />
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
