// What the files show but only a person can decide: account data in a log, a label that would not come back.
import type { ReactElement } from 'react';
import type { ScopeItem } from '../../../shared/scope/scope.ts';
import { useAppState } from '../../data/use-workbench.ts';
import { Mark } from '../../kit/mark.tsx';
import { EmptyState } from '../../kit/notice.tsx';
import { draftOf, SourceLink, TagButton } from '../source-link.tsx';

/** The list. */
export function ScopeItems({ items }: { readonly items: readonly ScopeItem[] }): ReactElement {
  const view = useAppState(state => state.view);
  if (items.length === 0)
    return (
      <EmptyState title="Nothing needs a person">
        The files raised no question about scope that a rule could not settle.
      </EmptyState>
    );
  return (
    <div className="v-detail">
      <ul className="v-list">
        {items.map(item => (
          <li key={item.id} className="v-row v-scope-item">
            <Mark icon="warning" tone={item.kind === 'account-data' ? 'bad' : 'warn'}>
              {item.kind.replaceAll('-', ' ')}
            </Mark>
            <span className="v-grow">{item.text}</span>
            {item.source === undefined ? undefined : <SourceLink span={item.source} />}
            <TagButton
              selection={{
                title: item.text,
                draft: draftOf(view, 'scope-decision', `Scope item: ${item.kind}`, item.text, item.source),
                suggests: ['12.5.2', '12.5.2.a'],
              }}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}
