// Which namespace a file of an export was asked for, where its place tells: collection tools write a list for each kind
// and namespace (intake notes 1.3, 1.5, 1.6). What a file holds is never told from its place, only where was asked.

const SLOTS: readonly RegExp[] = [
  // Support bundles: cluster-resources/<kind>/<namespace>.json, custom resources one folder deeper.
  /(?:^|\/)cluster-resources\/(?:custom-resources\/)?[^/]+\/([^/]+)\.(?:json|ya?ml)$/,
  // must-gather and oc adm inspect: namespaces/<namespace>/<group>/<resource>.yaml.
  /(?:^|\/)namespaces\/([^/]+)\/[^/]+\/[^/]+\.(?:json|ya?ml)$/,
];

/** The one namespace that a file was asked for; undefined where its place does not tell. `known` are the cluster's. */
export function askedNamespace(file: string, known: ReadonlySet<string>): string | undefined {
  for (const slot of SLOTS) {
    const namespace = slot.exec(file)?.[1];
    if (namespace !== undefined) return namespace;
  }
  // Loops over resources: <namespace>/<resource>.json.
  const folder = file.split('/').at(-2);
  return folder !== undefined && known.has(folder) ? folder : undefined;
}
