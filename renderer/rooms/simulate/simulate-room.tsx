// Simulate: one new connection and why; policies that somebody tries; two states of a cluster side by side; what is worth
// a second look in the policies.
import type { ReactElement } from 'react';
import { navigate, type Route } from '../../data/route.ts';
import { clustersOf } from '../../data/selectors.ts';
import { useAppState } from '../../data/use-workbench.ts';
import { RoomFrame } from '../../kit/layout.tsx';
import { Tabs } from '../../kit/tabs.tsx';
import { NoCase } from '../no-case.tsx';
import { CompareTab } from './compare-tab.tsx';
import { ConnectionTab } from './connection-tab.tsx';
import { ProblemsTab } from './problems-tab.tsx';
import { WhatIfTab } from './what-if-tab.tsx';

const TABS = ['connection', 'what-if', 'compare', 'problems'] as const;

/** The simulate room. */
export function SimulateRoom({ route }: { readonly route: Route }): ReactElement {
  const view = useAppState(state => state.view);
  const chosen = useAppState(state => state.cluster);
  const first = clustersOf(view, chosen)[0]?.cluster;
  if (view === undefined || first === undefined)
    return (
      <RoomFrame title="Simulate">
        <NoCase needs="A simulation asks the policies of an imported cluster about one connection." />
      </RoomFrame>
    );
  const tab = TABS.find(name => name === route.query['show']) ?? 'connection';
  const cluster = view.clusters.find(item => item.cluster === route.query['cluster'])?.cluster ?? first;
  return (
    <RoomFrame
      title="Simulate"
      facts={view.clusters.length > 1 ? <span className="v-mono">{cluster}</span> : undefined}
    >
      <Tabs
        label="Questions"
        tabs={[
          { id: 'connection', title: 'Connection' },
          { id: 'what-if', title: 'What if' },
          { id: 'compare', title: 'Compare' },
          { id: 'problems', title: 'Policy problems' },
        ]}
        selected={tab}
        onSelect={show => navigate('simulate', undefined, show === 'connection' ? {} : { show }, true)}
      >
        {tab === 'connection' ? <ConnectionTab route={route} cluster={cluster} /> : undefined}
        {tab === 'what-if' ? (
          <WhatIfTab key={cluster} cluster={cluster} policy={route.query['policy']} />
        ) : undefined}
        {tab === 'compare' ? <CompareTab key={cluster} cluster={cluster} /> : undefined}
        {tab === 'problems' ? <ProblemsTab key={cluster} cluster={cluster} /> : undefined}
      </Tabs>
    </RoomFrame>
  );
}
