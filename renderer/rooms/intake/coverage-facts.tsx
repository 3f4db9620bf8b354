// What one source covers of its period, as facts: how much, how silent, who reported, what it lost or left out.
import type { ReactElement } from 'react';
import type { IntakeFile } from '../../../shared/intake/intake.ts';
import { Chips, Facts, Section } from '../../kit/layout.tsx';
import { printCount } from '../../kit/notice.tsx';
import { printInstant } from '../../kit/time-scale.ts';
import { printLength } from './coverage-lanes.ts';

const LISTED = 5;
const NODES = 24;

/** The coverage of a file whose records have times. */
export function CoverageFacts({ file }: { readonly file: IntakeFile }): ReactElement | undefined {
  const { coverage, period } = file;
  if (coverage === undefined) return undefined;
  const { silences, silenceCount, nodes } = coverage;
  const some = (count: number, text: string): string | undefined =>
    count === 0 ? undefined : `${printCount(count)} ${text}`;
  return (
    <Section title="Coverage">
      <Facts
        entries={[
          ['Period', period === undefined ? 'no record has a time' : printSpan(period.from, period.to)],
          [
            'Timed',
            `${printCount(coverage.records - coverage.untimed)} of ${printCount(coverage.records)} records`,
          ],
          ['Silences', silenceCount === 0 ? 'none longer than 5 min' : printCount(silenceCount)],
          ['Lost', some(coverage.lost, 'records, by its own count')],
          [
            'Sampled',
            coverage.sampledOneIn === undefined ? undefined : `1 record in ${coverage.sampledOneIn} kept`,
          ],
          ['Aggregated', some(coverage.aggregated, 'records name pods by a prefix only')],
          ['Without port', some(coverage.portless, 'records name no destination port')],
          ['Nodes', nodes.length === 0 ? 'none named' : printCount(nodes.length)],
        ]}
      />
      {silences.length === 0 ? undefined : (
        <ul className="v-bullets">
          {silences.slice(0, LISTED).map(silence => (
            <li key={silence.from}>
              {printSpan(silence.from, silence.to)}{' '}
              <span className="v-dim">
                {printLength(Date.parse(silence.to) - Date.parse(silence.from))} without a record
              </span>
            </li>
          ))}
          {silenceCount > LISTED ? <li>and {printCount(silenceCount - LISTED)} more</li> : undefined}
        </ul>
      )}
      {nodes.length === 0 ? undefined : (
        <Chips
          texts={[
            ...nodes.slice(0, NODES),
            ...(nodes.length > NODES ? [`${printCount(nodes.length - NODES)} more`] : []),
          ]}
        />
      )}
    </Section>
  );
}

function printSpan(from: string, to: string): string {
  const [start, end] = [printInstant(Date.parse(from)), printInstant(Date.parse(to))];
  return `${start} – ${end.slice(0, 10) === start.slice(0, 10) ? end.slice(11) : end} UTC`;
}
