// Audit logs in every shape give the same event: who, what, when, from where, with what outcome.
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../base/json.ts';
import { auditEvent, AUDIT_WRAPPERS } from '../../../test/fixtures/audit-events.ts';
import { codesOf, importing } from '../../../test/fixtures/importing.ts';

const DELETE = auditEvent('ana delete networkpolicies.networking.k8s.io pay/default-deny 200', {
  userAgent: 'kubectl/v1.31',
  annotations: {
    'authorization.k8s.io/decision': 'allow',
    'mutation.webhook.admission.k8s.io/round_0_index_0': '{}',
  },
});

const read = async (content: string) => {
  const { intake } = await importing([{ path: 'a', content }]);
  const [file] = intake.files;
  return { intake, file, audit: intake.audit, said: `${file?.format ?? ''} ${file?.records ?? ''}` };
};
const lines = (...events: readonly JsonObject[]): string =>
  events.map(event => `${JSON.stringify(event)}\n`).join('');

describe('one event', () => {
  it.each(Object.entries(AUDIT_WRAPPERS))('in %s is the same', async (_name, wrap) => {
    const { said, audit, intake } = await read(wrap(DELETE));
    expect(said).toBe('k8s-audit 1');
    expect(audit[0]).toMatchObject({
      user: 'ana',
      groups: ['ops'],
      verb: 'delete',
      resource: 'networkpolicies',
      group: 'networking.k8s.io',
      namespace: 'pay',
      name: 'default-deny',
      status: 200,
      decision: 'allow',
      annotations: { 'authorization.k8s.io/decision': 'allow' },
      sourceIps: ['192.0.2.44'],
      time: '2026-03-01T08:00:00.100Z',
      stageTime: '2026-03-01T08:00:00.140Z',
    });
    expect(intake.diagnostics.filter(item => item.severity !== 'info')).toEqual([]);
  });

  it.each([
    ['a line of oc adm node-logs', 'master-0'],
    ['a CloudWatch subscription', 'kube-apiserver-audit-0a1b'],
    ['an event list of CloudWatch', 'kube-apiserver-audit-0a1b'],
    ['a table of Insights', 'kube-apiserver-audit-0a1b'],
    ['a line of Azure with text', 'kube-apiserver-7'],
    ['a row of an Azure workspace', 'kube-apiserver-7'],
  ])('in %s tells its API server', async (name, server) => {
    const { audit, file } = await read(AUDIT_WRAPPERS[name]!(DELETE));
    expect(audit[0]?.apiserver).toBe(server);
    expect(file?.coverage?.nodes).toEqual([server]);
    expect(file?.coverage?.apiservers?.map(span => span.name)).toEqual([server]);
  });

  it('of 2017 has one time and no zone of stages', async () => {
    const { audit } = await read(
      lines({
        kind: 'Event',
        apiVersion: 'audit.k8s.io/v1beta1',
        metadata: { creationTimestamp: '2017-09-11T19:55:05Z' },
        timestamp: '2017-09-11T19:55:05Z',
        level: 'Metadata',
        auditID: '1',
        stage: 'ResponseComplete',
        verb: 'list',
        user: { username: 'system:admin' },
        impersonatedUser: { username: 'bob', groups: ['system:authenticated'] },
        responseStatus: { metadata: {}, status: 'Failure', reason: 'Forbidden', message: 'no', code: 403 },
      }),
    );
    expect(audit[0]).toMatchObject({
      time: '2017-09-11T19:55:05Z',
      impersonated: 'bob',
      impersonatedGroups: ['system:authenticated'],
      status: 403,
      reason: 'Forbidden',
      message: 'no',
    });
  });

  it('with keys in capitals, as Go prints its inner form and tables name columns, is the same event', async () => {
    const { audit } = await read(
      `[${JSON.stringify({
        Level: 'Request',
        AuditID: 'x',
        Stage: 'ResponseComplete',
        RequestURI: '/apis',
        Verb: 'create',
        User: { username: 'ana', groups: ['ops'] },
        SourceIPs: ['192.0.2.1'],
        ObjectRef: { Resource: 'tiers', Name: 'security', APIGroup: 'projectcalico.org', APIVersion: 'v3' },
        ResponseStatus: { metadata: {}, code: 201 },
        RequestObject: { kind: 'Tier', metadata: { name: 'security' } },
        RequestReceivedTimestamp: '2026-03-01T08:00:00.000000Z',
        StageTimestamp: '2026-03-01T08:00:00.000000Z',
      })}]`,
    );
    expect(audit[0]).toMatchObject({
      user: 'ana',
      resource: 'tiers',
      group: 'projectcalico.org',
      name: 'security',
      status: 201,
      sourceIps: ['192.0.2.1'],
      body: { kind: 'Tier' },
    });
  });

  it('keeps the body of writes on policies, scope and permissions alone, without managed fields', async () => {
    const requestObject = {
      metadata: { name: 'x', managedFields: [{ manager: 'kubectl' }] },
      spec: { a: 1 },
    };
    const { audit } = await read(
      lines(
        auditEvent('ana patch networkpolicies.networking.k8s.io pay/x 200', { requestObject }),
        auditEvent('ana update namespaces pay 200', { requestObject }),
        auditEvent('ana create deployments.apps pay/x 201', { requestObject }),
        auditEvent('ana delete tiers.projectcalico.org x 200', { requestObject }),
      ),
    );
    const bodies = Object.fromEntries(audit.map(event => [event.resource, event.body]));
    expect(bodies).toEqual({
      networkpolicies: { metadata: { name: 'x' }, spec: { a: 1 } },
      namespaces: { metadata: { name: 'x' }, spec: { a: 1 } },
      deployments: undefined,
      tiers: undefined,
    });
  });

  it('that changed nothing, or was cut short by the API server, says so', async () => {
    const { audit } = await read(
      lines(
        auditEvent('ana delete pods pay/a 200', { requestURI: '/api/v1/pods/a?dryRun=All' }),
        auditEvent('ana delete pods pay/b 200', {
          requestObject: { kind: 'DeleteOptions', dryRun: ['All'] },
        }),
        auditEvent('ana delete pods pay/c 200', { annotations: { 'audit.k8s.io/truncated': 'true' } }),
      ),
    );
    expect(audit.map(event => [event.name, event.dryRun, event.truncated])).toEqual([
      ['a', true, undefined],
      ['b', true, undefined],
      ['c', undefined, true],
    ]);
  });
});

describe('one request', () => {
  it('is one event: the last stage, and of two servers the one that tells more', async () => {
    const more = (stage: string, level: string): JsonObject => ({ ...DELETE, stage, level });
    const { audit, file } = await read(
      lines(
        more('ResponseComplete', 'Metadata'),
        more('RequestReceived', 'RequestResponse'),
        more('ResponseComplete', 'Request'),
      ),
    );
    expect(file?.records).toBe(3);
    expect(audit.map(event => [event.stage, event.level])).toEqual([['ResponseComplete', 'Request']]);
  });
});

describe('a Cloud Audit entry', () => {
  const entry = (more: JsonObject, top: JsonObject = {}): JsonObject => ({
    insertId: 'g1',
    timestamp: '2026-03-01T08:00:00Z',
    resource: { type: 'k8s_cluster', labels: { cluster_name: 'c1' } },
    protoPayload: {
      '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
      serviceName: 'k8s.io',
      authenticationInfo: { principalEmail: 'ana@corp.example' },
      requestMetadata: { callerIp: '203.0.113.9', callerSuppliedUserAgent: 'kubectl' },
      ...more,
    },
    ...top,
  });

  it.each([
    [
      'io.k8s.core.v1.pods.exec.create',
      'core/v1/namespaces/pay/pods/card-0/exec',
      { verb: 'create', resource: 'pods', subresource: 'exec', namespace: 'pay', name: 'card-0' },
    ],
    [
      'io.k8s.authorization.rbac.v1.clusterrolebindings.create',
      'rbac.authorization.k8s.io/v1/clusterrolebindings/ops',
      { verb: 'create', resource: 'clusterrolebindings', group: 'rbac.authorization.k8s.io', name: 'ops' },
    ],
    ['io.k8s.core.v1.namespaces.patch', 'core/v1/namespaces/pay', { resource: 'namespaces', name: 'pay' }],
    [
      'org.projectcalico.crd.v1.globalnetworkpolicies.delete',
      'crd.projectcalico.org/v1/globalnetworkpolicies/deny',
      { verb: 'delete', group: 'crd.projectcalico.org', resource: 'globalnetworkpolicies', name: 'deny' },
    ],
    ['io.k8s.core.v1.pods.list', 'core/v1/namespaces/pay/pods', { verb: 'list', namespace: 'pay' }],
  ])('of %s on %s tells its object', async (methodName, resourceName, expected) => {
    const { said, audit } = await read(lines(entry({ methodName, resourceName, status: {} })));
    expect(said).toBe('k8s-audit 1');
    expect(audit[0]).toMatchObject({
      ...expected,
      user: 'ana@corp.example',
      sourceIps: ['203.0.113.9'],
      userAgent: 'kubectl',
      status: 200,
      time: '2026-03-01T08:00:00Z',
    });
  });

  it('tells refusals by its status and by what was not granted, and no outcome where it tells none', async () => {
    const method = {
      methodName: 'io.k8s.core.v1.secrets.get',
      resourceName: 'core/v1/namespaces/pay/secrets/db',
    };
    const { audit } = await read(
      JSON.stringify([
        entry({
          ...method,
          status: { code: 7, message: 'forbidden' },
          authorizationInfo: [{ granted: false }],
        }),
        entry(method, { insertId: 'g2', timestamp: '2026-03-01T08:00:01Z' }),
      ]),
    );
    expect(audit.map(event => [event.status, event.message, event.decision])).toEqual([
      [403, 'forbidden', 'forbid'],
      [undefined, undefined, undefined],
    ]);
  });

  it('of another service is none', async () => {
    const { said } = await read(
      lines(entry({ serviceName: 'compute.googleapis.com', methodName: 'v1.compute.instances.insert' })),
    );
    expect(said).not.toContain('k8s-audit');
  });
});

describe('an audit log as a source', () => {
  it('tells of each API server when it began, ended, and was silent longest', async () => {
    const at = (minute: number, server: string): string =>
      `${server} ${JSON.stringify(
        auditEvent(`ana get pods pay/p${minute} 200`, {
          auditID: `${server}${minute}`,
          requestReceivedTimestamp: `2026-03-01T08:${String(minute).padStart(2, '0')}:00.000000Z`,
          stageTimestamp: `2026-03-01T08:${String(minute).padStart(2, '0')}:01.000000Z`,
        }),
      )}\n`;
    const { file } = await read([at(30, 'm1'), at(0, 'm0'), at(2, 'm1'), at(9, 'm0'), at(10, 'm0')].join(''));
    expect(file?.coverage?.apiservers).toEqual([
      {
        name: 'm0',
        events: 3,
        from: '2026-03-01T08:00:00Z',
        to: '2026-03-01T08:10:00Z',
        longestSilence: { from: '2026-03-01T08:00:00Z', to: '2026-03-01T08:09:00Z' },
      },
      {
        name: 'm1',
        events: 2,
        from: '2026-03-01T08:02:00Z',
        to: '2026-03-01T08:30:00Z',
        longestSilence: { from: '2026-03-01T08:02:00Z', to: '2026-03-01T08:30:00Z' },
      },
    ]);
  });

  it('whose answers come before their requests has a clock that was set back', async () => {
    const { intake } = await read(lines({ ...DELETE, stageTimestamp: '2026-03-01T07:59:59.100000Z' }));
    expect(intake.diagnostics.find(item => item.code === 'intake.audit.clock')).toMatchObject({ line: 1 });
  });

  it('of kube-audit-admin leaves out reads, and says so', async () => {
    const { file, intake } = await read(
      lines({ category: 'kube-audit-admin', properties: { log: JSON.stringify(DELETE) } }),
    );
    expect(file?.coverage?.leavesOut).toEqual(['get and list (category kube-audit-admin)']);
    expect(codesOf(intake)).toContain('intake.audit.leaves-out');
  });

  it('of guard holds sign-ins as text, which are no events and no faults', async () => {
    const guard = { category: 'guard', properties: { log: 'I0301 authenticated ana' } };
    const { said, intake } = await read(
      lines(guard, { category: 'kube-audit', properties: { log: JSON.stringify(DELETE) } }),
    );
    expect(said).toBe('k8s-audit 1');
    expect(intake.diagnostics.filter(item => item.severity !== 'info')).toEqual([]);
    expect((await read(lines(guard, guard))).file).toMatchObject({ format: 'k8s-audit', records: 0 });
  });
});

describe('a log in the legacy text format', () => {
  it('is kept as a text, and what to hand over instead is said', async () => {
    const { said, intake } = await read(
      '2017-03-21T03:57:09.106841886-04:00 AUDIT: id="c939d2a7" ip="127.0.0.1" method="GET" user="admin" groups="ops" as="<self>" asgroups="<lookup>" namespace="default" uri="/api"\n',
    );
    expect(said).toBe('text 0');
    expect(codesOf(intake)).toContain('intake.audit.legacy');
  });
});

describe('events of several clusters in one log', () => {
  const uid = (name: string): string =>
    JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system', uid: name } });
  const from = (cluster: string): JsonObject => ({
    category: 'kube-audit',
    resourceId: `/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.CONTAINERSERVICE/MANAGEDCLUSTERS/${cluster.toUpperCase()}`,
    properties: { log: JSON.stringify({ ...DELETE, auditID: cluster }) },
  });

  it('go each to its own', async () => {
    const { intake } = await importing([
      { path: 'c1.json', content: uid('u-1'), cluster: 'c1' },
      { path: 'c2.json', content: uid('u-2'), cluster: 'c2' },
      { path: 'log', content: lines(from('c1'), from('c2'), from('c2')) },
    ]);
    expect(intake.audit.map(event => `${event.cluster} ${event.id}`)).toEqual(['u-1 c1', 'u-2 c2']);
  });

  it('go to the cluster that CloudWatch and Google name', async () => {
    const subscription = {
      messageType: 'DATA_MESSAGE',
      logGroup: '/aws/eks/c1/cluster',
      logStream: 'kube-apiserver-audit-1',
      logEvents: [{ id: '1', timestamp: 1, message: JSON.stringify({ ...DELETE, auditID: 'aws' }) }],
    };
    const entry = {
      insertId: 'google',
      resource: { type: 'k8s_cluster', labels: { cluster_name: 'c2' } },
      protoPayload: {
        serviceName: 'k8s.io',
        methodName: 'io.k8s.core.v1.pods.delete',
        resourceName: 'core/v1/namespaces/pay/pods/a',
        status: {},
      },
      timestamp: '2026-03-01T08:00:00Z',
    };
    const { intake } = await importing([
      { path: 'c1.json', content: uid('u-1'), cluster: 'c1' },
      { path: 'c2.json', content: uid('u-2'), cluster: 'c2' },
      { path: 'aws', content: lines(subscription) },
      { path: 'google', content: lines(entry) },
    ]);
    expect(intake.audit.map(event => `${event.cluster} ${event.id}`)).toEqual(['u-1 aws', 'u-2 google']);
  });
});
