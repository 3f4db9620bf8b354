// S4-01: the list of everything that is exposed (1.4.1): complete as far as the cluster shows it. Whether a load balancer,
// a node port or the API server can be reached from the Internet is decided in front of the cluster: for the assessor.
import type { CheckId } from '../base/brand.ts';
import type { KindCollection } from '../model/snapshot.ts';
import { categoryOfPods } from './exposed-scope.ts';
import { clustersOf, nameIn, sayOf } from './case-view.ts';
import type { CaseFacts, CheckAnswer, ClusterFacts, ControlCheck, Witness } from './check.ts';
import { listingGaps } from './completeness.ts';
import { exposuresOf } from './exposures.ts';
import { count } from '../scope/words.ts';
import { settle } from './settle.ts';

/** The check S4-01. */
export const exposureList: ControlCheck = {
  id: 'S4-01' as CheckId,
  version: 1,
  title: 'List of everything exposed to the outside',
  seedRow: 'S4',
  requirements: ['1.4.1'],
  procedures: ['1.4.1.b'],
  run,
};

function run(facts: CaseFacts): CheckAnswer {
  const clusters = clustersOf(facts);
  const found = clusters.flatMap(cluster =>
    exposuresOf(cluster.simulator.snapshot).map((exposure): Witness => {
      const category = categoryOfPods(facts, cluster, exposure.pods);
      return {
        kind: 'object',
        text: sayOf(facts, cluster, `${exposure.text}${category === undefined ? '' : ` (${category})`}`),
        subject: nameIn(facts, cluster, exposure.names[0] ?? exposure.kind),
        source: exposure.source,
      };
    }),
  );
  const asked = clusters.filter(cluster => isCollected(cluster, '', 'Service'));
  const examined = clusters.flatMap(cluster => examinedOf(facts, cluster));
  return settle(
    {
      failures: [],
      doubts: found,
      gaps: [...listingGaps(facts), ...clusters.flatMap(cluster => kindGaps(facts, cluster))],
      ...(asked.length === clusters.length ? {} : { noData: 'Services were not collected' }),
      population: examined,
      assumptions: [
        'What stands in front of the cluster (load balancers, firewalls, DNS) is not in the export',
      ],
    },
    {
      pass: `Nothing of ${count(examined.length, 'object')} is exposed by the cluster.`,
      assess: `${count(found.length, 'exposure')} ${found.length === 1 ? 'is' : 'are'} listed. What can be reached from the Internet is decided in front of the cluster.`,
      empty: 'No Service and no workload is in the export.',
    },
    ['cluster'],
  );
}

function examinedOf(facts: CaseFacts, cluster: ClusterFacts): readonly string[] {
  const { snapshot } = cluster.simulator;
  return [
    ...snapshot.services.map(service => `Service ${service.namespace}/${service.name}`),
    ...snapshot.entries.map(entry => `${entry.kind} ${entry.namespace}/${entry.name}`),
    ...snapshot.workloads.map(workload => workload.id),
  ].map(name => nameIn(facts, cluster, name));
}

const WAYS_IN: readonly (readonly [group: string, kind: string])[] = [
  ['networking.k8s.io', 'Ingress'],
  ['', 'Service'],
];
const ROUTE_GROUPS = new Set([
  'gateway.networking.k8s.io',
  'route.openshift.io',
  'networking.istio.io',
  'traefik.io',
]);

function kindGaps(facts: CaseFacts, cluster: ClusterFacts): readonly string[] {
  const { kinds } = cluster.simulator.snapshot.collection;
  const core = WAYS_IN.filter(([group, kind]) => !isCollected(cluster, group, kind)).map(
    ([, kind]) => `${kind} objects were not collected`,
  );
  const routes = kinds
    .filter(entry => ROUTE_GROUPS.has(entry.group) && !isKnown(entry))
    .map(entry => `${entry.kind} of ${entry.group} is served but was not collected`);
  return [...core, ...routes].map(text => sayOf(facts, cluster, text));
}

function isCollected(cluster: ClusterFacts, group: string, kind: string): boolean {
  return cluster.simulator.snapshot.collection.kinds.some(
    entry => entry.group === group && entry.kind === kind && isKnown(entry),
  );
}

function isKnown(entry: KindCollection): boolean {
  return entry.state === 'present' || entry.state === 'asked-none';
}
