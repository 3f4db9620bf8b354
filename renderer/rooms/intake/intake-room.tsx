// Intake: files come in here by drop or dialog. Per file: what it was recognised as and why, what was masked, what
// went wrong and where. Bytes are read and masked in the worker before anything is stored.
import { useMemo, useRef, useState, type DragEvent, type ReactElement } from 'react';
import { addFiles } from '../../data/case-work.ts';
import { useCommandHandlers } from '../../data/commands.ts';
import { filesOfDrop, filesOfList } from '../../data/dropped-files.ts';
import { navigate, type Route } from '../../data/route.ts';
import { fileLines } from '../../data/selectors.ts';
import { useAppState, useWorkbench } from '../../data/use-workbench.ts';
import type { AddedFile } from '../../data/core-protocol.ts';
import { Button } from '../../kit/button.tsx';
import { RoomFrame, SplitPane } from '../../kit/layout.tsx';
import { counted, EmptyState } from '../../kit/notice.tsx';
import { Tabs } from '../../kit/tabs.tsx';
import { CoverageTab } from './coverage-tab.tsx';
import { FileDetail } from './file-detail.tsx';
import { FileTable } from './file-table.tsx';
import { ImportBar } from './import-bar.tsx';
import { intakeRows } from './intake-rows.ts';
import { openRequests, RequestTab } from './request-tab.tsx';

const TABS = ['files', 'coverage', 'requests'] as const;

/** The intake room. */
export function IntakeRoom({ route }: { readonly route: Route }): ReactElement {
  const workbench = useWorkbench();
  const view = useAppState(state => state.view);
  const engagement = useAppState(state => state.engagement);
  const work = useAppState(state => state.work);
  const lines = useMemo(() => fileLines(view, engagement), [view, engagement]);
  const rows = useMemo(() => intakeRows(lines, work), [lines, work]);
  const [over, setOver] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = (added: readonly AddedFile[]): void => {
    if (workbench.state.get().work !== undefined)
      workbench.notify('info', 'Wait for the import under way, or stop it.');
    else void addFiles(workbench, added);
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    void filesOfDrop(event.dataTransfer).then(take);
  };
  useCommandHandlers(
    useMemo(
      () => ({
        'intake.files': () => files.current?.click(),
        'intake.folder': () => folder.current?.click(),
      }),
      [],
    ),
  );
  const tab = TABS.find(name => name === route.query['show']) ?? 'files';
  const requests = useAppState(state => state.judgement?.requests);
  const only = useMemo(() => new Set((route.query['only'] ?? '').split(' ').filter(Boolean)), [route]);
  const go = (selection: string | undefined, change: Readonly<Record<string, string>> = {}): void => {
    const query = Object.entries({ ...route.query, ...change }).filter(([, value]) => value !== '');
    navigate('intake', selection, Object.fromEntries(query), true);
  };
  const selected = rows.find(row => row.path === route.selection);
  const redactions = lines.reduce((sum, line) => sum + (line.record?.redactions ?? line.file.redactions), 0);
  return (
    <div
      className={over ? 'v-drop v-drop--over' : 'v-drop'}
      onDragOver={event => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={event => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={drop}
    >
      <input
        ref={files}
        type="file"
        multiple
        hidden
        data-pick="files"
        onChange={event => take(filesOfList(event.target))}
      />
      <input
        ref={input => {
          folder.current = input;
          input?.setAttribute('webkitdirectory', '');
        }}
        type="file"
        multiple
        hidden
        data-pick="folder"
        onChange={event => take(filesOfList(event.target))}
      />
      <RoomFrame
        title="Intake"
        facts={
          lines.length === 0 ? undefined : (
            <>
              <span>
                {counted(
                  lines.reduce((sum, line) => sum + line.file.records, 0),
                  'record',
                )}
              </span>
              <span>{counted(redactions, 'value')} masked before storing</span>
            </>
          )
        }
        actions={
          <>
            <Button icon="folder" keys="A" onPress={() => folder.current?.click()}>
              Folder
            </Button>
            <Button kind="primary" icon="upload" keys="a" onPress={() => files.current?.click()}>
              Import files
            </Button>
          </>
        }
      >
        {work?.arriving === undefined ? undefined : <ImportBar work={work} />}
        {rows.length === 0 ? (
          <EmptyState title="Drop the cluster’s export here">
            <p>
              Files, folders and archives: <span className="v-mono">kubectl get -o json|yaml</span>, Calico
              and Cilium policies and flow logs, Kubernetes audit logs, kube-bench results. Each is recognised
              by its content, never by its name. Secrets and account numbers are masked before anything is
              stored.
            </p>
          </EmptyState>
        ) : (
          <Tabs
            label="Views"
            tabs={[
              { id: 'files', title: 'Files', count: rows.length },
              { id: 'coverage', title: 'Coverage' },
              {
                id: 'requests',
                title: 'Requests',
                ...(requests === undefined ? {} : { count: openRequests(requests) }),
              },
            ]}
            selected={tab}
            onSelect={id => go(route.selection, { show: id })}
          >
            {tab === 'requests' ? (
              <RequestTab />
            ) : tab === 'files' ? (
              <SplitPane
                name="intake"
                initial={0.66}
                start={
                  <FileTable
                    rows={rows}
                    only={only}
                    onOnly={chosen => go(route.selection, { only: [...chosen].join(' ') })}
                    selected={route.selection}
                    onSelect={path => go(path)}
                    onOpen={path => workbench.showSource({ file: path, line: 1 })}
                    follow={work?.progress?.phase === 'Reading' ? work.progress.detail : undefined}
                  />
                }
                end={
                  selected?.state === 'read' && selected.line === undefined ? (
                    <EmptyState title={selected.name}>
                      This archive is stored as its members, since something in them was masked. The right
                      arrow opens it.
                    </EmptyState>
                  ) : (
                    <FileDetail line={selected?.line} />
                  )
                }
              />
            ) : view === undefined ? (
              <EmptyState title="Not read yet">What the sources cover is known once all are read.</EmptyState>
            ) : (
              <CoverageTab
                view={view}
                header={engagement?.header}
                selected={route.selection}
                onSelect={id => go(id)}
                onOpen={path => go(path, { show: 'files' })}
              />
            )}
          </Tabs>
        )}
      </RoomFrame>
    </div>
  );
}
