// S1-02: ingress default deny on each in-scope pod (1.3.1). Non-isolated CDE pods contradict it; pods in scope beside the
// CDE without isolation are for the assessor.
import type { CheckId } from '../base/brand.ts';
import type { ControlCheck } from './check.ts';
import { checkDefaultDeny } from './default-deny.ts';

/** The check S1-02. */
export const ingressDefaultDeny: ControlCheck = {
  id: 'S1-02' as CheckId,
  version: 1,
  title: 'Ingress default deny on each in-scope pod',
  seedRow: 'S1',
  requirements: ['1.3.1'],
  procedures: ['1.3.1.b'],
  run: facts => checkDefaultDeny(facts, 'ingress'),
};
