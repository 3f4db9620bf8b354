// Derives the request list of a case: evidence of which there is none, objects that were not collected, names that are
// mentioned but missing, holes in logs, the customer's lists that nobody gave, checks that could not look.
import { compareNumbers, catalogueOf, type Catalogue } from '../../catalogue/catalogue.ts';
import { flowCoverageOf, gapsOfCoverage } from '../../scope/flow-coverage.ts';
import { REGISTERS, REGISTER_KINDS } from '../../intake/registers/kinds.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import { POLICY_KINDS } from '../../model/policy-kinds.ts';
import type { Case } from '../run-case.ts';
import { ASKED_ITEMS } from './evidence-kinds.ts';
import { joinNotes, type EvidenceRequest, type Need } from './request.ts';

/** The list of a case. */
export function requestList(found: Case): readonly EvidenceRequest[] {
  const { engagement } = found.facts;
  const serving = proceduresServed(catalogueOf(engagement.header.standard));
  const needs = [
    ...lackingKinds(found, serving),
    ...lackingLists(found, serving),
    ...found.clusters.flatMap(({ snapshot, flows }) => [
      ...lackingObjects(snapshot, serving),
      ...lackingNames(snapshot, serving),
      ...(flows === undefined
        ? []
        : holesInLog(snapshot, gapsOfCoverage(flowCoverageOf(flows, snapshot)), serving)),
    ]),
    ...idleChecks(found),
  ];
  return joinNotes(needs, engagement);
}

/** Procedures by kind of evidence, and by requirement; the requirement itself where the catalogue lists no procedures. */
interface Serving {
  byKinds(kinds: readonly string[]): readonly string[];
  byRequirements(numbers: readonly string[]): readonly string[];
}

/** The predecessor has no kinds of its own: its requirements take those of their successors. */
function proceduresServed(catalogue: Catalogue): Serving {
  const current = catalogueOf('4.0.1');
  const kindsOf = (number: string, others: readonly string[]): readonly string[] =>
    catalogue.version === '4.0.1'
      ? (current.byNumber.get(number)?.evidenceKinds ?? [])
      : others.flatMap(other => current.byNumber.get(other)?.evidenceKinds ?? []);
  const numbersOf = (
    wanted: (requirement: Catalogue['requirements'][number]) => boolean,
  ): readonly string[] =>
    catalogue.requirements
      .filter(requirement => requirement.kind === 'requirement' && wanted(requirement))
      .flatMap(({ number, procedures }) =>
        procedures.length === 0 ? [number] : procedures.map(procedure => procedure.number),
      )
      .sort(compareNumbers);
  return {
    byKinds: kinds =>
      numbersOf(({ number, other }) => kindsOf(number, other).some(kind => kinds.includes(kind))),
    byRequirements: numbers =>
      numbersOf(({ number, other }) =>
        catalogue.version === '4.0.1' ? numbers.includes(number) : other.some(one => numbers.includes(one)),
      ),
  };
}

function lackingKinds(found: Case, serving: Serving): readonly Need[] {
  return ASKED_ITEMS.filter(item => !item.isGiven(found)).map(({ id, kinds, item, why, how }) => ({
    id: `evidence ${id}`,
    item,
    why,
    how,
    procedures: serving.byKinds(kinds),
  }));
}

function lackingLists(found: Case, serving: Serving): readonly Need[] {
  const given = new Set(found.intake.registers.map(row => row.kind));
  return REGISTER_KINDS.filter(kind => !given.has(kind)).map(kind => ({
    id: `list ${kind}`,
    item: `${REGISTERS[kind].title} (the customer’s list)`,
    why: 'The checks that hold it to the cluster can never pass without it',
    how: `CSV or XLSX; vouch register-template ${kind} writes a blank one`,
    procedures: serving.byRequirements(REGISTERS[kind].requirements),
  }));
}

/** Policy kinds that the cluster serves, or every cluster has, and that the export does not show. */
function lackingObjects({ cluster, collection }: ClusterSnapshot, serving: Serving): readonly Need[] {
  if (collection.fromManifests) return [];
  return collection.kinds
    .filter(({ state, group, kind }) => {
      const isPolicy = POLICY_KINDS.some(known => known.group === group && known.kind === kind);
      return state === 'forbidden' || (state === 'not-collected' && isPolicy);
    })
    .map(({ state, group, kind }) => ({
      id: `objects ${kind}${group === '' ? '' : `.${group}`} of ${cluster}`,
      item: `All ${kind} objects of cluster ${cluster}`,
      why:
        state === 'forbidden'
          ? 'The collector was not allowed to read them, or reading them failed: what they decide stays open'
          : 'The export does not say whether there are any: what they decide stays open',
      how: `kubectl get ${resourceOf(kind)}${group === '' ? '' : `.${group}`} -A -o json`,
      procedures: serving.byKinds(evidenceOf(group, kind)),
    }));
}

/** Kinds of evidence that objects of a kind give. */
function evidenceOf(group: string, kind: string): readonly string[] {
  if (POLICY_KINDS.some(known => known.group === group && known.kind === kind))
    return ['policy_set', 'policy_simulation'];
  if (group === 'rbac.authorization.k8s.io') return ['rbac'];
  return group === 'admissionregistration.k8s.io' ? ['admission'] : ['inventory'];
}

/** The resource of a kind; a message of kubectl names the resource itself. */
function resourceOf(kind: string): string {
  if (kind === kind.toLowerCase()) return kind;
  const word = kind.toLowerCase();
  if (word.endsWith('y')) return `${word.slice(0, -1)}ies`;
  return word.endsWith('s') ? `${word}es` : `${word}s`;
}

const LISTED = 8;

function lackingNames({ cluster, collection }: ClusterSnapshot, serving: Serving): readonly Need[] {
  const commands = {
    Namespace: 'kubectl get namespaces -o json, and everything in them',
    Node: 'kubectl get nodes -o json',
    ServiceAccount: 'kubectl get serviceaccounts -A -o json',
  } as const;
  return (['Namespace', 'Node', 'ServiceAccount'] as const).flatMap(kind => {
    const names = [...new Set(collection.missing.filter(name => name.kind === kind).map(name => name.name))];
    if (names.length === 0) return [];
    const shown = names.slice(0, LISTED).join(', ') + (names.length > LISTED ? ', ...' : '');
    return [
      {
        id: `names ${kind} of ${cluster}`,
        item: `${names.length === 1 ? `${kind} ${shown}` : `${names.length} ${kind} objects (${shown})`} of cluster ${cluster}, mentioned only`,
        why: 'They are mentioned by objects, logs or RBAC, and the export does not hold them',
        how: commands[kind],
        procedures: serving.byKinds(['inventory', 'scope']),
      },
    ];
  });
}

function holesInLog(
  { cluster }: ClusterSnapshot,
  gaps: readonly string[],
  serving: Serving,
): readonly Need[] {
  if (gaps.length === 0) return [];
  return [
    {
      id: `flow-log holes of ${cluster}`,
      item: `The missing part of the flow log of cluster ${cluster}`,
      why: gaps.join('; '),
      how: 'The files of those nodes and hours, or the reason why there are none',
      procedures: serving.byKinds(['flow_log']),
    },
  ];
}

/** Checks that found no data to look at, with their own words for what is missing. */
function idleChecks(found: Case): readonly Need[] {
  return found.checks
    .filter(check => check.outcome === 'no-data')
    .map(check => ({
      id: `check ${check.id}`,
      item: `What check ${check.id} needs: ${check.title}`,
      why: check.coverage.gaps.join('; ') || check.sentence,
      how: check.sentence,
      procedures: [...check.procedures].sort(compareNumbers),
    }));
}
