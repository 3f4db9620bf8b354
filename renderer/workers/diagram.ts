// The CDE diagram of one cluster, as the report draws it, for the window.
import { failed, ok, type Result } from '../../shared/base/result.ts';
import type { Case } from '../../shared/engagement/run-case.ts';
import { cdeDiagram } from '../../shared/report/diagram/cde-diagram.ts';
import type { Drawing } from '../../shared/report/diagram/drawing.ts';

/** The drawing of a cluster's scope. */
export function diagramOf({ facts, intake }: Case, cluster: string): Result<Drawing> {
  const found = facts.clusters.find(({ simulator }) => simulator.snapshot.cluster === cluster);
  if (found === undefined) return failed('diagram.cluster-unknown', `No cluster ${cluster} in this case`);
  const { snapshot } = found.simulator;
  const unseen = snapshot.collection.kinds.filter(
    kind => kind.state === 'forbidden' || kind.state === 'not-collected',
  );
  const last = intake.files
    .flatMap(file => (file.period === undefined ? [] : [file.period.to]))
    .sort()
    .at(-1);
  const { drawing } = cdeDiagram(facts.scope, found.reach, snapshot, {
    date: last?.slice(0, 10) ?? 'a day that the export does not name',
    coverage:
      unseen.length === 0
        ? 'Every kind that was asked for was collected.'
        : `Not seen: ${unseen.map(kind => kind.kind).join(', ')}.`,
  });
  return ok(drawing);
}
