// What each source covers of its time: a lane per source over one axis, and the same as a table. Silences are gaps,
// losses are words; what holds no time is counted aloud, so that an empty place is never read as a quiet one.
import { useMemo, useState, type ReactElement } from 'react';
import type { CaseView } from '../../data/case-view.ts';
import type { EngagementHeader } from '../../../shared/records/engagement.ts';
import { Button } from '../../kit/button.tsx';
import { DataTable } from '../../kit/data-table.tsx';
import { Mark } from '../../kit/mark.tsx';
import { counted, EmptyState, printCount } from '../../kit/notice.tsx';
import type { Column } from '../../kit/table-rows.ts';
import { TimeLanes, type Lane } from '../../kit/time-lanes.tsx';
import { printInstant, spanOf, type TimeSpan } from '../../kit/time-scale.ts';
import {
  coverageOf,
  gatheringOf,
  longestSilence,
  lossesOf,
  printLength,
  stretchesOf,
  type CoveredSource,
} from './coverage-lanes.ts';

/** The coverage tab. */
export function CoverageTab({
  view,
  header,
  selected,
  onSelect,
  onOpen,
}: {
  readonly view: CaseView;
  readonly header: EngagementHeader | undefined;
  readonly selected: string | undefined;
  readonly onSelect: (id: string) => void;
  /** Shows a file. */
  readonly onOpen: (path: string) => void;
}): ReactElement {
  const [isNear, setNear] = useState(false);
  const { sources, undatedExports, untimedFiles } = useMemo(
    () => coverageOf(view.files, view.exports),
    [view],
  );
  const lanes = useMemo(() => sources.map(laneOf), [sources]);
  const whole = useMemo(() => spanOf(sources.map(periodOf)), [sources]);
  const chosen = sources.find(source => source.id === selected);
  const near = chosen === undefined ? undefined : spanOf([periodOf(chosen)]);
  const span = (isNear ? near : undefined) ?? whole;
  const gathering = useMemo(() => gatheringOf(header), [header]);
  if (span === undefined)
    return (
      <EmptyState title="No source with times">
        Nothing that was imported holds records with times, or objects that say when they were made.
      </EmptyState>
    );
  const open = (id: string): void => {
    const source = sources.find(item => item.id === id);
    if (source?.kind === 'file') onOpen(source.id);
  };
  return (
    <div className="v-coverage">
      <div className="v-coverage__head">
        <Legend hasBand={gathering !== undefined} />
        <span className="v-grow" />
        {untimedFiles + undatedExports === 0 ? undefined : (
          <span className="v-legend">
            {[
              untimedFiles === 0 ? [] : [`${counted(untimedFiles, 'file')} without times`],
              undatedExports === 0 ? [] : [`${counted(undatedExports, 'export')} without a date`],
            ]
              .flat()
              .join(', ')}
          </span>
        )}
        <Button
          small
          icon="search"
          pressed={isNear}
          disabled={near === undefined}
          onPress={() => setNear(!isNear)}
        >
          Zoom to selected
        </Button>
      </div>
      <div className="v-coverage__lanes" style={{ flexBasis: 30 + lanes.length * 28 }}>
        <TimeLanes
          label="Time covered by each source"
          lanes={lanes}
          span={span}
          band={gathering === undefined ? undefined : { ...gathering, title: 'Evidence gathered' }}
          selected={selected}
          onSelect={onSelect}
          onOpen={open}
        />
      </div>
      <div className="v-coverage__table">
        <DataTable
          label="Coverage"
          columns={COLUMNS}
          rows={sources}
          rowKey={idOf}
          selected={selected}
          onSelect={onSelect}
          onOpen={open}
          filterLabel="Filter sources"
        />
      </div>
    </div>
  );
}

const idOf = (source: CoveredSource): string => source.id;

function Legend({ hasBand }: { readonly hasBand: boolean }): ReactElement {
  const entries: readonly (readonly [string, string])[] = [
    ['there', 'records'],
    ['gap', 'silence over 5 min'],
    ['unknown', 'not known'],
    ['point', 'export, then or later'],
    ...(hasBand ? ([['band', 'evidence gathered']] as const) : []),
  ];
  return (
    <div className="v-legend">
      {entries.map(([sign, text]) => (
        <span key={sign}>
          <span className={`v-legend__sign v-legend__sign--${sign}`} aria-hidden="true" />
          {text}
        </span>
      ))}
    </div>
  );
}

function laneOf(source: CoveredSource): Lane {
  if (source.kind === 'export') {
    const { cluster, files, isLatest } = source.export;
    const state = isLatest ? 'judged' : 'earlier';
    return {
      id: source.id,
      title: `Export of ${cluster}`,
      summary: `not taken before ${printInstant(source.at)} UTC, ${counted(files.length, 'file')}, ${state}`,
      stretches: [],
      points: [source.at],
      notes: `${counted(files.length, 'file')}, ${state}`,
    };
  }
  const { period, coverage, file } = source;
  const losses = lossesOf(coverage);
  const words = losses.length === 0 ? 'no silence' : losses.join(', ');
  return {
    id: source.id,
    title: file.path,
    summary: `${printInstant(period.from)} to ${printInstant(period.to)} UTC, ${words}`,
    stretches: stretchesOf(period, coverage),
    points: [],
    notes:
      losses.length === 0 ? (
        <span className="v-dim">no silence</span>
      ) : (
        <span title={words}>
          <Mark icon="warning" tone="warn">
            {losses[0]}
          </Mark>
          {losses.length > 1 ? `, ${losses.slice(1).join(', ')}` : undefined}
        </span>
      ),
  };
}

function periodOf(source: CoveredSource): TimeSpan {
  return source.kind === 'file' ? source.period : { from: source.at, to: source.at };
}

const number = (
  id: string,
  title: string,
  width: number,
  of: (source: CoveredSource) => number,
  spare = false,
): Column<CoveredSource> => ({
  id,
  title,
  width,
  end: true,
  text: source => (of(source) === 0 ? '' : printCount(of(source))),
  rank: of,
  ...(spare ? { spare } : {}),
});
const fact = (source: CoveredSource, name: 'silenceCount' | 'lost' | 'aggregated' | 'portless'): number =>
  source.kind === 'file' ? (source.coverage?.[name] ?? 0) : 0;

const COLUMNS: readonly Column<CoveredSource>[] = [
  {
    id: 'source',
    title: 'Source',
    width: 180,
    grow: 3,
    mono: true,
    text: source => (source.kind === 'file' ? source.file.path : `Export of ${source.export.cluster}`),
  },
  {
    id: 'format',
    title: 'Format',
    width: 100,
    text: source => (source.kind === 'file' ? source.file.format : 'export'),
  },
  { id: 'from', title: 'From, UTC', width: 162, text: source => printInstant(periodOf(source).from) },
  { id: 'to', title: 'To, UTC', width: 162, text: source => printInstant(periodOf(source).to) },
  number('records', 'Records', 76, source => (source.kind === 'file' ? source.file.records : 0)),
  number('silences', 'Silences', 78, source => fact(source, 'silenceCount')),
  {
    id: 'longest',
    title: 'Longest',
    width: 92,
    spare: true,
    end: true,
    text: source =>
      source.kind === 'file' && longestSilence(source.coverage) > 0
        ? printLength(longestSilence(source.coverage))
        : '',
    rank: source => (source.kind === 'file' ? longestSilence(source.coverage) : 0),
  },
  number('lost', 'Lost', 64, source => fact(source, 'lost')),
  {
    id: 'kept',
    title: 'Kept',
    width: 70,
    end: true,
    text: source =>
      source.kind === 'file' && source.coverage?.sampledOneIn !== undefined
        ? `1 in ${source.coverage.sampledOneIn}`
        : '',
  },
  number(
    'nodes',
    'Nodes',
    64,
    source => (source.kind === 'file' ? (source.coverage?.nodes.length ?? 0) : 0),
    true,
  ),
  number('aggregated', 'Aggregated', 92, source => fact(source, 'aggregated'), true),
  number('portless', 'No port', 72, source => fact(source, 'portless'), true),
];
