// A Kubernetes-style object as YAML that a person can change and apply: what the server adds is left out.
import { stringify } from 'yaml';
import { isObject, type JsonObject, type JsonValue } from '../base/json.ts';
import type { KubernetesObject } from '../model/object.ts';

const ADDED_BY_SERVER = new Set([
  'creationTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
]);
const ADDED_ANNOTATIONS =
  /^(kubectl\.kubernetes\.io\/last-applied-configuration|projectcalico\.org\/metadata)$/;

/** Prints an object, kind and name first, with a final newline. */
export function printManifest(object: KubernetesObject): string {
  const { apiVersion, kind, metadata, status: _status, ...rest } = object.body;
  const body: JsonObject = {
    apiVersion: apiVersion ?? object.apiVersion,
    kind: kind ?? object.kind,
    metadata: plainMetadata(metadata),
    ...rest,
  };
  return stringify(body, { lineWidth: 0, aliasDuplicateObjects: false });
}

function plainMetadata(metadata: JsonValue | undefined): JsonObject {
  if (!isObject(metadata)) return {};
  const { annotations, ...rest } = metadata;
  const kept = Object.entries(isObject(annotations) ? annotations : {}).filter(
    ([key]) => !ADDED_ANNOTATIONS.test(key),
  );
  return {
    ...Object.fromEntries(Object.entries(rest).filter(([key]) => !ADDED_BY_SERVER.has(key))),
    ...(kept.length === 0 ? {} : { annotations: Object.fromEntries(kept) }),
  };
}
