// Everything a simulator holds about one cluster: policies, ends, external space, classes, and which ports are modelled.
import { printAddressRange } from '../base/address.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import type { KubernetesObject } from '../model/object.ts';
import { changePolicySet } from '../policy/change.ts';
import { compilePolicies } from '../policy/compile.ts';
import type { CompiledPolicySet, Endpoint, EngineProfile, PortRange } from '../policy/compiled.ts';
import { secondaryNetworks, type SecondaryNetwork } from '../policy/networks/read.ts';
import { ALL_PORTS } from '../policy/port-set.ts';
import { createClassTable, type ClassTable } from './classes.ts';
import { createDecider, type Decider } from './decide.ts';
import {
  buildEndpoints,
  entryController,
  externalEndpoint,
  externalName,
  type Endpoints,
} from './endpoints.ts';
import { entryWays, type EntryWay } from './entry-ports.ts';
import { cutExternalSpace, type ExternalSpace } from './external-space.ts';
import { hiddenWays, type HiddenWay } from './hidden-source.ts';
import { createPairs, type EarlierPairs, type PairVerdicts } from './table/pair-verdicts.ts';
import { changeTable, createVerdictTable, type VerdictTable } from './table/verdict-table.ts';

/** A cluster ready to be asked. */
export interface Cluster {
  readonly snapshot: ClusterSnapshot;
  readonly profile: EngineProfile;
  readonly policies: CompiledPolicySet;
  readonly endpoints: Endpoints;
  readonly space: ExternalSpace;
  readonly decider: Decider;
  /** Decisions of all pairs as tables. */
  readonly table: VerdictTable;
  /** Both sides of pairs as one, for whole logs and matrices. */
  readonly pairs: PairVerdicts;
  /** Decisions with their reasons, and those about ends that the table does not hold. */
  readonly classes: ClassTable;
  readonly universe: readonly PortRange[];
  /** One end per piece of the external space, in the order of the pieces. */
  readonly externals: readonly Endpoint[];
  /** The ingress controller that the export does not hold. */
  readonly controller: Endpoint;
  /** Networks beside the pod network, and who is attached to them. */
  secondary(): readonly SecondaryNetwork[];
  /** Which ways in lead to each pod. */
  entryWays(): ReadonlyMap<string, readonly EntryWay[]>;
  /** Which Services may show each pod a node's address instead of the client's. */
  hiddenWays(): ReadonlyMap<string, readonly HiddenWay[]>;
}

/** Compiles a snapshot under a profile. */
export function compileFor(snapshot: ClusterSnapshot, profile: EngineProfile): Cluster {
  return compileWith(snapshot, compilePolicies(snapshot, profile));
}

/** A cluster under policies that are compiled already; their profile holds. */
export function compileWith(snapshot: ClusterSnapshot, policies: CompiledPolicySet): Cluster {
  const { profile } = policies;
  const space = cutExternalSpace(snapshot, policies);
  const universe = profile.icmp ? ALL_PORTS : ALL_PORTS.filter(range => range.protocol !== 'ICMP');
  const endpoints = buildEndpoints(snapshot, profile);
  const externals = space.pieces.map(piece =>
    externalEndpoint(externalName(piece), [printAddressRange(piece)]),
  );
  const controller = entryController();
  const inner = [...endpoints.pods.values(), ...endpoints.nodes, controller];
  const table = createVerdictTable({ snapshot, policies, space, universe, inner, externals });
  let secondary: readonly SecondaryNetwork[] | undefined;
  let ways: ReadonlyMap<string, readonly EntryWay[]> | undefined;
  let hidden: ReadonlyMap<string, readonly HiddenWay[]> | undefined;
  const held = {
    snapshot,
    profile,
    policies,
    endpoints,
    space,
    universe,
    externals,
    controller,
    secondary: () => (secondary ??= secondaryNetworks(snapshot)),
    entryWays: () => (ways ??= entryWays(snapshot, profile)),
    hiddenWays: () => (hidden ??= hiddenWays(snapshot)),
  };
  return withDeciders(held, table);
}

/** The cluster with other policies; what they leave as it was is kept, so that a change costs little. */
export function changeFor(cluster: Cluster, policies: readonly KubernetesObject[]): Cluster {
  const gone = new Set<KubernetesObject>(cluster.snapshot.policies);
  const known = new Set<KubernetesObject>(policies);
  const come = policies.filter(object => !gone.has(object));
  for (const object of policies) gone.delete(object);
  if (gone.size === 0 && known.size === cluster.snapshot.policies.length) return cluster;
  const objects = [...cluster.snapshot.objects.filter(object => !gone.has(object)), ...come];
  const snapshot = { ...cluster.snapshot, policies, objects };
  const change = changePolicySet(cluster.policies, cluster.snapshot, snapshot);
  if (change === undefined) return compileFor(snapshot, cluster.profile);
  const cutsNothing = change.changed.every(policy => (policy.addresses ?? []).length === 0);
  const space = cutsNothing ? cluster.space : cutExternalSpace(snapshot, change.policies);
  const changed = { policies: change.changed, open: change.open };
  const made = changeTable(cluster.table, change.policies, space, changed);
  if (made === undefined) return compileFor(snapshot, cluster.profile);
  const held = { ...cluster, snapshot, policies: change.policies };
  return withDeciders(held, made.table, { pairs: cluster.pairs, change: made });
}

function withDeciders(
  held: Omit<Cluster, 'decider' | 'table' | 'pairs' | 'classes'>,
  table: VerdictTable,
  earlier?: EarlierPairs,
): Cluster {
  const { snapshot, policies, space, universe, endpoints, controller, externals } = held;
  const decider = createDecider(policies);
  const ends = [...endpoints.pods.values(), ...endpoints.nodes, controller, ...externals];
  const classes = createClassTable(snapshot, space, decider, universe, ends, policies.byNode);
  return { ...held, decider, table, pairs: createPairs(table, policies, earlier), classes };
}
