// Which engine enforces the policies, and how it behaves where the standards leave room (policy-semantics sections 7 and 9).
// Detection only reads what the export holds and always says why; what cannot be told stays `unknown`.
import { sortedUnique } from '../base/order.ts';
import type { SourceSpan } from '../base/source.ts';
import { groupOf, nameOf, type KubernetesObject } from '../model/object.ts';
import { listedGroup } from '../model/policy-kinds.ts';
import { listAt, textAt } from '../model/read.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import { withCiliumSettings } from './cilium/settings.ts';
import type { EngineProfile, Truth } from './compiled.ts';

/** What may be asked for on the command line; `auto` detects. */
export type ProfileChoice = 'auto' | EngineProfile['name'];

const BASE = {
  ipBlockMatchesPods: true,
  hostNetworkAsPod: false,
  calicoPolicies: false,
  calicoTieBreak: 'key',
  icmp: true,
  directOwner: false,
} as const;

/** How each engine behaves, before anything is known about a cluster. */
export const PROFILES: Readonly<Record<EngineProfile['name'], EngineProfile>> = {
  kubernetes: { name: 'kubernetes', enforces: 'unknown', ...BASE, evidence: [] },
  calico: { name: 'calico', enforces: 'yes', ...BASE, calicoPolicies: true, evidence: [] },
  cilium: {
    name: 'cilium',
    enforces: 'yes',
    ...BASE,
    ipBlockMatchesPods: false,
    ipBlockMatchesNodes: 'no',
    evidence: [],
  },
  'np-guard': {
    name: 'np-guard',
    enforces: 'yes',
    ...BASE,
    ipBlockMatchesPods: false,
    hostNetworkAsPod: true,
    icmp: false,
    directOwner: true,
    evidence: [],
  },
};

/** The profile for a cluster: as chosen by the assessor, or told from what runs in it. */
export function detectProfile(snapshot: ClusterSnapshot, choice: ProfileChoice): EngineProfile {
  const profile = chooseProfile(snapshot, choice);
  return profile.name === 'cilium' ? withCiliumSettings(profile, snapshot) : profile;
}

function chooseProfile(snapshot: ClusterSnapshot, choice: ProfileChoice): EngineProfile {
  const signs = snapshot.objects.flatMap(signsOf);
  const running = signs.filter(sign => sign.runs);
  const evidence = evidenceOf(signs);
  const version = calicoVersion(snapshot);
  const engines = sortedUnique(running.map(sign => sign.engine));
  if (choice !== 'auto') {
    const given = { text: `profile ${choice}: given by the assessor` };
    const enforces = choice === 'kubernetes' ? enforcementOf(running) : PROFILES[choice].enforces;
    return { ...PROFILES[choice], enforces, ...version, engines, evidence: [given, ...evidence] };
  }
  const name = nameOfEngine(signs);
  const enforces = enforcementOf(running);
  const chosen = { text: `profile ${name}: ${REASON[enforces]}` };
  return { ...PROFILES[name], enforces, ...version, engines, evidence: [chosen, ...evidence] };
}

const REASON: Readonly<Record<Truth, string>> = {
  yes: 'a network plugin that enforces policies was found',
  no: 'the network plugin that was found enforces no policies',
  unknown: 'the export does not show whether a network plugin enforces policies',
};

interface Sign {
  readonly engine: string;
  readonly enforces: Truth;
  /** False when only its kinds are seen, not the engine itself. */
  readonly runs: boolean;
  readonly text: string;
  readonly source: SourceSpan;
}

interface Agent {
  readonly engine: string;
  readonly enforces: Truth;
  readonly names: RegExp;
}

const AGENTS: readonly Agent[] = [
  { engine: 'calico', enforces: 'yes', names: /^(calico-node|canal|cnx-node)$/ },
  { engine: 'cilium', enforces: 'yes', names: /^(cilium|anetd)$/ },
  { engine: 'ovn-kubernetes', enforces: 'yes', names: /^ovnkube-node/ },
  { engine: 'openshift-sdn', enforces: 'yes', names: /^sdn$/ },
  { engine: 'antrea', enforces: 'yes', names: /^antrea-agent$/ },
  { engine: 'kube-router', enforces: 'yes', names: /^kube-router$/ },
  { engine: 'weave', enforces: 'yes', names: /^weave-net$/ },
  { engine: 'azure-npm', enforces: 'yes', names: /^azure-npm$/ },
  { engine: 'aws-vpc-cni', enforces: 'unknown', names: /^aws-node$/ },
  { engine: 'kindnet', enforces: 'unknown', names: /^kindnet$/ },
  { engine: 'flannel', enforces: 'no', names: /^(kube-flannel(-ds.*)?|flannel)$/ },
];

const SYSTEM = /^(kube-system|calico-system|tigera-operator|cilium|kube-flannel|openshift-.*|.*antrea.*)$/;

function signsOf(object: KubernetesObject): readonly Sign[] {
  const sign = (engine: string, enforces: Truth, runs: boolean, text: string): Sign[] => [
    { engine, enforces, runs, text, source: object.source },
  ];
  if (object.kind === 'DaemonSet' || object.kind === 'Pod') return agentSigns(object, sign);
  if (object.kind === 'Node') return nodeSigns(object, sign);
  if (object.kind === 'Installation' && groupOf(object.apiVersion) === 'operator.tigera.io')
    return sign('calico', 'yes', true, `${nameOf(object)} installs Calico`);
  if (object.kind === 'CustomResourceDefinition') {
    const group = listedGroup(textAt(object.body, 'spec', 'group') ?? '', '');
    if (group === 'projectcalico.org')
      return sign('calico', 'unknown', false, `the cluster serves Calico's kinds`);
    if (group === 'cilium.io') return sign('cilium', 'unknown', false, `the cluster serves Cilium's kinds`);
  }
  const group = listedGroup(groupOf(object.apiVersion), object.kind);
  if (group === 'projectcalico.org')
    return sign('calico', 'unknown', false, `objects of projectcalico.org are present`);
  if (group === 'cilium.io') return sign('cilium', 'unknown', false, `objects of cilium.io are present`);
  return [];
}

type MakeSign = (engine: string, enforces: Truth, runs: boolean, text: string) => Sign[];

function agentSigns(object: KubernetesObject, sign: MakeSign): readonly Sign[] {
  if (!SYSTEM.test(object.meta.namespace ?? '')) return [];
  const owner = object.meta.owners.find(item => item.kind === 'DaemonSet');
  const name = object.kind === 'DaemonSet' ? object.meta.name : owner?.name;
  const agent = AGENTS.find(item => item.names.test(name ?? ''));
  if (agent === undefined) return [];
  const enforces = agent.engine === 'aws-vpc-cni' ? awsEnforcement(object) : agent.enforces;
  return sign(
    agent.engine,
    enforces,
    true,
    `DaemonSet ${object.meta.namespace ?? ''}/${name ?? ''} runs ${agent.engine}`,
  );
}

/** The AWS plugin enforces only with its policy agent switched on. */
function awsEnforcement(object: KubernetesObject): Truth {
  const path = object.kind === 'Pod' ? ['spec'] : ['spec', 'template', 'spec'];
  const args = listAt(object.body, ...path, 'containers').flatMap(container => listAt(container, 'args'));
  if (args.includes('--enable-network-policy=true')) return 'yes';
  return args.includes('--enable-network-policy=false') ? 'no' : 'unknown';
}

function nodeSigns(object: KubernetesObject, sign: MakeSign): readonly Sign[] {
  const keys = Object.keys(object.meta.annotations);
  if (keys.some(key => key.startsWith('projectcalico.org/')))
    return sign('calico', 'yes', true, 'nodes carry annotations of Calico');
  if (keys.some(key => key.startsWith('network.cilium.io/') || key.startsWith('io.cilium.')))
    return sign('cilium', 'yes', true, 'nodes carry annotations of Cilium');
  if (keys.some(key => key.startsWith('flannel.alpha.coreos.com/')))
    return sign('flannel', 'no', true, 'nodes carry annotations of flannel');
  return [];
}

function nameOfEngine(signs: readonly Sign[]): EngineProfile['name'] {
  const has = (engine: string, runs: boolean): boolean =>
    signs.some(sign => sign.engine === engine && (sign.runs || !runs));
  if (has('calico', true)) return 'calico';
  if (has('cilium', true)) return 'cilium';
  if (signs.some(sign => sign.runs && sign.enforces !== 'no' && sign.engine !== 'flannel'))
    return 'kubernetes';
  if (has('calico', false)) return 'calico';
  return has('cilium', false) ? 'cilium' : 'kubernetes';
}

function enforcementOf(running: readonly Sign[]): Truth {
  if (running.some(sign => sign.enforces === 'yes')) return 'yes';
  if (running.length === 0 || running.some(sign => sign.enforces === 'unknown')) return 'unknown';
  return 'no';
}

/** One line per kind of sign, with the first place it was seen. */
function evidenceOf(signs: readonly Sign[]): EngineProfile['evidence'] {
  const seen = new Set<string>();
  return signs
    .filter(sign => {
      if (seen.has(sign.text)) return false;
      seen.add(sign.text);
      return true;
    })
    .map(({ text, source }) => ({ text, source }));
}

/** Calico 3.32 changed how policies of equal order are sorted; the version is told from the image of its agent. */
function calicoVersion(
  snapshot: ClusterSnapshot,
): Pick<EngineProfile, 'calicoTieBreak'> & { readonly calicoMinor?: number } {
  const images = snapshot.pods.flatMap(pod => pod.containers.map(container => container.image));
  const minors = images.flatMap(image => /calico\/node:v3\.(\d+)/.exec(image)?.[1] ?? []).map(Number);
  const [minor] = minors;
  if (minor === undefined) return { calicoTieBreak: 'unknown' };
  const isNew = minors.map(one => one >= 32);
  return {
    calicoTieBreak: isNew.every(one => one) ? 'name' : isNew.includes(true) ? 'unknown' : 'key',
    ...(minors.every(one => one === minor) ? { calicoMinor: minor } : {}),
  };
}
