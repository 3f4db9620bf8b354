// Top bar: whose engagement this is, which cluster, what was covered. Status bar: offline, saved, and work under way.
import type { ReactElement } from 'react';
import { runCommand } from '../data/commands.ts';
import { navigate } from '../data/route.ts';
import { coverageFacts } from '../data/selectors.ts';
import { useAppState, useWorkbench } from '../data/use-workbench.ts';
import { Button, Keys, Link } from '../kit/button.tsx';
import { Icon } from '../kit/icon.tsx';
import { ProgressBar, printCount } from '../kit/notice.tsx';

/** Name, cluster, coverage, palette. */
export function TopBar(): ReactElement {
  const engagement = useAppState(state => state.engagement);
  const view = useAppState(state => state.view);
  const cluster = useAppState(state => state.cluster);
  const workbench = useWorkbench();
  const facts = coverageFacts(view, cluster);
  return (
    <header className="v-top">
      <div className="v-top__title">
        {engagement === undefined ? (
          <span className="v-dim">No engagement open</span>
        ) : (
          <>
            <span className="v-top__name v-clip">{engagement.header.title}</span>
            <span className="v-dim v-clip">{engagement.header.entity.name}</span>
          </>
        )}
      </div>
      {view !== undefined && view.clusters.length > 1 ? (
        <select
          className="v-input v-top__select"
          aria-label="Cluster"
          value={cluster ?? ''}
          onChange={event =>
            workbench.showCluster(event.target.value === '' ? undefined : event.target.value)
          }
        >
          <option value="">All {view.clusters.length} clusters</option>
          {view.clusters.map(item => (
            <option key={item.cluster} value={item.cluster}>
              {clusterName(engagement?.header.clusters, item.cluster)}
            </option>
          ))}
        </select>
      ) : undefined}
      <div className="v-top__facts">
        {facts.map(fact => (
          <button
            key={fact}
            type="button"
            className={/gaps? in/.test(fact) ? 'v-top__fact v-top__fact--gap' : 'v-top__fact'}
            onClick={() => navigate('inventory', undefined, { show: 'coverage' })}
          >
            {fact}
          </button>
        ))}
      </div>
      <button type="button" className="v-top__palette" onClick={() => runCommand('palette')}>
        <Icon name="search" small />
        <span className="v-clip">Search or run</span>
        <Keys keys="Mod+K" />
      </button>
    </header>
  );
}

/** Offline, saved, files, work. */
export function StatusBar(): ReactElement {
  const saved = useAppState(state => state.saved);
  const work = useAppState(state => state.work);
  const judging = useAppState(state => state.judging);
  const host = useAppState(state => state.host);
  const paths = useAppState(state => state.paths);
  return (
    <footer className="v-status">
      <span className="v-status__item" title={host?.offline.join('\n')}>
        <Icon name="lock" small />
        {host !== undefined && host.offline.length > 0
          ? 'Offline: enforced'
          : 'Offline: not enforced by this host'}
      </span>
      <span className="v-status__item" role="status">
        {saved.kind === 'saved' ? (
          <>
            <Icon name="allow" small />
            Saved {saved.at.slice(11, 19)} UTC
          </>
        ) : saved.kind === 'saving' ? (
          'Saving'
        ) : saved.kind === 'failed' ? (
          <>
            <Icon name="warning" small />
            Not saved: {saved.message}
          </>
        ) : (
          'Nothing to save'
        )}
      </span>
      {paths.length === 0 ? undefined : (
        <span className="v-status__item">
          <Link onPress={() => navigate('intake')}>{printCount(paths.length)} stored files</Link>
        </span>
      )}
      <div className="v-status__work">
        {work === undefined ? (
          judging ? (
            'Checking again'
          ) : undefined
        ) : (
          <>
            <ProgressBar
              phase={work.progress?.phase ?? work.title}
              done={work.progress?.done ?? 0}
              total={work.progress?.total}
              unit={work.progress?.unit ?? 'steps'}
            />
            <Button small kind="quiet" onPress={work.cancel}>
              Stop
            </Button>
          </>
        )}
      </div>
    </footer>
  );
}

function clusterName(
  named: readonly { readonly id: string; readonly name: string }[] | undefined,
  id: string,
): string {
  return named?.find(item => item.id === id)?.name ?? id;
}
