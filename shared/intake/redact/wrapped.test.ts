// Whatever is put around an audit event, nothing of a secret's body is stored, the copy reads like the original, and it
// stays JSON.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auditEvent, AUDIT_WRAPPERS } from '../../../test/fixtures/audit-events.ts';
import { importing } from '../../../test/fixtures/importing.ts';

/** Put together here, so that no test file holds one as it would stand in evidence. */
const HIDDEN = ['hid', 'den', 'Value', '77'].join('');
const BODY = { kind: 'Secret', data: { word: HIDDEN, 'odd "key"\\': `${HIDDEN}\n\u00e9\ud83d\ude00` } };

const SECRETIVE = [
  auditEvent('ana update secrets pay/db 200', { requestObject: BODY, responseObject: BODY }),
  auditEvent('ana create configmaps pay/db 201', { requestObject: { data: { a: HIDDEN } } }),
  auditEvent('ana create serviceaccounts/token pay/robot 201', {
    responseObject: { status: { token: HIDDEN } },
  }),
  auditEvent('ana create tokenreviews.authentication.k8s.io x 201', {
    requestObject: { spec: { token: HIDDEN } },
  }),
  auditEvent('ana create pods pay/card-0 201', {
    requestObject: { kind: 'Pod', spec: { containers: [{ env: [{ name: 'DB_PASSWORD', value: HIDDEN }] }] } },
  }),
  auditEvent('ana get pods/attach pay/card-0 101', {
    requestURI: `/api/v1/pods?container=c&token=${HIDDEN}&tty=1`,
  }),
];

const importOf = async (content: string) => {
  const { intake, stored } = await importing([{ path: 'a', content }]);
  return { intake, stored: stored.get('a') ?? '', said: JSON.stringify(intake) };
};

describe.each(Object.entries(AUDIT_WRAPPERS))('an audit event in %s', (_name, wrap) => {
  it.each(SECRETIVE.map(event => [JSON.stringify(event['auditID']), event] as const))(
    'keeps no secret of %s, and its copy reads the same',
    async (_id, event) => {
      const text = wrap(event);
      expect(text).toContain(HIDDEN);
      const first = await importOf(text);
      expect(first.stored).not.toContain(HIDDEN);
      expect(first.said).not.toContain(HIDDEN);
      expect(first.intake.audit.length).toBe(1);
      expect(first.intake.audit[0]).toMatchObject({ user: 'ana', verb: event['verb'] });
      const second = await importOf(first.stored);
      expect(second.stored).toBe(first.stored);
      expect(second.intake.audit).toEqual(first.intake.audit);
      expect(second.intake.files[0]?.redactions).toBe(0);
    },
  );
});

describe('a Cloud Audit entry', () => {
  it('keeps no body of a secret', async () => {
    const { stored, intake } = await importOf(
      `${JSON.stringify({
        protoPayload: {
          serviceName: 'k8s.io',
          methodName: 'io.k8s.core.v1.secrets.update',
          resourceName: 'core/v1/namespaces/pay/secrets/db',
          request: BODY,
          response: BODY,
        },
        timestamp: '2026-03-01T08:00:00Z',
      })}\n`,
    );
    expect(stored).not.toContain(HIDDEN);
    expect(intake.audit[0]).toMatchObject({
      resource: 'secrets',
      verb: 'update',
      namespace: 'pay',
      name: 'db',
    });
  });
});

describe('an event that cannot be read', () => {
  it.each(Object.entries(AUDIT_WRAPPERS))('keeps no body when %s is cut anywhere', async (_name, wrap) => {
    const text = wrap(SECRETIVE[0] ?? {}).trimEnd();
    const from = text.indexOf(HIDDEN) + HIDDEN.length;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: from, max: text.length - 1 }), async end => {
        const { stored } = await importOf(text.slice(0, end));
        expect(stored).not.toContain(HIDDEN);
      }),
      { numRuns: 6 },
    );
  });
});
