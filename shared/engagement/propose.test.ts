// Proposals over an export: replaced, added, staged put in force; what was collected stays.
import { describe, expect, it } from 'vitest';
import { drawnCluster } from '../../test/fixtures/drawing.ts';
import { objectsOfYaml } from '../../test/fixtures/objects.ts';
import { PROFILES } from '../policy/profile.ts';
import { createSimulator } from '../verdict/simulator.ts';
import { propose } from './propose.ts';

const policy = (name: string, spec: string): string => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: card }
spec: ${spec}
`;
const CLUSTER = `
  ns card
  pod card/a[app=a] 10.0.0.1
  pod card/b[app=b] 10.0.0.2
  ---
${policy('closed', '{ podSelector: {} }')}`;

function outcome(text: string): string {
  const snapshot = drawnCluster(CLUSTER);
  const profile = { ...PROFILES.kubernetes, enforces: 'yes' as const };
  const after = propose(snapshot, objectsOfYaml(text, { file: 'proposed.yaml' }), profile);
  expect(after.collection).toEqual(snapshot.collection);
  const simulator = createSimulator(after, profile);
  const query = {
    src: simulator.resolve('card/a')[0]!,
    dst: simulator.resolve('card/b')[0]!,
    protocol: 'TCP' as const,
    port: 80,
  };
  return simulator.outcome(query).outcome;
}

describe('a proposal', () => {
  it('replaces the object of the same name and adds any other', () => {
    expect(outcome('')).toBe('deny');
    expect(outcome(policy('closed', '{ podSelector: {}, ingress: [{}] }'))).toBe('allow');
    expect(outcome(policy('more', '{ podSelector: { matchLabels: { app: b } }, ingress: [{}] }'))).toBe(
      'allow',
    );
  });

  it('may be labels too', () => {
    const pod =
      'apiVersion: v1\nkind: Pod\nmetadata: { name: b, namespace: card, labels: { app: c } }\nstatus: { phase: Running, podIPs: [{ ip: 10.0.0.2 }] }';
    const only = policy('closed', '{ podSelector: { matchLabels: { app: b } } }');
    expect(outcome(only)).toBe('deny');
    expect(outcome(`${only}\n---\n${pod}`)).toBe('allow');
  });
});
