// Policies that somebody tries: written or taken from the export, checked while they are written, then asked what would
// change. Nothing is applied anywhere; what is kept is kept in the engagement.
import { useCallback, useEffect, useId, useMemo, useRef, useState, type ReactElement } from 'react';
import type { WhatIf } from '../../../shared/engagement/what-if.ts';
import type { PolicyProposal } from '../../../shared/records/engagement.ts';
import { askCase } from '../../data/case-work.ts';
import { navigate } from '../../data/route.ts';
import { fileName } from '../../data/engagement-work.ts';
import { useCommandHandlers } from '../../data/commands.ts';
import { useAppState, useWorkbench } from '../../data/use-workbench.ts';
import { Button } from '../../kit/button.tsx';
import { CodeEditor, type LineNote } from '../../kit/code-editor.tsx';
import { SplitPane } from '../../kit/layout.tsx';
import { EmptyState, Note } from '../../kit/notice.tsx';
import { Tabs } from '../../kit/tabs.tsx';
import { ChangeTable } from './change-table.tsx';
import { ChangedFlows } from './changed-flows.tsx';

type Asked =
  | { readonly kind: 'none' }
  | { readonly kind: 'asked' }
  | { readonly kind: 'told'; readonly text: string; readonly found: WhatIf }
  | { readonly kind: 'refused'; readonly message: string; readonly line?: number };

const EMPTY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: try
  namespace: default
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
`;

/** Editor and answer. */
export function WhatIfTab({
  cluster,
  policy,
}: {
  readonly cluster: string;
  readonly policy: string | undefined;
}): ReactElement {
  const workbench = useWorkbench();
  const engagement = useAppState(state => state.engagement);
  const id = useId();
  const view = useAppState(state => state.view);
  const policies = useMemo(
    () => view?.clusters.find(item => item.cluster === cluster)?.policies ?? [],
    [view, cluster],
  );
  const [start, setStart] = useState(EMPTY);
  const [asked, setAsked] = useState<Asked>({ kind: 'none' });
  const text = useRef(EMPTY);
  const [changed, setChanged] = useState(false);
  const [written, setWritten] = useState(EMPTY);
  const load = useCallback((loaded: string): void => {
    text.current = loaded;
    setStart(loaded);
    setWritten(loaded);
    setAsked({ kind: 'none' });
    setChanged(false);
  }, []);
  useEffect(() => {
    if (policy === undefined || policy === '') return;
    let current = true;
    void askCase(workbench, 'policyText', { cluster, policy }).then(answer => {
      if (!current) return;
      if (answer.ok) load(answer.value.text);
      else setAsked({ kind: 'refused', message: answer.problem.message });
    });
    return () => {
      current = false;
    };
  }, [workbench, cluster, policy, load]);
  const run = useCallback((): void => {
    if (engagement === undefined) return;
    const tried = text.current;
    setAsked({ kind: 'asked' });
    askCase(workbench, 'whatIf', { engagement, cluster, text: tried }, 'Trying the policies')
      .then(answer => {
        setChanged(text.current !== tried);
        setAsked(
          answer.ok
            ? { kind: 'told', text: tried, found: answer.value }
            : {
                kind: 'refused',
                message: answer.problem.message,
                ...(answer.problem.line === undefined ? {} : { line: answer.problem.line }),
              },
        );
      })
      .catch((error: unknown) =>
        setAsked({ kind: 'refused', message: error instanceof Error ? error.message : String(error) }),
      );
  }, [workbench, engagement, cluster]);
  const keep = useCallback((): void => {
    if (asked.kind !== 'told') return;
    void save(workbench, cluster, asked.found);
  }, [workbench, cluster, asked]);
  useCommandHandlers(useMemo(() => ({ 'simulate.try': run, 'simulate.keep': keep }), [run, keep]));
  const typed = useTyped(cluster, written);
  const notes = useMemo(
    () => (changed || asked.kind === 'none' ? typed : notesOf(asked)),
    [asked, changed, typed],
  );
  const canKeep = asked.kind === 'told' && !changed && asked.found.policies.length > 0;
  return (
    <SplitPane
      name="what-if"
      initial={0.38}
      start={
        <div className="v-whatif">
          <div className="v-whatif__bar">
            <label className="v-field v-grow">
              <span className="v-field__label">Start from</span>
              <input
                className="v-input v-mono"
                list={`${id}-policies`}
                placeholder="a policy of the export, or write a new one"
                defaultValue={policy ?? ''}
                key={policy ?? ''}
                spellCheck={false}
                onChange={event => {
                  const name = event.target.value;
                  if (policies.some(item => item.id === name))
                    navigate('simulate', undefined, { show: 'what-if', cluster, policy: name }, true);
                }}
              />
              <datalist id={`${id}-policies`}>
                {policies.map(item => (
                  <option key={`${item.apiVersion} ${item.id}`} value={item.id} />
                ))}
              </datalist>
            </label>
            <Button kind="primary" keys="Mod+Enter" onPress={run}>
              Try
            </Button>
            <Button
              disabled={!canKeep}
              onPress={keep}
              title="Keeps the policies in the engagement and saves them as a file; nothing is applied"
            >
              {asked.kind === 'told' && asked.found.isStaged ? 'Save as staged' : 'Save as a proposal'}
            </Button>
          </div>
          <CodeEditor
            label="Policies to try, as YAML"
            value={start}
            notes={notes}
            onChange={now => {
              text.current = now;
              setWritten(now);
              setChanged(asked.kind === 'told' && asked.text !== now);
            }}
            onRun={run}
          />
          <Kept proposals={engagement?.proposals ?? []} cluster={cluster} onOpen={load} />
        </div>
      }
      end={<Told asked={asked} changed={changed} cluster={cluster} />}
    />
  );
}

function Told({
  asked,
  changed,
  cluster,
}: {
  readonly asked: Asked;
  readonly changed: boolean;
  readonly cluster: string;
}): ReactElement {
  const [tab, setTab] = useState<'connections' | 'flows'>('connections');
  if (asked.kind === 'none')
    return (
      <EmptyState title="Nothing tried yet">
        Write policies, or start from one of the export, and try them: what would become possible or
        impossible, and which flows of the log would be judged otherwise. Nothing is applied.
      </EmptyState>
    );
  if (asked.kind === 'asked') return <EmptyState title="Asking every pair" />;
  if (asked.kind === 'refused')
    return (
      <div className="v-pad">
        <Note tone="warn">
          {asked.line === undefined ? '' : `Line ${asked.line}: `}
          {asked.message}
        </Note>
      </div>
    );
  const { found } = asked;
  const errors = found.diagnostics.filter(item => item.severity === 'error');
  return (
    <div className="v-whatif">
      <div className="v-pad v-stack v-whatif__sum">
        {errors.length > 0 ? (
          <Note tone="warn">
            {errors.map(item => `Line ${item.line ?? 1}: ${item.message}`).join(' ')} Nothing was tried.
          </Note>
        ) : undefined}
        {changed ? (
          <Note>The text has changed since; this is about the text that was tried.</Note>
        ) : undefined}
        {found.policies.map(item => (
          <p key={item.id}>
            <span className="v-mono">{item.id}</span>{' '}
            <span className="v-dim">
              {item.replaces ? 'takes the place of the one in the export' : 'is new'}
            </span>
          </p>
        ))}
        {found.faults.map(fault => (
          <Note key={`${fault.policy} ${fault.text}`} tone="warn">
            Line {fault.source.line}: {fault.text}. What it could touch is indeterminate.
          </Note>
        ))}
      </div>
      {errors.length > 0 ? undefined : (
        <Tabs
          label="What would change"
          tabs={[
            { id: 'connections', title: 'Connections', count: found.connections.length },
            {
              id: 'flows',
              title: 'Flows of the log',
              ...(found.flows === undefined ? {} : { count: found.flows.rows.length }),
            },
          ]}
          selected={tab}
          onSelect={setTab}
        >
          {tab === 'connections' ? (
            <ChangeTable
              rows={found.connections}
              onOpen={row =>
                navigate('simulate', undefined, { cluster, from: row.src, to: row.dst, protocol: 'TCP' })
              }
            />
          ) : (
            <ChangedFlows flows={found.flows} />
          )}
        </Tabs>
      )}
    </div>
  );
}

function Kept({
  proposals,
  cluster,
  onOpen,
}: {
  readonly proposals: readonly PolicyProposal[];
  readonly cluster: string;
  readonly onOpen: (text: string) => void;
}): ReactElement | undefined {
  const mine = proposals.filter(item => item.cluster === cluster).toReversed();
  if (mine.length === 0) return undefined;
  return (
    <div className="v-whatif__kept">
      <span className="v-dim">Kept in this engagement</span>
      {mine.map(item => (
        <Button key={item.id} small kind="quiet" title={item.at} onPress={() => onOpen(item.text)}>
          {item.id}: {item.title}
        </Button>
      ))}
    </div>
  );
}

/** What is wrong with the text, a moment after it was written. */
function useTyped(cluster: string, text: string): readonly LineNote[] {
  const workbench = useWorkbench();
  const engagement = useAppState(state => state.engagement);
  const [notes, setNotes] = useState<readonly LineNote[]>([]);
  useEffect(() => {
    if (engagement === undefined) return;
    let current = true;
    const timer = setTimeout(() => {
      void askCase(workbench, 'checkPolicies', { engagement, cluster, text }).then(answer => {
        if (!current) return;
        const { problem } = answer.ok ? { problem: undefined } : answer;
        setNotes(
          answer.ok
            ? lineNotes(answer.value)
            : [{ line: problem?.line ?? 1, tone: 'bad', text: problem?.message ?? '' }],
        );
      });
    }, PAUSE);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [workbench, engagement, cluster, text]);
  return notes;
}

/** Milliseconds after the last key before a text is read. */
const PAUSE = 400;

function lineNotes({ diagnostics, faults }: Pick<WhatIf, 'diagnostics' | 'faults'>): readonly LineNote[] {
  return [
    ...diagnostics.map((item): LineNote => ({
      line: item.line ?? 1,
      tone: item.severity === 'error' ? 'bad' : item.severity === 'warning' ? 'warn' : 'info',
      text: item.message,
    })),
    ...faults.map((item): LineNote => ({ line: item.source.line, tone: 'bad', text: item.text })),
  ];
}

/** Findings at the lines of the text. */
function notesOf(asked: Asked): readonly LineNote[] {
  if (asked.kind === 'refused' && asked.line !== undefined)
    return [{ line: asked.line, tone: 'bad', text: asked.message }];
  return asked.kind === 'told' ? lineNotes(asked.found) : [];
}

/** Into the engagement first, then as a file where the person says. */
async function save(
  workbench: ReturnType<typeof useWorkbench>,
  cluster: string,
  found: WhatIf,
): Promise<void> {
  const title = found.policies.map(item => item.id.replace(/^[\w.]+ /, '')).join(', ');
  const kept = await workbench.decide({
    kind: 'propose',
    proposal: { cluster, title, text: found.staged },
  });
  if (!kept.ok) {
    workbench.notify('bad', kept.problem.message);
    return;
  }
  const saved = await workbench.bridge.saveFile({
    purpose: 'table',
    name: `${fileName(title)}${found.isStaged ? '.staged' : ''}.yaml`,
    bytes: new TextEncoder().encode(found.staged),
  });
  if (!saved.ok) workbench.notify('bad', saved.error.message);
  else
    workbench.notify(
      'good',
      saved.value.kind === 'saved'
        ? `Kept in the engagement, and saved as ${saved.value.name}. Nothing was applied to a cluster.`
        : 'Kept in the engagement. Nothing was applied to a cluster.',
    );
}
