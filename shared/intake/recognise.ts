// What a parsed document is, by its content alone, with the reason in words. Names of files never decide.
import { isObject, type JsonObject, type JsonValue } from '../base/json.ts';
import { text } from './formats/values.ts';
import { isAuditEvent } from './formats/audit.ts';
import { isCalicoFlow, unwrapHits } from './formats/calico-flow.ts';
import { isHubbleEvent } from './formats/hubble.ts';
import { benchControls } from './formats/kube-bench.ts';
import { itemsOf } from './document.ts';
import type { FormatName } from './intake.ts';
import { isKubernetes } from './read-object.ts';

/** A format with the reason for it. */
export interface Recognition {
  readonly format: FormatName;
  readonly reason: string;
}

/** Formats that come as one record a line. */
export type LineFormat = 'calico-flow' | 'hubble' | 'k8s-audit';

/** Recognises one document; undefined when it is nothing we know. */
export function recogniseDocument(value: JsonValue): Recognition | undefined {
  if (isObject(value)) return recogniseObject(value) ?? recogniseBench(value);
  const bench = recogniseBench(value);
  if (bench !== undefined) return bench;
  const [first] = itemsOf(value);
  if (first === undefined || !isObject(first)) return undefined;
  const item = recogniseObject(first);
  return item === undefined ? undefined : { ...item, reason: `array of: ${item.reason}` };
}

/** Recognises one line of a log. */
export function recogniseRecord(
  record: JsonObject,
): (Recognition & { readonly format: LineFormat }) | undefined {
  if (unwrapHits(record).some(isCalicoFlow))
    return { format: 'calico-flow', reason: 'records with source_type, dest_type, reporter and action' };
  if (isHubbleEvent(record))
    return { format: 'hubble', reason: 'records with flow and verdict, or other Hubble events' };
  if (isAuditEvent(record)) return { format: 'k8s-audit', reason: 'records of kind Event in audit.k8s.io' };
  return undefined;
}

function recogniseObject(value: JsonObject): Recognition | undefined {
  if (typeof value['schema'] === 'string' && value['schema'].startsWith('vouch.engagement/'))
    return { format: 'engagement', reason: `schema ${value['schema']}` };
  const { apiVersion, kind } = value;
  if (typeof apiVersion === 'string' && apiVersion.startsWith('audit.k8s.io/'))
    return { format: 'k8s-audit', reason: `kind ${text(kind)} in ${apiVersion}` };
  const record = recogniseRecord(value);
  if (record !== undefined) return record;
  if (isKubernetes(value))
    return { format: 'kubernetes', reason: `apiVersion ${text(apiVersion)}, kind ${text(kind)}` };
  if (typeof kind === 'string' && kind.endsWith('List') && 'items' in value)
    return { format: 'kubernetes', reason: `kind ${kind} with items` };
  return undefined;
}

function recogniseBench(value: JsonValue): Recognition | undefined {
  const [control] = benchControls(value);
  return control === undefined
    ? undefined
    : {
        format: 'kube-bench',
        reason: `controls with node_type and tests (${text(control['version']) || 'no version'})`,
      };
}
