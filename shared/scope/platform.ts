// The platform under the applications (PCI notes 4.2, step 4): API server, network plugin, DNS, ingress, mesh, certificates,
// secrets, admission, storage, GitOps and CI, log and metrics collectors. Recognised by namespace, labels and images.
import type { Pod, Workload } from '../model/snapshot.ts';
import type { ScopeBasis } from './scope.ts';

/** Why a workload counts as platform; undefined when nothing says so. */
export function platformBasis(workload: Workload, pods: readonly Pod[]): ScopeBasis | undefined {
  const text =
    byNamespace(workload.namespace) ??
    byLabel(workload) ??
    byImage(pods.flatMap(pod => pod.containers.filter(one => one.role === 'main').map(one => one.image)));
  return text === undefined ? undefined : { kind: 'platform', text, source: workload.source };
}

const SYSTEM_NAMESPACES =
  /^(kube-system|kube-public|calico-.*|tigera-.*|cilium.*|kube-flannel|istio-system|istio-ingress|linkerd.*|ingress-nginx|traefik|cert-manager|external-secrets|gatekeeper-system|kyverno|argocd|flux-system|metallb-system|local-path-storage|openshift-.*|kube-node-lease|aws-.*|gke-.*|gmp-.*)$/;

function byNamespace(namespace: string): string | undefined {
  return SYSTEM_NAMESPACES.test(namespace) ? `Runs in the platform namespace ${namespace}` : undefined;
}

const ROLES: readonly (readonly [what: string, names: RegExp])[] = [
  ['control plane', /^(kube-apiserver|kube-scheduler|kube-controller-manager|etcd|kube-proxy)$/],
  ['network plugin', /^(calico-node|calico-.*controllers|cilium(-operator)?|antrea-.*|kube-router|multus)$/],
  ['DNS', /^(coredns|kube-dns|node-cache|k8s-dns-node-cache|external-dns)$/],
  [
    'ingress or gateway',
    /^(ingress-nginx|ingress-nginx-controller|nginx-ingress-controller|nginx-ingress|traefik|haproxy-ingress|kubernetes-ingress|contour|envoy-gateway|istio-ingressgateway|istio-egressgateway|kong|emissary)$/,
  ],
  ['mesh control plane', /^(istiod|pilot|linkerd-.*|ztunnel)$/],
  ['certificate issuer', /^(cert-manager.*)$/],
  [
    'secret store',
    /^(external-secrets|sealed-secrets-controller|vault-k8s|vault-csi-provider|secrets-store.*)$/,
  ],
  ['policy or admission controller', /^(gatekeeper|kyverno.*|admission-controller|policy-server)$/],
  ['storage driver', /^(csi-.*|.*-csi-driver|.*-csi-plugin|local-path-provisioner)$/],
  [
    'delivery (GitOps, CI)',
    /^(argocd|argocd-.*|source-controller|kustomize-controller|helm-controller|jenkins|gitlab-runner|actions-runner|tekton-.*|drone-runner.*)$/,
  ],
  [
    'log or metrics collection',
    /^(prometheus|prometheus-operator|node-exporter|kube-state-metrics|metrics-server|alertmanager|grafana|loki|promtail|fluent-bit|fluentd|filebeat|vector|logstash|elasticsearch|opensearch|jaeger.*|opentelemetry-collector.*|otel-collector|otelcol.*|datadog-agent|agent-.*exporter)$/,
  ],
  ['detection agent', /^(falco|tetragon|trivy-operator|sysdig-agent|tracee)$/],
  ['backup', /^(velero|restic)$/],
];

function byLabel(workload: Workload): string | undefined {
  for (const key of ['app.kubernetes.io/name', 'k8s-app', 'app']) {
    const value = Object.hasOwn(workload.labels, key) ? workload.labels[key] : undefined;
    const role = value === undefined ? undefined : roleOf(value);
    if (role !== undefined && value !== undefined) return `Recognised as ${role} by label ${key}=${value}`;
  }
  return undefined;
}

function byImage(images: readonly string[]): string | undefined {
  for (const image of images) {
    const name = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
    const last = name.slice(name.lastIndexOf('/') + 1);
    const role =
      roleOf(last) ??
      (/(^|\/)(calico|cilium|istio|jenkins|falcosecurity)\//.test(name) ? 'platform' : undefined);
    if (role !== undefined) return `Recognised as ${role} by image ${image}`;
  }
  return undefined;
}

function roleOf(name: string): string | undefined {
  return ROLES.find(([, names]) => names.test(name))?.[0];
}
