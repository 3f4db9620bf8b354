// From a parsed document to Kubernetes-style objects: lists opened, typed items given their kind, lines noted for
// policies. What a list says about absence ("asked, none") is a fact of its own.
import { isObject, type JsonObject, type JsonValue } from '../base/json.ts';
import type { ClusterId } from '../base/brand.ts';
import { groupOf, type KubernetesObject, type ObjectMeta, type OwnerReference } from '../model/object.ts';
import { itemsOf, membersOf, type Document } from './document.ts';

/** An object before its cluster is known. */
export type UnplacedObject = Omit<KubernetesObject, 'cluster'>;

/** An empty list: somebody asked for this kind and there was none. A plain `List` does not say of which kind. */
export interface AskedNone {
  readonly kind: string | undefined;
  readonly group: string;
  readonly line: number;
}

/** Objects of a document, and kinds that were asked for in vain. */
export interface ReadObjects {
  readonly objects: readonly UnplacedObject[];
  readonly askedNone: readonly AskedNone[];
  /** Items that are no objects, by line. */
  readonly strange: readonly number[];
}

/** Whether a value is a Kubernetes-style object: string `apiVersion` and `kind`. */
export function isKubernetes(value: JsonValue): value is JsonObject {
  return (
    isObject(value) &&
    typeof value['apiVersion'] === 'string' &&
    typeof value['kind'] === 'string' &&
    value['kind'] !== ''
  );
}

/** Reads one document of kind `kubernetes`. */
export function readObjects(
  document: Document,
  file: string,
  lineAt: (offset: number) => number,
): ReadObjects {
  const objects: UnplacedObject[] = [];
  const askedNone: AskedNone[] = [];
  const strange: number[] = [];

  function open(
    value: JsonValue,
    start: number,
    inherited?: { readonly kind: string; readonly apiVersion: string },
  ): void {
    const line = lineAt(start);
    if (!isObject(value)) {
      strange.push(line);
      return;
    }
    const kind = textOf(value['kind']) ?? inherited?.kind;
    const apiVersion = textOf(value['apiVersion']) ?? inherited?.apiVersion;
    if (kind === undefined || kind === '' || apiVersion === undefined) {
      strange.push(line);
      return;
    }
    if (isList(kind, value)) openList(value, kind, apiVersion, line, start);
    else objects.push(objectOf(value, kind, apiVersion, line));
  }

  function openList(list: JsonObject, kind: string, apiVersion: string, line: number, start: number): void {
    const items = itemsOf(list['items']);
    const itemKind = kind === 'List' || kind === 'ResourceList' ? undefined : kind.slice(0, -4);
    if (items.length === 0) {
      askedNone.push({ kind: itemKind, group: itemKind === undefined ? '' : groupOf(apiVersion), line });
      return;
    }
    items.forEach((item, index) => {
      const range = document.places.of(items, index);
      open(item, range?.start ?? start, itemKind === undefined ? undefined : { kind: itemKind, apiVersion });
    });
  }

  function objectOf(body: JsonObject, kind: string, apiVersion: string, line: number): UnplacedObject {
    const meta = readMeta(membersOf(body['metadata']));
    return {
      apiVersion,
      kind,
      meta,
      body: withoutNoise(body, kind, apiVersion),
      source: { file, line },
      lines: isPolicyGroup(groupOf(apiVersion)) ? linesOf(body, document, lineAt) : NO_LINES,
      fromManifest: meta.uid === undefined && body['status'] === undefined,
    };
  }

  if (Array.isArray(document.value))
    (document.value as readonly JsonValue[]).forEach((item, index) => {
      open(
        item,
        document.places.of(document.value as readonly JsonValue[], index)?.start ?? document.range.start,
      );
    });
  else open(document.value, document.range.start);
  return { objects, askedNone, strange };
}

/** Gives an object its cluster. */
export function placeObject(object: UnplacedObject, cluster: ClusterId): KubernetesObject {
  return { cluster, ...object };
}

const NO_LINES: ReadonlyMap<string, number> = new Map();

function isList(kind: string, value: JsonObject): boolean {
  return (
    kind.endsWith('List') &&
    'items' in value &&
    (value['items'] === null || Array.isArray(value['items'])) &&
    membersOf(value['spec'])['items'] === undefined
  );
}

function isPolicyGroup(group: string): boolean {
  return /(^|\.)(networking\.k8s\.io|projectcalico\.org|policy\.networking\.k8s\.io|cilium\.io|istio\.io|antrea\.io|k8s\.ovn\.org|k8s\.cni\.cncf\.io|extensions)$/.test(
    group,
  );
}

/** Lines of the objects and array items below `spec`, by JSON pointer. */
function linesOf(
  body: JsonObject,
  document: Document,
  lineAt: (offset: number) => number,
): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  const walk = (container: JsonValue | undefined, pointer: string, depth: number): void => {
    if (typeof container !== 'object' || container === null || depth > 12) return;
    const entries: readonly (readonly [string | number, JsonValue | undefined])[] = Array.isArray(container)
      ? (container as readonly JsonValue[]).map((item, index) => [index, item] as const)
      : Object.entries(container);
    for (const [key, member] of entries) {
      const path = `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
      const range = document.places.of(container, key);
      if (range !== undefined) lines.set(path, lineAt(range.start));
      walk(member, path, depth + 1);
    }
  };
  for (const part of ['spec', 'specs']) walk(body[part], `/${part}`, 0);
  return lines;
}

/** managedFields are most of an export's bytes and say nothing here. */
function withoutNoise(body: JsonObject, kind: string, apiVersion: string): JsonObject {
  const metadata = membersOf(body['metadata']);
  const { managedFields, ...kept } = metadata;
  return { ...body, apiVersion, kind, ...(body['metadata'] === undefined ? {} : { metadata: kept }) };
}

function readMeta(metadata: JsonObject): ObjectMeta {
  const optional = (key: string, name: string): Record<string, string> => {
    const value = textOf(metadata[key]);
    return value === undefined || value === '' ? {} : { [name]: value };
  };
  return {
    name: textOf(metadata['name']) ?? textOf(metadata['generateName']) ?? '',
    ...optional('namespace', 'namespace'),
    ...optional('uid', 'uid'),
    ...optional('resourceVersion', 'resourceVersion'),
    labels: textsOf(metadata['labels']),
    annotations: textsOf(metadata['annotations']),
    owners: itemsOf(metadata['ownerReferences']).filter(isObject).map(readOwner),
    ...optional('creationTimestamp', 'created'),
    ...optional('deletionTimestamp', 'deleted'),
  };
}

function readOwner(owner: JsonObject): OwnerReference {
  const uid = textOf(owner['uid']);
  return {
    apiVersion: textOf(owner['apiVersion']) ?? '',
    kind: textOf(owner['kind']) ?? '',
    name: textOf(owner['name']) ?? '',
    ...(uid === undefined ? {} : { uid }),
    controller: owner['controller'] === true,
  };
}

/** Labels and annotations: scalars that hand-written YAML left unquoted are read as the API server would refuse them, as text. */
function textsOf(value: JsonValue | undefined): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const [key, member] of Object.entries(membersOf(value)))
    if (member !== undefined && (member === null || typeof member !== 'object'))
      texts[key] = member === null ? '' : String(member);
  return texts;
}

function textOf(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
}
