// Labels of HostEndpoints: their own and those that the profiles they list lend them (calico.md 3.6). A profile that was not
// exported may lend any label.
import { isObject } from '../../base/json.ts';
import { groupOf, type KubernetesObject } from '../../model/object.ts';
import { listedGroup } from '../../model/policy-kinds.ts';
import { textsAt as textsIn } from '../../model/read.ts';
import type { ClusterSnapshot, Labels } from '../../model/snapshot.ts';
import { hostLabels, type LabelView } from './labels.ts';

/** Profile of automatic host endpoints: it allows both ways and lends no labels. */
export const DEFAULT_ALLOW = 'projectcalico-default-allow';

/** The profiles that a HostEndpoint lists, in order. */
export function profilesOf(host: KubernetesObject): readonly string[] {
  return textsIn(host.body, 'spec', 'profiles');
}

/** Profiles of a cluster by name. */
export function readProfiles(snapshot: ClusterSnapshot): ReadonlyMap<string, KubernetesObject> {
  const found = snapshot.policies.filter(
    ({ apiVersion, kind }) => kind === 'Profile' && isOfCalico(apiVersion, kind),
  );
  const profiles = new Map(found.map(object => [object.meta.name, object]));
  // One given twice with different content counts as not exported.
  for (const object of found)
    if (profiles.get(object.meta.name) !== object) profiles.delete(object.meta.name);
  return profiles;
}

/** A look-up of the labels of each HostEndpoint. */
export function readHostLabels(snapshot: ClusterSnapshot): (host: KubernetesObject) => LabelView {
  const profiles = readProfiles(snapshot);
  return host => {
    const lent = profilesOf(host)
      .filter(name => name !== DEFAULT_ALLOW)
      .map(name => lentBy(profiles.get(name)));
    return hostLabels(host.meta.labels, lent);
  };
}

function isOfCalico(apiVersion: string, kind: string): boolean {
  return listedGroup(groupOf(apiVersion), kind) === 'projectcalico.org';
}

/** `undefined` stands for a profile that was not exported. */
function lentBy(profile: KubernetesObject | undefined): Labels | undefined {
  if (profile === undefined) return undefined;
  const spec = profile.body['spec'];
  const labels = isObject(spec) && isObject(spec['labelsToApply']) ? spec['labelsToApply'] : {};
  return Object.fromEntries(
    Object.entries(labels).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
