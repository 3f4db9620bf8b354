// Two states side by side: this cluster and another of the case, or a later export that is read for this alone.
import { useRef, useState, type ReactElement } from 'react';
import { askCase } from '../../data/case-work.ts';
import type { AddedFile, Comparison } from '../../data/core-protocol.ts';
import { useAppState, useWorkbench } from '../../data/use-workbench.ts';
import { Button } from '../../kit/button.tsx';
import { EmptyState, Note } from '../../kit/notice.tsx';
import { Tabs } from '../../kit/tabs.tsx';
import { SourceLink } from '../source-link.tsx';
import { ChangeTable } from './change-table.tsx';

type Asked =
  | { readonly kind: 'none' }
  | { readonly kind: 'asked' }
  | { readonly kind: 'told'; readonly found: Comparison }
  | { readonly kind: 'refused'; readonly message: string };

/** Choice and answer. */
export function CompareTab({ cluster }: { readonly cluster: string }): ReactElement {
  const workbench = useWorkbench();
  const engagement = useAppState(state => state.engagement);
  const clusters = useAppState(state => state.view?.clusters);
  const others = (clusters ?? []).filter(item => item.cluster !== cluster);
  const picker = useRef<HTMLInputElement>(null);
  const [asked, setAsked] = useState<Asked>({ kind: 'none' });
  const compare = (after: { readonly cluster: string } | { readonly files: readonly AddedFile[] }): void => {
    if (engagement === undefined) return;
    setAsked({ kind: 'asked' });
    askCase(workbench, 'compare', { engagement, before: cluster, after }, 'Comparing').then(
      answer =>
        setAsked(
          answer.ok
            ? { kind: 'told', found: answer.value }
            : { kind: 'refused', message: answer.problem.message },
        ),
      (error: unknown) =>
        setAsked({ kind: 'refused', message: error instanceof Error ? error.message : String(error) }),
    );
  };
  return (
    <div className="v-simulate">
      <div className="v-question">
        <p className="v-grow">
          Before: <span className="v-mono">{cluster}</span> as imported.
        </p>
        {others.length === 0 ? undefined : (
          <label className="v-field">
            <span className="v-field__label">After: another cluster of the case</span>
            <select
              className="v-input v-mono"
              defaultValue=""
              onChange={event => {
                if (event.target.value !== '') compare({ cluster: event.target.value });
              }}
            >
              <option value="">choose</option>
              {others.map(item => (
                <option key={item.cluster}>{item.cluster}</option>
              ))}
            </select>
          </label>
        )}
        <Button kind="primary" onPress={() => picker.current?.click()}>
          Choose a later export
        </Button>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          data-pick="later"
          onChange={event => {
            const files = [...(event.target.files ?? [])].map(file => ({ path: file.name, file }));
            event.target.value = '';
            if (files.length > 0) compare({ files });
          }}
        />
      </div>
      <Told asked={asked} />
    </div>
  );
}

function Told({ asked }: { readonly asked: Asked }): ReactElement {
  const [tab, setTab] = useState<'connections' | 'workloads' | 'policies'>('connections');
  if (asked.kind === 'none')
    return (
      <EmptyState title="Two states of a cluster">
        What became possible or impossible between them, connections of the CDE first; not which lines were
        changed.
      </EmptyState>
    );
  if (asked.kind === 'asked') return <EmptyState title="Comparing" />;
  if (asked.kind === 'refused')
    return (
      <div className="v-pad">
        <Note tone="warn">{asked.message}</Note>
      </div>
    );
  const { found } = asked;
  const { workloads, policies } = found;
  const errors = found.diagnostics.filter(item => item.severity === 'error');
  return (
    <div className="v-whatif">
      <div className="v-pad v-stack v-whatif__sum">
        <p>
          Before: <span className="v-mono">{found.before}</span>. After:{' '}
          <span className="v-mono">{found.after}</span>.
        </p>
        {found.sameCluster ? undefined : (
          <Note tone="warn">These are two clusters by their identity, not two states of one.</Note>
        )}
        {errors.map(item => (
          <Note key={`${item.file} ${item.line ?? 0} ${item.message}`} tone="warn">
            {item.file}
            {item.line === undefined ? '' : `:${item.line}`}: {item.message}
          </Note>
        ))}
      </div>
      <Tabs
        label="Differences"
        tabs={[
          { id: 'connections', title: 'Connections', count: found.rows.length },
          {
            id: 'workloads',
            title: 'Workloads',
            count: workloads.added.length + workloads.removed.length + workloads.relabelled.length,
          },
          {
            id: 'policies',
            title: 'Policies',
            count: policies.added.length + policies.removed.length + policies.changed.length,
          },
        ]}
        selected={tab}
        onSelect={setTab}
      >
        {tab === 'connections' ? <ChangeTable rows={found.rows} /> : undefined}
        {tab === 'workloads' ? (
          <div className="v-scroll v-pad v-stack" tabIndex={0} role="region" aria-label="Workloads">
            <Names title="Added" names={workloads.added} />
            <Names title="Removed" names={workloads.removed} />
            <Names title="Other labels" names={workloads.relabelled.map(item => item.id)} />
          </div>
        ) : undefined}
        {tab === 'policies' ? (
          <div className="v-scroll v-pad v-stack" tabIndex={0} role="region" aria-label="Policies">
            <Names title="Added" names={policies.added.map(item => item.id)} />
            <Names title="Changed" names={policies.changed.map(item => item.id)} />
            <section>
              <h3 className="v-section__title">Removed</h3>
              {policies.removed.map(item => (
                <p key={item.id}>
                  <span className="v-mono">{item.id}</span> <SourceLink span={item.source} />
                </p>
              ))}
            </section>
          </div>
        ) : undefined}
      </Tabs>
    </div>
  );
}

function Names({
  title,
  names,
}: {
  readonly title: string;
  readonly names: readonly string[];
}): ReactElement {
  return (
    <section>
      <h3 className="v-section__title">{title}</h3>
      {names.length === 0 ? <p className="v-dim">none</p> : undefined}
      {names.map(name => (
        <p key={name} className="v-mono">
          {name}
        </p>
      ))}
    </section>
  );
}
