// One item: what was seen, where it stands, whether the stored copy is still the one cited, and what cites it.
import type { ReactElement } from 'react';
import type { Engagement, EvidenceItem } from '../../../shared/records/engagement.ts';
import { navigate } from '../../data/route.ts';
import { personName } from '../../data/selectors.ts';
import { findStored } from '../../data/stored-source.ts';
import { useAppState, useWorkbench } from '../../data/use-workbench.ts';
import { Button, Link } from '../../kit/button.tsx';
import { Facts, Section } from '../../kit/layout.tsx';
import { Badge } from '../../kit/mark.tsx';
import { EmptyState, Note } from '../../kit/notice.tsx';
import { SourceLink, TagButton, useSelected } from '../source-link.tsx';

/** Detail of an evidence item. */
export function EvidenceDetail({
  item,
  engagement,
}: {
  readonly item: EvidenceItem | undefined;
  readonly engagement: Engagement;
}): ReactElement {
  const workbench = useWorkbench();
  const stored = useAppState(state =>
    item?.source === undefined ? undefined : findStored(state, item.source.file),
  );
  const selection =
    item === undefined ? undefined : { title: `${item.id}: ${item.title}`, draft: { id: item.id } };
  useSelected(selection);
  if (item === undefined || selection === undefined)
    return (
      <EmptyState title="No item selected">Select an item to see what it shows and what cites it.</EmptyState>
    );
  const { source } = item;
  const tags = engagement.tags.filter(tag => tag.evidence === item.id);
  return (
    <div className="v-detail">
      <div className="v-detail__head">
        <h2 className="v-detail__title">{item.title}</h2>
        <div className="v-row v-row--wrap">
          <span className="v-mono">{item.id}</span>
          <Badge>{item.kind.replaceAll('-', ' ')}</Badge>
          <span className="v-grow" />
          {source === undefined ? undefined : (
            <Button small icon="file" onPress={() => workbench.showSource(source)}>
              Read source
            </Button>
          )}
          <TagButton selection={selection} />
        </div>
      </div>
      {source !== undefined && stored !== undefined && stored.sha256 !== source.sha256 ? (
        <Note tone="warn">
          {source.file} was imported again since with other bytes. This item cites the earlier copy,{' '}
          {source.sha256.slice(7, 23)}.
        </Note>
      ) : undefined}
      {item.excerpt === undefined ? undefined : (
        <Section title="What was seen">
          <pre className="v-quote" tabIndex={0}>
            {item.excerpt}
          </pre>
        </Section>
      )}
      <Facts
        entries={[
          [
            'Place',
            source?.line === undefined ? (
              source?.file
            ) : (
              <SourceLink span={{ file: source.file, line: source.line }} />
            ),
          ],
          [
            'SHA-256 of the stored copy',
            source === undefined ? undefined : <span className="v-mono">{source.sha256.slice(7)}</span>,
          ],
          ['Collected by', personName(engagement.people, item.collectedBy)],
          ['Collected at', item.collectedAt],
        ]}
      />
      <Section title="Tagged to" count={tags.length}>
        <ul className="v-list">
          {tags.map(tag => (
            <li key={tag.id} className="v-row">
              <Link mono onPress={() => navigate('controls', tag.requirement)}>
                {tag.procedure ?? tag.requirement}
              </Link>
              <span className="v-grow">{tag.note}</span>
              <span className="v-dim">{personName(engagement.people, tag.by)}</span>
            </li>
          ))}
        </ul>
      </Section>
    </div>
  );
}
