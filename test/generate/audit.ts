// The Kubernetes audit log of the sample day: routine work, a few changes to policies, and what was planted.
import { DAY_START } from './flows.ts';
import { makeRandom, uuidOf } from './random.ts';

interface Event {
  readonly second: number;
  readonly verb: string;
  readonly uri: string;
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly ips?: readonly string[];
  readonly agent?: string;
  readonly object: Readonly<Record<string, string>>;
  readonly code: number;
}

/** The log, one event a line. */
export function auditLog(): string {
  const events = [...routine(), ...changes()].sort((a, b) => a.second - b.second);
  return events.map((event, index) => `${JSON.stringify(print(event, index))}\n`).join('');
}

function routine(): readonly Event[] {
  const random = makeRandom(1012);
  const users = [
    'system:serviceaccount:platform:argocd-server',
    'system:serviceaccount:platform:prometheus',
    'mira@larkspur.example',
    'tomas@larkspur.example',
  ];
  return Array.from({ length: 320 }, (): Event => {
    const user = users[Math.floor(random() * users.length)] ?? users[0];
    const namespace = ['storefront', 'cart', 'gateway', 'vault'][Math.floor(random() * 4)] ?? 'cart';
    const person = user?.includes('@') === true;
    return {
      second: Math.floor(random() * 86_000),
      verb: 'get',
      uri: `/api/v1/namespaces/${namespace}/pods`,
      ...(user === undefined ? {} : { user }),
      groups: person
        ? ['larkspur:platform-admins', 'system:authenticated']
        : ['system:serviceaccounts', 'system:authenticated'],
      ips: [person ? '10.30.4.17' : '10.20.0.12'],
      agent: person ? 'kubectl/v1.31.4' : 'argocd/v2.13',
      object: { resource: 'pods', namespace, apiVersion: 'v1' },
      code: 200,
    };
  });
}

function changes(): readonly Event[] {
  const person = {
    groups: ['larkspur:security', 'system:authenticated'],
    ips: ['10.30.4.21'],
    agent: 'kubectl/v1.31.4',
  };
  const policy = (name: string, namespace?: string): Readonly<Record<string, string>> => ({
    resource: namespace === undefined ? 'globalnetworkpolicies' : 'networkpolicies',
    name,
    apiGroup: 'projectcalico.org',
    apiVersion: 'v3',
    ...(namespace === undefined ? {} : { namespace }),
  });
  return [
    {
      ...person,
      second: 30_600,
      verb: 'patch',
      uri: '/apis/projectcalico.org/v3/globalnetworkpolicies/security.break-glass',
      user: 'ines@larkspur.example',
      object: policy('security.break-glass'),
      code: 200,
    },
    {
      ...person,
      second: 31_200,
      verb: 'create',
      uri: '/apis/projectcalico.org/v3/namespaces/settlement/stagednetworkpolicies',
      user: 'ines@larkspur.example',
      object: { ...policy('app.sftp-out-default-deny', 'settlement'), resource: 'stagednetworkpolicies' },
      code: 201,
    },
    {
      ...person,
      second: 41_000,
      verb: 'delete',
      uri: '/apis/networking.k8s.io/v1/namespaces/cart/networkpolicies/deny-debug',
      user: 'tomas@larkspur.example',
      object: {
        resource: 'networkpolicies',
        name: 'deny-debug',
        namespace: 'cart',
        apiGroup: 'networking.k8s.io',
        apiVersion: 'v1',
      },
      code: 403,
    },
    {
      second: 43_210,
      verb: 'get',
      uri: '/api/v1/namespaces/gateway/services/https:api:8443/proxy/lookup?card=4111111111111111&amount=12.00',
      user: 'mira@larkspur.example',
      groups: ['system:authenticated'],
      ips: ['10.30.4.17'],
      agent: 'curl/8.5',
      object: {
        resource: 'services',
        subresource: 'proxy',
        name: 'https:api:8443',
        namespace: 'gateway',
        apiVersion: 'v1',
      },
      code: 200,
    },
    {
      second: 50_000,
      verb: 'patch',
      uri: '/apis/apps/v1/namespaces/settlement/deployments/reconciler',
      groups: [],
      object: {
        resource: 'deployments',
        name: 'reconciler',
        namespace: 'settlement',
        apiGroup: 'apps',
        apiVersion: 'v1',
      },
      code: 200,
    },
  ];
}

function print(event: Event, index: number): unknown {
  const time = new Date((DAY_START + event.second) * 1000).toISOString().replace('Z', '000Z');
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: uuidOf(`audit ${index}`),
    stage: 'ResponseComplete',
    requestURI: event.uri,
    verb: event.verb,
    user: { ...(event.user === undefined ? {} : { username: event.user }), groups: event.groups ?? [] },
    ...(event.ips === undefined ? {} : { sourceIPs: event.ips }),
    ...(event.agent === undefined ? {} : { userAgent: event.agent }),
    objectRef: event.object,
    responseStatus: { metadata: {}, code: event.code },
    requestReceivedTimestamp: time,
    stageTimestamp: time,
    annotations: { 'authorization.k8s.io/decision': event.code === 403 ? 'forbid' : 'allow' },
  };
}
