// Kubernetes-style objects: single ones, Lists, typed lists, arrays of either. What the API server answered in place of
// objects, and lists that are empty, are facts about the collection.
import { isObject, type JsonValue } from '../../base/json.ts';
import { itemsOf, membersOf } from '../document.ts';
import { noResources } from '../kubectl-messages.ts';
import { isKubernetes, readObjects, type AskedNone, type UnplacedObject } from '../read-object.ts';
import type { DocumentFormat, RecordSink } from './format.ts';
import { text } from './values.ts';

/** Documents of Kubernetes-style objects. */
export const KUBERNETES: DocumentFormat = {
  name: 'kubernetes',
  recognise: value => {
    if (!Array.isArray(value)) return reasonOf(value);
    const [first] = itemsOf(value);
    const reason = first === undefined ? undefined : reasonOf(first);
    return reason === undefined ? undefined : `array of: ${reason}`;
  },
  read: (document, { file, lineAt }, into) => {
    const { objects, askedNone, strange } = readObjects(document, file, lineAt);
    let count = 0;
    for (const object of objects)
      if (isFailure(object)) readFailure(object, into);
      else {
        into.object(object);
        count++;
      }
    for (const none of askedNone) readNone(none, file, into);
    for (const line of strange)
      into.diagnostic({
        code: 'intake.kubernetes.no-kind',
        severity: 'warning',
        message: 'An item has no kind or apiVersion',
        file,
        line,
      });
    return count;
  },
};

function reasonOf(value: JsonValue): string | undefined {
  if (!isObject(value)) return undefined;
  const { apiVersion, kind } = value;
  if (isKubernetes(value)) return `apiVersion ${text(apiVersion)}, kind ${text(kind)}`;
  return typeof kind === 'string' && kind.endsWith('List') && 'items' in value
    ? `kind ${kind} with items`
    : undefined;
}

function readNone({ kind, group, line }: AskedNone, file: string, into: RecordSink): void {
  if (kind !== undefined) {
    into.gap({ state: 'asked-none', what: kind, group, source: { file, line } });
    return;
  }
  const said = noResources(file, line);
  for (const gap of said.gaps) into.gap(gap);
  into.diagnostic(said.diagnostic);
}

/** What the API server answers in place of objects. */
function isFailure(object: UnplacedObject): boolean {
  return object.kind === 'Status' && object.apiVersion === 'v1' && object.body['status'] === 'Failure';
}

function readFailure({ body, source }: UnplacedObject, into: RecordSink): void {
  const details = membersOf(body['details']);
  const isForbidden = body['reason'] === 'Forbidden';
  into.gap({
    state: isForbidden ? 'forbidden' : 'error',
    what: text(details['kind']) || 'unknown resource',
    group: text(details['group']),
    source,
  });
  into.diagnostic({
    code: isForbidden ? 'intake.collection.forbidden' : 'intake.collection.error',
    severity: 'warning',
    message: `The API server refused: ${text(body['message']).slice(0, 160)}`,
    ...source,
  });
}
