// Inventory: what runs in the cluster, from the export alone. Workloads first; policies, services, namespaces and
// nodes beside them, and what the export does not hold.
import { useMemo, type ReactElement } from 'react';
import { navigate, type Route } from '../../data/route.ts';
import { clustersOf, policiesOf, scopedWorkloads, workloadKey } from '../../data/selectors.ts';
import { useAppState } from '../../data/use-workbench.ts';
import { counted } from '../../kit/notice.tsx';
import { RoomFrame, SplitPane } from '../../kit/layout.tsx';
import { Tabs } from '../../kit/tabs.tsx';
import { NoCase } from '../no-case.tsx';
import { CoverageList } from './coverage-list.tsx';
import { NamespaceTable, NodeTable, PolicyTable, ServiceTable } from './object-tables.tsx';
import { WorkloadDetail } from './workload-detail.tsx';
import { WorkloadTable } from './workload-table.tsx';

const TABS = ['workloads', 'policies', 'services', 'namespaces', 'nodes', 'coverage'] as const;
const NO_DECISIONS = [] as const;

/** The inventory room. */
export function InventoryRoom({ route }: { readonly route: Route }): ReactElement {
  const view = useAppState(state => state.view);
  const cluster = useAppState(state => state.cluster);
  const decisions = useAppState(state => state.judgement?.scope.decisions ?? NO_DECISIONS);
  const workloads = useMemo(() => scopedWorkloads(view, decisions, cluster), [view, decisions, cluster]);
  const policies = useMemo(() => policiesOf(view, cluster), [view, cluster]);
  const clusters = clustersOf(view, cluster);
  if (view === undefined)
    return (
      <RoomFrame title="Inventory">
        <NoCase needs="The inventory is made from a cluster export." />
      </RoomFrame>
    );
  const tab = TABS.find(name => name === route.query['show']) ?? 'workloads';
  const selected = workloads.find(item => workloadKey(view, item.workload) === route.selection);
  const sum = (of: (item: (typeof clusters)[number]) => number): number =>
    clusters.reduce((total, item) => total + of(item), 0);
  const open = workloads.filter(
    item => item.workload.ingress === 'no' || item.workload.egress === 'no',
  ).length;
  return (
    <RoomFrame
      title="Inventory"
      facts={
        <>
          <span>
            {counted(
              sum(item => item.snapshot.pods.length),
              'pod',
            )}
          </span>
          <span>{counted(open, 'workload')} open in some direction</span>
          {clusters.some(item => item.snapshot.collection.fromManifests) ? (
            <span>from manifests: intent, not live state</span>
          ) : undefined}
        </>
      }
    >
      <Tabs
        label="Kinds"
        tabs={[
          { id: 'workloads', title: 'Workloads', count: workloads.length },
          { id: 'policies', title: 'Policies', count: policies.length },
          { id: 'services', title: 'Services', count: sum(item => item.snapshot.services.length) },
          { id: 'namespaces', title: 'Namespaces', count: sum(item => item.snapshot.namespaces.length) },
          { id: 'nodes', title: 'Nodes', count: sum(item => item.snapshot.nodes.length) },
          { id: 'coverage', title: 'Coverage' },
        ]}
        selected={tab}
        onSelect={show => navigate('inventory', undefined, show === 'workloads' ? {} : { show }, true)}
      >
        {tab === 'workloads' ? (
          <SplitPane
            name="inventory"
            initial={0.66}
            start={
              <WorkloadTable
                rows={workloads}
                selected={route.selection}
                keyOf={item => workloadKey(view, item.workload)}
                onSelect={key => navigate('inventory', key, {}, true)}
                showCluster={clusters.length > 1}
              />
            }
            end={<WorkloadDetail item={selected} />}
          />
        ) : undefined}
        {tab === 'policies' ? <PolicyTable rows={policies} /> : undefined}
        {tab === 'services' ? (
          <ServiceTable rows={clusters.flatMap(item => item.snapshot.services)} />
        ) : undefined}
        {tab === 'namespaces' ? (
          <NamespaceTable rows={clusters.flatMap(item => item.snapshot.namespaces)} />
        ) : undefined}
        {tab === 'nodes' ? <NodeTable rows={clusters.flatMap(item => item.snapshot.nodes)} /> : undefined}
        {tab === 'coverage' ? <CoverageList clusters={clusters} /> : undefined}
      </Tabs>
    </RoomFrame>
  );
}
