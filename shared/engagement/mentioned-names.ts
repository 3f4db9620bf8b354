// Names that flow logs mention: namespaces and nodes. The model keeps those that the export does not hold, so that
// nobody mistakes a part of the cluster for the whole.
import { compareText } from '../base/order.ts';
import { FLOW_END, type FlowPart, type FlowTable } from '../model/flow-table.ts';
import type { MissingName } from '../model/snapshot.ts';

/** Each namespace of a pod seen in the log, once, with the place where it is first seen. */
export function namesInFlows(flows: FlowTable): readonly MissingName[] {
  const seen = new Map<number, MissingName>();
  for (const part of flows.parts) {
    for (let row = 0; row < part.rows; row++) {
      if (part.srcKind[row] === FLOW_END.pod) note(seen, flows, part, row, part.srcNamespace[row] ?? 0);
      if (part.dstKind[row] === FLOW_END.pod) note(seen, flows, part, row, part.dstNamespace[row] ?? 0);
    }
  }
  return [...seen.values()].sort((a, b) => compareText(a.name, b.name));
}

function note(
  seen: Map<number, MissingName>,
  flows: FlowTable,
  part: FlowPart,
  row: number,
  text: number,
): void {
  if (text === 0 || seen.has(text)) return;
  const name = flows.strings[text] ?? '';
  const file = flows.files[part.file[row] ?? 0] ?? '';
  seen.set(text, {
    kind: 'Namespace',
    name,
    mentionedBy: 'flow',
    source: { file, line: part.line[row] ?? 0 },
  });
}
