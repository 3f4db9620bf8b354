// Everything a simulator holds about one cluster: policies, ends, external space, classes, and which ports are modelled.
import { printAddressRange } from '../base/address.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import { compilePolicies } from '../policy/compile.ts';
import type { CompiledPolicySet, Endpoint, EngineProfile, PortRange } from '../policy/compiled.ts';
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
import { cutExternalSpace, type ExternalSpace } from './external-space.ts';
import { createPairs, type PairVerdicts } from './table/pair-verdicts.ts';
import { createVerdictTable, type VerdictTable } from './table/verdict-table.ts';

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
}

/** Compiles a snapshot under a profile. */
export function compileFor(snapshot: ClusterSnapshot, profile: EngineProfile): Cluster {
  const policies = compilePolicies(snapshot, profile);
  const space = cutExternalSpace(snapshot, policies);
  const decider = createDecider(policies);
  const universe = profile.icmp ? ALL_PORTS : ALL_PORTS.filter(range => range.protocol !== 'ICMP');
  const endpoints = buildEndpoints(snapshot, profile);
  const externals = space.pieces.map(piece =>
    externalEndpoint(externalName(piece), [printAddressRange(piece)]),
  );
  const controller = entryController();
  const inner = [...endpoints.pods.values(), ...endpoints.nodes, controller];
  const table = createVerdictTable({ snapshot, policies, space, universe, inner, externals });
  const classes = createClassTable(
    snapshot,
    space,
    decider,
    universe,
    [...inner, ...externals],
    policies.byNode,
  );
  return {
    snapshot,
    profile,
    policies,
    endpoints,
    space,
    decider,
    table,
    pairs: createPairs(table, policies),
    classes,
    universe,
    externals,
    controller,
  };
}
