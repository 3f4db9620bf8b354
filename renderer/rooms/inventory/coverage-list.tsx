// What was and was not collected. "Asked, none", "forbidden" and "not collected" are different facts and look so.
import type { ReactElement } from 'react';
import type { KindCollection } from '../../../shared/model/snapshot.ts';
import type { ClusterView } from '../../data/case-view.ts';
import { Facts, Section } from '../../kit/layout.tsx';
import { Mark } from '../../kit/mark.tsx';
import { Note } from '../../kit/notice.tsx';
import { SourceLink } from '../source-link.tsx';

/** Coverage of each cluster. */
export function CoverageList({ clusters }: { readonly clusters: readonly ClusterView[] }): ReactElement {
  return (
    <div className="v-detail">
      {clusters.map(({ cluster, snapshot, profile, objects }) => {
        const { collection } = snapshot;
        return (
          <div key={cluster} className="v-stack v-coverage">
            <h2 className="v-detail__title">{cluster}</h2>
            <Facts
              entries={[
                ['Named by', snapshot.clusterBasis.replaceAll('-', ' ')],
                ['Objects', String(objects)],
                ['Engine profile', profile.name],
                [
                  'Served kinds',
                  collection.servedKindsKnown
                    ? 'known from the export'
                    : 'not exported, so a policy kind may be missing unseen',
                ],
              ]}
            />
            <ul className="v-bullets">
              {profile.evidence.map(item => (
                <li key={item.text}>
                  {item.text} {item.source === undefined ? undefined : <SourceLink span={item.source} />}
                </li>
              ))}
            </ul>
            {collection.fromManifests ? (
              <Note tone="warn">These are manifests: what is intended, not what runs.</Note>
            ) : undefined}
            <Section title="Kinds" count={collection.kinds.length}>
              <ul className="v-kinds">
                {collection.kinds.map(kind => (
                  <li key={`${kind.group}/${kind.kind}`} className="v-row">
                    <KindMark state={kind.state} />
                    <span className="v-grow v-clip" title={`${kind.kind} ${kind.group}`}>
                      {kind.kind} <span className="v-dim">{kind.group}</span>
                    </span>
                    <span className="v-dim">{kind.state === 'present' ? kind.objects : ''}</span>
                  </li>
                ))}
              </ul>
            </Section>
            <Section title="Mentioned but not exported" count={collection.missing.length}>
              <ul className="v-list">
                {collection.missing.map(item => (
                  <li key={`${item.kind} ${item.name} ${item.mentionedBy}`} className="v-row">
                    <span className="v-grow">
                      {item.kind} <span className="v-strong">{item.name}</span>{' '}
                      <span className="v-dim">mentioned by {item.mentionedBy}</span>
                    </span>
                    <SourceLink span={item.source} />
                  </li>
                ))}
                {collection.forbidden.map(item => (
                  <li key={`${item.source.file}:${item.source.line}`} className="v-row">
                    <span className="v-grow">{item.what}</span>
                    <SourceLink span={item.source} />
                  </li>
                ))}
                {collection.missing.length + collection.forbidden.length === 0 ? (
                  <li className="v-dim">
                    Nothing that flows, audit or objects mention is missing from the export.
                  </li>
                ) : undefined}
              </ul>
            </Section>
          </div>
        );
      })}
    </div>
  );
}

function KindMark({ state }: { readonly state: KindCollection['state'] }): ReactElement {
  switch (state) {
    case 'present':
      return (
        <Mark icon="allow" tone="good">
          present
        </Mark>
      );
    case 'asked-none':
      return (
        <Mark icon="none" tone="good">
          asked, none
        </Mark>
      );
    case 'forbidden':
      return (
        <Mark icon="deny" tone="bad">
          forbidden
        </Mark>
      );
    case 'not-collected':
      return (
        <Mark icon="question" tone="warn">
          not collected
        </Mark>
      );
  }
}
