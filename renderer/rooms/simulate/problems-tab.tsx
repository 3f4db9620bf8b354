// What is worth a second look in the policies: found in the worker on demand, since a large cluster takes its time.
import { useEffect, useMemo, useState, type ReactElement } from 'react';
import type { Problem } from '../../../shared/base/result.ts';
import type { PolicyProblem } from '../../../shared/verdict/policy-problem.ts';
import { askCase } from '../../data/case-work.ts';
import { navigate } from '../../data/route.ts';
import { useAppState, useWorkbench } from '../../data/use-workbench.ts';
import { DataTable } from '../../kit/data-table.tsx';
import { EmptyState, Note } from '../../kit/notice.tsx';
import { Mark, type Tone } from '../../kit/mark.tsx';
import type { IconName } from '../../kit/icon.tsx';
import type { Column } from '../../kit/table-rows.ts';
import { draftOf, SourceLink, useSelected } from '../source-link.tsx';

type Found =
  | { readonly kind: 'asked' }
  | { readonly kind: 'found'; readonly problems: readonly PolicyProblem[] }
  | { readonly kind: 'refused'; readonly problem: Problem };

/** The list. */
export function ProblemsTab({ cluster }: { readonly cluster: string }): ReactElement {
  const workbench = useWorkbench();
  const view = useAppState(state => state.view);
  const [found, setFound] = useState<Found>({ kind: 'asked' });
  const [selected, setSelected] = useState<string>();
  useEffect(() => {
    let current = true;
    setFound({ kind: 'asked' });
    askCase(workbench, 'policyProblems', { cluster }, 'Reading the policies').then(
      answer => {
        if (!current) return;
        setFound(
          answer.ok
            ? { kind: 'found', problems: answer.value }
            : { kind: 'refused', problem: answer.problem },
        );
      },
      (error: unknown) => {
        if (current)
          setFound({ kind: 'refused', problem: { code: 'worker.failed', message: String(error) } });
      },
    );
    return () => {
      current = false;
    };
  }, [workbench, cluster, view]);
  const problems = found.kind === 'found' ? found.problems : NONE;
  const chosen = problems.find((item, index) => keyOf(item, index) === selected);
  const keys = useMemo(() => new Map(problems.map((item, index) => [item, keyOf(item, index)])), [problems]);
  useSelected(
    chosen === undefined
      ? undefined
      : {
          title: `${chosen.policy}: ${chosen.text}`,
          draft: draftOf(
            view,
            'policy-line',
            `${chosen.policy}: ${chosen.text}`,
            `${chosen.code}: ${chosen.policy}: ${chosen.text}`,
            chosen.source,
          ),
          suggests: ['1.2.5.b', '1.2.6.b', '1.2.7.b'],
        },
  );
  const columns = useMemo<readonly Column<PolicyProblem>[]>(
    () => [
      {
        id: 'kind',
        title: 'Kind',
        width: 176,
        text: row => WORDS[row.code][2],
        rank: row => Object.keys(WORDS).indexOf(row.code),
        render: row => {
          const [icon, tone, word] = WORDS[row.code];
          return (
            <Mark icon={icon} tone={tone}>
              {word}
            </Mark>
          );
        },
      },
      {
        id: 'policy',
        title: 'Policy',
        width: 130,
        grow: 2,
        mono: true,
        text: row => row.policy,
        render: row => <span title={row.policy}>{row.policy.replace(/^\S+ /, '')}</span>,
      },
      {
        id: 'rule',
        title: 'Rule',
        width: 84,
        text: row =>
          row.direction === undefined || row.rule === undefined ? '' : `${row.direction} ${row.rule}`,
      },
      { id: 'text', title: 'What', width: 180, grow: 4, text: row => row.text },
      {
        id: 'source',
        title: 'Source',
        width: 214,
        text: row => `${row.source.file}:${row.source.line}`,
        render: row => <SourceLink span={row.source} />,
      },
    ],
    [],
  );
  if (found.kind === 'asked')
    return (
      <EmptyState title="Reading the policies">
        Every rule is asked about every kind of end; a large cluster takes its time. It can be stopped below.
      </EmptyState>
    );
  if (found.kind === 'refused') return <Note tone="warn">{found.problem.message}</Note>;
  return (
    <DataTable
      label="Policy problems"
      columns={columns}
      rows={problems}
      rowKey={row => keys.get(row) ?? ''}
      selected={selected}
      onSelect={setSelected}
      onOpen={key => {
        const problem = problems.find((item, index) => keyOf(item, index) === key);
        if (problem !== undefined)
          navigate('simulate', undefined, { show: 'what-if', cluster, policy: problem.policy });
      }}
      filterLabel="Filter the problems"
      initialSort={{ column: 'kind', direction: 'up' }}
      empty="Nothing in the policies asks for a second look. That says nothing about what they allow."
    />
  );
}

const NONE: readonly PolicyProblem[] = [];

function keyOf(problem: PolicyProblem, index: number): string {
  return `${index} ${problem.policy} ${problem.code}`;
}

const WORDS: Readonly<Record<PolicyProblem['code'], readonly [icon: IconName, tone: Tone, word: string]>> = {
  'policy.refused': ['deny', 'bad', 'refused'],
  'policy.not-simulated': ['question', 'warn', 'not simulated'],
  'policy.misplaced': ['warning', 'warn', 'out of place'],
  'rule.allows-everything': ['warning', 'warn', 'allows everything'],
  'policy.equal-order': ['warning', 'warn', 'equal order'],
  'rule.or-where-and': ['warning', 'warn', 'OR where AND is likely'],
  'block.holds-pods': ['warning', 'warn', 'block holds pods'],
  'egress.no-dns': ['warning', 'warn', 'no name resolution'],
  'policy.splits-workload': ['info', 'info', 'splits a workload'],
  'policy.selects-nothing': ['none', 'none', 'selects nothing'],
  'rule.matches-nothing': ['none', 'none', 'matches nothing'],
  'port.not-declared': ['none', 'none', 'port not declared'],
  'rule.never-decides': ['none', 'none', 'never decides'],
};
