// How the Cilium agents of a cluster are set up: ConfigMap `cilium-config` and CiliumNodeConfig objects (policy-semantics section 4).
// A setting that its sources give differently is `mixed`; one that none gives has Cilium's default, which is said aloud.
import { sortedUnique } from '../../base/order.ts';
import type { SourceSpan } from '../../base/source.ts';
import { groupOf, type KubernetesObject } from '../../model/object.ts';
import { labelsAt } from '../../model/read.ts';
import type { ClusterSnapshot } from '../../model/snapshot.ts';
import type { EngineProfile, Truth } from '../compiled.ts';

/** What of the agents' set-up decides about verdicts. */
export interface CiliumSettings {
  readonly mode: 'default' | 'always' | 'never' | 'unknown';
  /** Where the settings stand; absent when the export holds none. */
  readonly source?: SourceSpan;
  /** Policies are only logged. */
  readonly audit: Truth;
  /** The pod's own node gets in unless a rule denies it (`allow-localhost`). */
  readonly admitsLocalHost: Truth;
  readonly cidrMatchesNodes: Truth;
  readonly hostFirewall: Truth;
  readonly kubernetesPolicies: Truth;
  readonly clusterName?: string;
  /** Labels that identities are made of were chosen by hand. */
  readonly customLabels: boolean;
  /** GKE Dataplane V2 (agent `anetd`): Cilium, but its own policy kinds may not be honoured. */
  readonly isDataplaneV2: boolean;
  /** Minor version of Cilium 1.x, where all agent images agree. */
  readonly minor?: number;
}

/** Reads the settings of a cluster. */
export function readCiliumSettings(snapshot: Pick<ClusterSnapshot, 'objects' | 'pods'>): CiliumSettings {
  const maps = snapshot.objects.filter(isSettings);
  const value = (key: string): string | undefined => valueOf(maps, key);
  const flag = (key: string, byDefault: boolean): Truth => flagOf(value(key), byDefault);
  const nodes = value('policy-cidr-match-mode');
  const localHost = value('allow-localhost');
  const clusterName = value('cluster-name');
  const first = maps[0];
  const minor = minorOf(snapshot.pods);
  return {
    mode: modeOf(value('enable-policy')),
    ...(first === undefined ? {} : { source: first.source }),
    audit: flag('policy-audit-mode', false),
    admitsLocalHost: localHost === MIXED ? 'unknown' : localHost === 'policy' ? 'no' : 'yes',
    cidrMatchesNodes: nodes === MIXED ? 'unknown' : /\bnodes\b/.test(nodes ?? '') ? 'yes' : 'no',
    hostFirewall: first === undefined ? 'unknown' : flag('enable-host-firewall', false),
    kubernetesPolicies: flag('enable-k8s-networkpolicy', true),
    ...(clusterName === undefined || clusterName === MIXED
      ? first === undefined || clusterName === MIXED
        ? {}
        : { clusterName: 'default' }
      : { clusterName }),
    customLabels: (value('labels') ?? '').trim() !== '' || value('label-prefix-file') !== undefined,
    isDataplaneV2: snapshot.objects.some(isDataplaneAgent),
    ...(minor === undefined ? {} : { minor }),
  };
}

function isDataplaneAgent(object: KubernetesObject): boolean {
  if (object.meta.namespace !== 'kube-system') return false;
  if (object.kind === 'DaemonSet') return object.meta.name === 'anetd';
  const owners = object.meta.owners.filter(owner => owner.kind === 'DaemonSet');
  return object.kind === 'Pod' && owners.some(owner => owner.name === 'anetd');
}

/** What the settings change about the engine: whether it enforces, and whether address blocks match nodes. */
export function withCiliumSettings(
  profile: EngineProfile,
  snapshot: Pick<ClusterSnapshot, 'objects' | 'pods'>,
): EngineProfile {
  const { mode, audit, cidrMatchesNodes, source } = readCiliumSettings(snapshot);
  const off =
    mode === 'never'
      ? 'cilium-config sets enable-policy to never: no policy is enforced'
      : audit === 'yes'
        ? 'cilium-config sets policy-audit-mode: policies are logged, not enforced'
        : undefined;
  const isOpen = mode === 'unknown' || audit === 'unknown';
  const text =
    off ?? (isOpen ? 'cilium-config does not tell in one way whether policies are enforced' : undefined);
  return {
    ...profile,
    enforces: off !== undefined ? 'no' : isOpen ? 'unknown' : profile.enforces,
    ipBlockMatchesNodes: cidrMatchesNodes,
    evidence:
      text === undefined
        ? profile.evidence
        : [{ text, ...(source === undefined ? {} : { source }) }, ...profile.evidence],
  };
}

const MIXED = '(set differently)';

function isSettings(object: KubernetesObject): boolean {
  if (object.kind === 'ConfigMap') return object.meta.name === 'cilium-config';
  return object.kind === 'CiliumNodeConfig' && groupOf(object.apiVersion) === 'cilium.io';
}

/** Overrides per node count beside the cluster's own value; the cluster's default counts where only some nodes are set. */
function valueOf(maps: readonly KubernetesObject[], key: string): string | undefined {
  const values = maps.map(map => {
    const settings =
      map.kind === 'ConfigMap' ? labelsAt(map.body, 'data') : labelsAt(map.body, 'spec', 'defaults');
    return {
      isMap: map.kind === 'ConfigMap',
      value: Object.hasOwn(settings, key) ? settings[key] : undefined,
    };
  });
  const own = values.filter(item => item.isMap).map(item => item.value ?? '');
  const perNode = values.filter(item => !item.isMap).flatMap(item => item.value ?? []);
  const distinct = sortedUnique([...own, ...perNode]);
  if (distinct.length > 1) return MIXED;
  if (own.length === 0 && perNode.length > 0) return MIXED;
  return distinct[0] === '' ? undefined : distinct[0];
}

function modeOf(value: string | undefined): CiliumSettings['mode'] {
  if (value === undefined) return 'default';
  return value === 'default' || value === 'always' || value === 'never' ? value : 'unknown';
}

function flagOf(value: string | undefined, byDefault: boolean): Truth {
  if (value === undefined) return byDefault ? 'yes' : 'no';
  if (value === 'true') return 'yes';
  return value === 'false' ? 'no' : 'unknown';
}

function minorOf(pods: ClusterSnapshot['pods']): number | undefined {
  const images = pods.flatMap(pod => pod.containers.map(container => container.image));
  const minors = new Set(images.flatMap(image => /\/cilium:v1\.(\d+)/.exec(image)?.[1] ?? []));
  return minors.size === 1 ? Number([...minors][0]) : undefined;
}

/** What is taken for granted about the agents' set-up; every verdict says so. */
export function settingAssumptions(settings: CiliumSettings): readonly string[] {
  const texts: string[] = [];
  if (settings.source === undefined)
    texts.push('cilium-config is not in the export: Cilium runs with its default settings');
  if (settings.kubernetesPolicies === 'no')
    texts.push('Kubernetes NetworkPolicies have no effect: enable-k8s-networkpolicy is false');
  return texts;
}
