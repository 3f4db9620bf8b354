// The manifests inside what helm prints come in at their own lines; values and notes are no documents.
import { expect, it } from 'vitest';
import { importing } from '../../test/fixtures/importing.ts';

const RELEASE = `NAME: pay
LAST DEPLOYED: Sun Mar  1 08:00:00 2026
STATUS: deployed
USER-SUPPLIED VALUES:
password: hunter2-hunter2
kind: production

COMPUTED VALUES:
replicas: 2

HOOKS:
---
# Source: pay/templates/job.yaml
apiVersion: batch/v1
kind: Job
metadata: {name: migrate, annotations: {helm.sh/hook: pre-install}}
MANIFEST:
---
# Source: pay/templates/deny.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny}
spec: {podSelector: {}}

NOTES:
Open http://pay.example and: enjoy { it
`;

it('manifests and hooks of helm get all are read, the rest is not, and values are masked', async () => {
  const { intake, stored } = await importing([{ path: 'release.txt', content: RELEASE }]);
  expect(intake.objects.map(({ kind, source }) => [kind, source.line])).toEqual([
    ['Job', RELEASE.split('\n').indexOf('apiVersion: batch/v1') + 1],
    ['NetworkPolicy', RELEASE.split('\n').indexOf('apiVersion: networking.k8s.io/v1') + 1],
  ]);
  expect(intake.diagnostics.filter(item => item.severity === 'error')).toEqual([]);
  expect(stored.get('release.txt')).not.toContain('hunter2');
});

it('notes of a text that is no release stay as they are', async () => {
  const text = 'NOTES:\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\n';
  const { intake } = await importing([{ path: 'a.yaml', content: text }]);
  expect(intake.objects).toHaveLength(1);
});
