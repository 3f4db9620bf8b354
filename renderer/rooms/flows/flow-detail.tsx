// One edge: when, how often, what the log said, what the policies say and why.
import type { ReactElement } from 'react';
import { agreementOf } from '../../../shared/verdict/replay.ts';
import type { ReplayRow } from '../../../shared/verdict/replay-types.ts';
import { useAppState } from '../../data/use-workbench.ts';
import { Button } from '../../kit/button.tsx';
import { Facts, Section } from '../../kit/layout.tsx';
import { EmptyState, Note, printCount } from '../../kit/notice.tsx';
import { OutcomeMark } from '../marks.tsx';
import { draftOf, SourceLink, TagButton, useSelected } from '../source-link.tsx';
import { AgreementMark } from './agreement-mark.tsx';

/** Detail of an edge. */
export function FlowDetail({
  row,
  onExplain,
}: {
  readonly row: ReplayRow | undefined;
  readonly onExplain: () => void;
}): ReactElement {
  const view = useAppState(state => state.view);
  const title =
    row === undefined
      ? ''
      : `${row.src} → ${row.dst} ${row.protocol.toLowerCase()}${row.port === undefined ? '' : ` ${row.port}`}`;
  const selection =
    row === undefined
      ? undefined
      : {
          title: `Flow ${title}`,
          draft: draftOf(
            view,
            'flow',
            `Flow ${title}`,
            `${title}\nreported ${row.reported}, policies say ${row.recomputed}: ${row.because}\n${row.records} records, ${row.first} to ${row.last}`,
            row.source,
          ),
          suggests: ['1.3.1.b', '1.3.2.b', '1.2.5.b', '1.4.1.b'],
        };
  useSelected(selection);
  if (row === undefined || selection === undefined)
    return (
      <EmptyState title="No flow selected">
        Select a flow to see when it was seen and what decided it; e explains it rule by rule.
      </EmptyState>
    );
  const agreement = agreementOf(row);
  return (
    <div className="v-detail">
      <div className="v-detail__head">
        <h2 className="v-detail__title">{title}</h2>
        <div className="v-row v-row--wrap">
          <AgreementMark agreement={agreement} />
          <span className="v-grow" />
          <Button small icon="flow" keys="e" onPress={onExplain}>
            Explain
          </Button>
          <TagButton selection={selection} />
        </div>
      </div>
      <Facts
        entries={[
          ['Reported', <OutcomeMark outcome={row.reported} />],
          ['By the cloud', row.cloud],
          ['Policies say', <OutcomeMark outcome={row.recomputed} />],
          [
            'With staged policies',
            row.staged === undefined ? undefined : <OutcomeMark outcome={row.staged} />,
          ],
          ['Records', printCount(row.records)],
          ['Bytes', printCount(row.bytes)],
          ['First seen', <span className="v-mono">{row.first}</span>],
          ['Last seen', <span className="v-mono">{row.last}</span>],
          ['First record', <SourceLink span={row.source} />],
        ]}
      />
      <Section title="What decided">
        <p className="v-because">{row.because}</p>
      </Section>
      {agreement === 'contradict' ? (
        <Note tone="bad">
          {row.reported === 'allow'
            ? 'The log shows this was let through; the exported policies would deny it. Either the policies changed, or they are not enforced there.'
            : 'The log shows this was denied; the exported policies would allow it. Something outside the export denies it, or the policies changed.'}
        </Note>
      ) : undefined}
    </div>
  );
}
