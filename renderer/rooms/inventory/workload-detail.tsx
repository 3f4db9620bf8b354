// One workload: what it is, its pods, labels (and where pods and template differ), who selects it, and the lines
// that say so.
import type { ReactElement } from 'react';
import type { Pod } from '../../../shared/model/snapshot.ts';
import type { ScopedWorkload } from '../../data/selectors.ts';
import { navigate } from '../../data/route.ts';
import { useAppState } from '../../data/use-workbench.ts';
import { Button } from '../../kit/button.tsx';
import { Chips, Facts, Section } from '../../kit/layout.tsx';
import { EmptyState, Note } from '../../kit/notice.tsx';
import { CategoryMark, IsolatedMark } from '../marks.tsx';
import { draftOf, SourceLink, TagButton, useSelected } from '../source-link.tsx';

const NO_PODS: readonly Pod[] = [];

/** Detail of a workload. */
export function WorkloadDetail({ item }: { readonly item: ScopedWorkload | undefined }): ReactElement {
  const view = useAppState(state => state.view);
  const workload = item?.workload;
  const selection =
    workload === undefined
      ? undefined
      : {
          title: `Workload ${workload.id}`,
          draft: draftOf(
            view,
            'row',
            `Inventory row: ${workload.id}`,
            `${workload.kind} ${workload.namespace}/${workload.name}, ${workload.pods.length} pods, labels ${texts(workload.labels).join(', ')}, ingress isolated: ${workload.ingress}, egress isolated: ${workload.egress}`,
            workload.source,
          ),
          suggests: ['12.5.1', '2.2.1.a'],
        };
  useSelected(selection);
  if (item === undefined || workload === undefined || selection === undefined)
    return (
      <EmptyState title="No workload selected">
        Arrow keys walk the table; what is selected is shown here.
      </EmptyState>
    );
  const cluster = view?.clusters.find(one => one.cluster === workload.cluster);
  const pods = cluster?.snapshot.pods.filter(pod => pod.workload === workload.id) ?? NO_PODS;
  const inCde = item.decision?.category === 'cde';
  const drift = differing(workload.labels, workload.templateLabels);
  return (
    <div className="v-detail">
      <div className="v-detail__head">
        <h2 className="v-detail__title">
          {workload.namespace}/{workload.name}
        </h2>
        <div className="v-row v-row--wrap">
          <CategoryMark category={item.decision?.category ?? 'undetermined'} />
          <span className="v-dim">{workload.kind}</span>
          <span className="v-grow" />
          <Button small icon="flow" onPress={() => navigate('simulate', undefined, { from: workload.id })}>
            Simulate from
          </Button>
          <TagButton selection={selection} />
        </div>
      </div>
      <Facts
        entries={[
          ['Written at', <SourceLink span={workload.source} />],
          ['Service account', workload.serviceAccount],
          ['Ingress', <IsolatedMark isolated={workload.ingress} inCde={inCde} />],
          ['Egress', <IsolatedMark isolated={workload.egress} inCde={inCde} />],
          ['Services', workload.services.join(', ')],
          ['Nodes', workload.nodes.join(', ')],
          ['Replicas', workload.replicas === undefined ? undefined : String(workload.replicas)],
        ]}
      />
      {workload.hostNetwork ? (
        <Note tone="warn">
          Runs on the node’s network. Most policies do not select such pods; the profile says how this engine
          treats them.
        </Note>
      ) : undefined}
      <Section title="Labels" count={Object.keys(workload.labels).length}>
        <Chips texts={texts(workload.labels)} />
        {drift.length === 0 ? undefined : (
          <Note tone="warn">
            Pods and template differ: {drift.join(', ')}. A new pod would come up without them.
          </Note>
        )}
      </Section>
      <Section title="Policies that select its pods" count={workload.policies.length}>
        {workload.policies.length === 0 ? (
          <p className="v-dim">No enforced policy selects any pod of this workload.</p>
        ) : (
          <ul className="v-list">
            {workload.policies.map(policy => (
              <li key={policy.id} className="v-row">
                <span className="v-grow v-anywhere">{policy.id}</span>
                <SourceLink span={policy.source} />
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title="Pods" count={pods.length}>
        <ul className="v-list">
          {pods.slice(0, 200).map(pod => (
            <li key={pod.id} className="v-stack v-stack--tight">
              <div className="v-row">
                <span className="v-mono v-grow v-clip">{pod.name}</span>
                <SourceLink span={pod.source} />
              </div>
              <div className="v-row v-row--wrap v-dim">
                <span>
                  {pod.synthetic
                    ? 'made from the template, none exported'
                    : (pod.phase ?? 'phase not exported')}
                </span>
                <span className="v-mono">{pod.ips.join(' ')}</span>
                <span>{pod.node}</span>
                <span className="v-mono">{portsOf(pod)}</span>
              </div>
            </li>
          ))}
        </ul>
      </Section>
    </div>
  );
}

function portsOf(pod: Pod): string {
  return pod.containers
    .flatMap(container =>
      container.ports.map(
        port => `${port.port}/${port.protocol}${port.name === undefined ? '' : ` ${port.name}`}`,
      ),
    )
    .join(', ');
}

function texts(labels: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(labels).map(([key, value]) => `${key}=${value}`);
}

function differing(
  pods: Readonly<Record<string, string>>,
  template: Readonly<Record<string, string>> | undefined,
): readonly string[] {
  if (template === undefined) return [];
  const ignored = new Set(['pod-template-hash', 'controller-revision-hash', 'pod-template-generation']);
  return Object.keys({ ...pods, ...template })
    .filter(key => !ignored.has(key) && !key.includes('kubernetes.io/') && pods[key] !== template[key])
    .sort()
    .map(key => `${key} (pods ${pods[key] ?? 'without'}, template ${template[key] ?? 'without'})`);
}
